"""Words for answers, actions and verdicts, for the office and the public page alike."""

from collections.abc import Callable, Mapping

from survey_app.models.actions import Action
from survey_app.services.changing import NOT_MATERIAL
from survey_app.services.following_up import Verdict
from survey_app.web import words
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, number, signed

Word = Callable[[], str]

ANSWERS: Mapping[str, Word] = {
    "accept": lambda: _("Accepted"),
    "explain": lambda: _("Explained"),
    "contest": lambda: _("Contested"),
}
DECISIONS: Mapping[str, Word] = {
    "stands": lambda: _("The finding stands"),
    "upheld": lambda: _("The objection is upheld"),
}
STATES: Mapping[str, Word] = {
    "received": lambda: _("Received"),
    "planned": lambda: _("Planned"),
    "under_way": lambda: _("Under way"),
    "done": lambda: _("Completed"),
    "verified": lambda: _("Verified"),
}
# The look of a state: the tags of the waves' own life.
TAGS: Mapping[str, str] = {
    "received": "draft",
    "planned": "registered",
    "under_way": "open",
    "done": "closed",
    "verified": "published",
}
OUTCOMES: Mapping[str, Word] = {
    "worked": lambda: _("Worked"),
    "did_not": lambda: _("Did not work"),
    "not_known": lambda: _("Not known"),
}
OUTCOME_SIGNS: Mapping[str, str] = {"worked": "✓", "did_not": "✗", "not_known": "?"}
OUTCOMES_IN_FULL: Mapping[str, Word] = {
    "worked": lambda: _("%(wave)s shows that it brought what was expected."),
    "did_not": lambda: _("%(wave)s shows that it did not bring what was expected."),
    "not_known": lambda: _("%(wave)s cannot tell whether it brought what was expected."),
}


def state(name: str) -> str:
    return STATES[name]()


def title(action: Action) -> str:
    return action.title_en if language() == "en" and action.title_en else action.title_vi


def title_language(action: Action) -> str:
    """The language that the title is written in."""
    return "en" if language() == "en" and action.title_en else "vi"


def expectation(action: Action) -> str:
    if action.expected == "hold":
        return _(
            "that the level is held: a change of less than %(points)s points",
            points=number(NOT_MATERIAL),
        )
    if action.expected_points > 0:
        return _(
            "a rise of at least %(points)s points", points=words.points(action.expected_points)
        )
    return _("a rise that chance does not explain")


def verdict(found: Verdict) -> tuple[str, ...]:
    """What the wave says, and the figures behind it."""
    said = OUTCOMES_IN_FULL[found.outcome]() % {"wave": found.wave.title(language())}
    change = found.change
    if change is None or change.points is None:
        return said, _("There are too few answers, or none that can be compared.")
    figures = _(
        "Change of the average answer since %(wave)s: %(points)s points (95%% interval: %(low)s to"
        " %(high)s).",
        wave=change.earlier.title(language()),
        points=signed(change.points, 1),
        low=signed(change.low, 1),
        high=signed(change.high, 1),
    )
    return said, figures
