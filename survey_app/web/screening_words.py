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


def grounds(found: Grounds) -> list[str]:
    """What sets an answer apart: a sign, or a sign and one of several others."""
    others: dict[str, list[str]] = {}
    for first, *more in found:
        others.setdefault(first, []).append(" + ".join(map(sign, more)))
    return [
        sign(first)
        if "" in further
        else _(
            "%(sign)s – and one of these as well: %(others)s",
            sign=sign(first),
            others=words.listed(further),
        )
        for first, further in others.items()
    ]


def set_apart(n: int, shown: int | None) -> str:
    """How many are set apart, as it may be said."""
    if not n:
        return _("none")
    return _("under 10") if shown is None else _("about %(answers)s", answers=number(shown))


def said_in_public(
    flagged: Iterable[Flagged], found: Grounds, rulings: Sequence[str]
) -> list[str]:
    """How many answers of a unit were set apart and why, line by line, for the method card.

    `rulings`: what officials decided afterwards, in words.
    """
    if found:
        n = sum(each.set_apart for each in flagged)
        shown = set_apart(n, disclosure.released_count(n))
        lines = [
            _("Set apart, kept but not counted: %(answers)s. That is what has:", answers=shown),
            *(f"• {line}" for line in grounds(found)),
        ]
    else:
        lines = [_("Every answer was counted.")]
    lines.append(_("The rule was fixed before the first answer came in."))
    if rulings:
        lines.append(_("Decided afterwards: %(rulings)s.", rulings=words.listed(rulings)))
    return lines


def ruling(flag: str, verdict: str) -> str:
    return f"{sign(flag)} → {VERDICTS[verdict]()}"
