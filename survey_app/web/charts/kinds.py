"""The findings a gap can have, each with a shape of its own before it has a colour."""

from collections.abc import Callable
from enum import StrEnum

from survey_app.web.charts.shapes import (
    Mark,
    circle,
    dash,
    diamond,
    dot,
    triangle_down,
    triangle_up,
)


class Kind(StrEnum):
    SELF_HIGHER = "self_higher"
    PERCEPTION_HIGHER = "perception_higher"
    ALIGNED = "aligned"
    FITS_COLOUR = "fits_colour"
    UNCERTAIN = "uncertain"
    NO_DATA = "no_data"
    NOT_ASKED = "not_asked"
    SIGNAL_BELOW = "signal_below"
    SIGNAL_ABOVE = "signal_above"
    NO_SIGNAL = "no_signal"


SIGNALS = frozenset({Kind.SIGNAL_BELOW, Kind.SIGNAL_ABOVE, Kind.NO_SIGNAL})
_FORMS: dict[Kind, tuple[Callable[[float, float, float], str], str]] = {
    Kind.SELF_HIGHER: (triangle_up, "up"),
    Kind.PERCEPTION_HIGHER: (triangle_down, "down"),
    Kind.ALIGNED: (circle, "fit"),
    Kind.FITS_COLOUR: (circle, "fit"),
    Kind.UNCERTAIN: (circle, "weak"),
    Kind.NO_DATA: (dash, "none"),
    Kind.NOT_ASKED: (dot, "none"),
    Kind.SIGNAL_BELOW: (diamond, "signal"),
    Kind.SIGNAL_ABOVE: (diamond, "signal"),
    Kind.NO_SIGNAL: (diamond, "quiet"),
}
RADIUS = 6.0


def tone(kind: Kind) -> str:
    """Return the CSS class that colours everything said about a finding."""
    return _FORMS[kind][1]


def finding_mark(kind: Kind, x: float = 0.0, y: float = 0.0, radius: float = RADIUS) -> Mark:
    form, css = _FORMS[kind]
    return Mark(x, y, form(x, y, radius), f"mark {css}")
