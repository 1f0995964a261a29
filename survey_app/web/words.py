"""Words for what the comparison finds and rests on: their one home, for every page and export."""

from collections.abc import Callable, Iterable, Mapping

from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import number, percent

Word = Callable[[], str]
CUT = 0.05  # released shares are not told apart beyond it

# For tables and lists.
CLASSES: Mapping[str, Word] = {
    "self_higher": lambda: _("Self-score higher"),
    "perception_higher": lambda: _("People's score higher"),
    "aligned": lambda: _("In line"),
    "fits_colour": lambda: _("Fits the colour"),
    "uncertain": lambda: _("Not enough answers to tell"),
    "no_data": lambda: _("No data"),
    "not_asked": lambda: _("Not asked of people"),
    "signal_below": lambda: _("Signal: people lower"),
    "signal_above": lambda: _("Signal: people higher"),
    "no_signal": lambda: _("No signal"),
}
# Where a line of the chart leaves little room.
CLASSES_IN_CHART: Mapping[str, Word] = {
    **CLASSES,
    "uncertain": lambda: _("Not enough to tell"),
    "signal_below": lambda: _("Signal: lower"),
    "signal_above": lambda: _("Signal: higher"),
}
CLASSES_IN_FULL: Mapping[str, Word] = {
    **CLASSES,
    "self_higher": lambda: _("Self-score higher than what people say – worth another look"),
    "perception_higher": lambda: _(
        "People say better than the self-score – an unnoticed strength"
    ),
    "aligned": lambda: _("Self-score and what people say are in line"),
    "fits_colour": lambda: _("What people say fits the colour of the self-score"),
    "signal_below": lambda: _("Signal (open link): those who took part say worse"),
    "signal_above": lambda: _("Signal (open link): those who took part say better"),
    "no_signal": lambda: _("No signal (open link)"),
}
MEANINGS: Mapping[str, Word] = {
    "self_higher": lambda: _(
        "The self-score lies above the average answer by more than the margin, and chance is an"
        " unlikely explanation."
    ),
    "perception_higher": lambda: _(
        "The average answer lies above the self-score by more than the margin, and chance is an"
        " unlikely explanation."
    ),
    "aligned": lambda: _("The two are so close that any difference is within the margin."),
    "fits_colour": lambda: _(
        "The average answer lies within the range that the colour stands for."
    ),
    "uncertain": lambda: _(
        "The answers allow both a real difference and none. This is not agreement: more answers"
        " are needed."
    ),
    "no_data": lambda: _("Either the self-score or an opinion from people is missing."),
    "not_asked": lambda: _("People cannot be expected to know this; it is not asked of them."),
    "signal_below": lambda: _(
        "Among those who chose to take part, the average answer lies below the self-score by more"
        " than the margin. It does not speak for everybody."
    ),
    "signal_above": lambda: _(
        "Among those who chose to take part, the average answer lies above the self-score by more"
        " than the margin. It does not speak for everybody."
    ),
    "no_signal": lambda: _(
        "Among those who chose to take part, the difference is within the margin. It does not"
        " speak for everybody."
    ),
}
AUDIENCES: Mapping[str, Word] = {
    "residents": lambda: _("Residents"),
    "businesses": lambda: _("Businesses"),
}
SERIES: Mapping[str, Word] = {
    "drawn": lambda: _("Drawn sample"),
    "assisted": lambda: _("Interviews with quotas"),
    "open": lambda: _("Open link"),
}
EVIDENCE: Mapping[str, Word] = {
    "A": lambda: _(
        "Evidence A: people drawn at random and invited. Intervals cover the chance of the draw."
    ),
    "B": lambda: _(
        "Evidence B: interviews by survey collectors with quotas. Intervals take the collectors as"
        " clusters and assume that those met are like those not met."
    ),
    "C": lambda: _(
        "Evidence C: people who chose to take part through an open link. There are signals, no"
        " intervals, and no conclusion about everybody."
    ),
}
LIMITS: Mapping[str, Word] = {
    "B": lambda: _(
        "How alike the answers brought by one collector are can be measured from ten collectors"
        " on. With fewer, a likeness of 0.06 is assumed; where the answers are more alike, the"
        " truth lies outside the interval more often (at a likeness of 0.15: in about 12 of 100"
        " cases)."
    ),
}
CHANNELS: Mapping[str, Word] = {
    "drawn": lambda: _("invitation codes to people drawn at random"),
    "assisted": lambda: _("survey collectors with a tablet"),
    "paper": lambda: _("paper forms"),
    "phone": lambda: _("telephone"),
    "open": lambda: _("open link or QR code"),
    "counter": lambda: _("one-stop counter"),
}
COLOURS: Mapping[str, Word] = {
    "red": lambda: _("Red: not met"),
    "yellow": lambda: _("Yellow: partly met"),
    "green": lambda: _("Green: met"),
}
SHORT_COLOURS: Mapping[str, Word] = {
    "red": lambda: _("Red"),
    "yellow": lambda: _("Yellow"),
    "green": lambda: _("Green"),
}
RUN_LABELS: Mapping[str, Word] = {
    "registered": lambda: _("registered before results"),
    "after_results": lambda: _("after results"),
}


def class_name(name: str) -> str:
    return CLASSES[name]()


def class_in_chart(name: str) -> str:
    return CLASSES_IN_CHART[name]()


def class_in_full(name: str) -> str:
    return CLASSES_IN_FULL[name]()


def meaning(name: str) -> str:
    return MEANINGS[name]()


def audience(name: str) -> str:
    return AUDIENCES[name]()


def series(name: str) -> str:
    return SERIES[name]()


def evidence(grade: str) -> str:
    return EVIDENCE[grade]()


def limits(grades: Iterable[str]) -> list[str]:
    """What the intervals of these grades of evidence cannot promise (docs/statistics)."""
    inferred = [grade for grade in grades if grade != "C"]
    if not inferred:
        return []
    tried = _(
        "Tried on data whose truth is known, these intervals held the truth in 94 to 98 of 100"
        " cases."
    )
    return [tried, *(LIMITS[grade]() for grade in inferred if grade in LIMITS)]


def channel(name: str) -> str:
    return CHANNELS[name]()


def colour(name: str | None) -> str:
    return COLOURS[name]() if name else ""


def short_colour(name: str | None) -> str:
    return SHORT_COLOURS[name]() if name else ""


def people(n: int | None) -> str:
    """A released count: in steps of five, or that there are too few to say."""
    return _("under 10") if n is None else number(n)


def share(value: float) -> str:
    """A released share: what is cut at either end is said as a bound."""
    if value < CUT:
        return _("under %(bound)s", bound=percent(CUT))
    if value > 1 - CUT:
        return _("over %(bound)s", bound=percent(1 - CUT))
    return percent(value)


def whole(value: float) -> str:
    """A score or a distance as it is said: half a point more or less says nothing."""
    return number(value)


def points(value: float) -> str:
    """A size in points of the 0-100 scale: a decimal only where it has one."""
    return number(value, 0 if round(value, 1).is_integer() else 1)


def listed(names: Iterable[str]) -> str:
    """Names that may hold commas themselves."""
    return "; ".join(names)
