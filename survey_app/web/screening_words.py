"""Words for the signs of made-up answers: their one home, for every page."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from survey_app.instrument.screening import FLAGS, Flag, Grounds, Rule
from survey_app.services import disclosure
from survey_app.services.screening import Flagged
from survey_app.web import words
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import number

Word = Callable[[], str]

SIGNS: Mapping[Flag, Word] = {
    "fast": lambda: _("Sent sooner than the questions can be read"),
    "honeypot": lambda: _("A field filled in that no person can see"),
    "identical": lambda: _("The same answers as several others that day"),
    "network": lambda: _("Very many answers from one network that day"),
    "straight": lambda: _("The same answer to every rating"),
    "text_no_words": lambda: _("A text without a word in it"),
    "text_repeated": lambda: _("The same text as several others that day"),
}
VERDICTS: Mapping[str, Word] = {
    "registered": lambda: _("Follow the registered rule"),
    "counted": lambda: _("Count these answers"),
    "set_apart": lambda: _("Set all of these answers apart"),
}
CHECKS: Mapping[str, Word] = {
    "fastest": lambda: _("Far more answers in under two minutes than elsewhere"),
    "all_best": lambda: _("Far more forms with the best answer throughout than elsewhere"),
    "no_dont_know": lambda: _("Nobody ever answered “Don't know”"),
}


def thresholds(rule: Rule) -> Mapping[Flag, str]:
    """From when each sign counts, as this rule has it."""
    return {
        "fast": _(
            "Less than %(seconds)s seconds for each question answered, with %(items)s answers or more; up to a minute is let pass in the person's favour",
            seconds=words.points(rule.fast_seconds),
            items=number(rule.fast_items),
        ),
        "honeypot": _("Once"),
        "identical": _(
            "After %(sheets)s equal forms in the unit, with %(items)s answers or more",
            sheets=number(rule.identical_sheets),
            items=number(rule.identical_items),
        ),
        "network": _(
            "After %(answers)s answers to the unit from one network (a whole village may share one)",
            answers=number(rule.network_answers),
        ),
        "straight": _("%(items)s ratings or more", items=number(rule.straight_items)),
        "text_no_words": _("%(letters)s letters or more", letters=number(rule.mash_letters)),
        "text_repeated": _(
            "After %(copies)s equal texts in the unit, of %(letters)s letters or more; after %(adverts)s with a telephone number or a link. Tones, case and signs make no difference",
            copies=number(rule.text_copies),
            letters=number(rule.text_letters),
            adverts=number(rule.advert_copies),
        ),
    }


def sign(flag: str) -> str:
    """A name that is no sign of this version is shown as it is."""
    return next((SIGNS[each]() for each in FLAGS if each == flag), flag)


def ground(signs: Iterable[str]) -> str:
    """All signs of a line together."""
    return " + ".join(map(sign, signs))


def grounds(found: Grounds) -> list[str]:
    return [ground(signs) for signs in found]


def set_apart(n: int, shown: int | None) -> str:
    """How many are set apart, as it may be said."""
    if not n:
        return _("none")
    return _("under 10") if shown is None else _("about %(answers)s", answers=number(shown))


def said_in_public(flagged: Iterable[Flagged], found: Grounds, rulings: Sequence[str]) -> str:
    """How many answers of a unit were set apart and why, for the method card.

    `rulings`: what officials decided afterwards, in words.
    """
    if not found:
        apart = _("Every answer was counted.")
    else:
        n = sum(each.set_apart for each in flagged)
        apart = _(
            "Set apart, kept but not counted: %(answers)s. Set apart is what has these signs of made-up answers: %(signs)s.",
            answers=set_apart(n, disclosure.released_count(n)),
            signs=words.listed(grounds(found)),
        )
    fixed = _("The rule was fixed before the first answer came in.")
    decided = _("Decided afterwards: %(rulings)s.", rulings=words.listed(rulings))
    return " ".join([apart, fixed, *([decided] if rulings else [])])


def ruling(flag: str, verdict: str) -> str:
    return f"{sign(flag)} → {VERDICTS[verdict]()}"
