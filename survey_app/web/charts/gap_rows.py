"""What the gap chart and its table are made from, and the drawing of one row's track."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from survey_app.web.charts.kinds import SIGNALS, Kind, tone
from survey_app.web.charts.shapes import (
    Box,
    Interval,
    Label,
    Mark,
    Scale,
    circle,
    known,
    square,
)

Number = Callable[[float], str]
ABSENT = "–"
_JOINT = 8.0
_BAND = 20.0
# The circle is smaller than the square: where both scores are the same, both are seen.
SELF_RADIUS = 6.8
DOT_RADIUS = 5.2
_SLIVER = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One indicator. A colour as self-score is ``self_range`` with its word and colour."""

    code: str
    name: str
    kind: Kind
    self_score: float | None = None
    self_range: tuple[float, float] | None = None
    self_colour: Literal["red", "yellow", "green"] | None = None
    self_word: str = ""
    perception: float | None = None
    low: float | None = None
    high: float | None = None
    gap: float | None = None
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapWords:
    """All words of the chart and its table, in the reader's language.

    ``classes`` has a word for every value of :class:`Kind` that occurs.
    """

    title: str
    description: str
    indicator: str
    self_score: str
    perception: str
    gap: str
    finding: str
    interval: str
    perception_interval: str  # in the legend: "perception and its 95 % interval"
    colour_range: str
    classes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Track:
    """A row's drawing between 0 and 100."""

    band: Box | None
    joint: Box | None
    interval: Interval | None
    self_mark: Mark | None
    perception_mark: Mark | None


@dataclass(frozen=True, slots=True)
class DrawnRow:
    code: str
    labels: tuple[Label, ...]
    track: Track
    finding: Mark


def signed(value: float, number: Number) -> str:
    """Format a gap with its sign; what rounds to zero has none."""
    size = number(abs(value))
    if size == number(0.0):
        return size
    return f"+{size}" if value > 0 else f"−{size}"


def figure(value: float | None, number: Number) -> str:
    present = known(value)
    return ABSENT if present is None else number(present)


def gap_figure(row: GapRow, number: Number) -> str:
    gap = known(row.gap)
    return ABSENT if gap is None else signed(gap, number)


def self_figure(row: GapRow, number: Number) -> str:
    return row.self_word or figure(row.self_score, number)


def draw_track(row: GapRow, scale: Scale, y: float) -> Track:
    perception = known(row.perception)
    self_score = known(row.self_score) if row.self_range is None else None
    at = None if perception is None else scale(perception)
    mark = None
    if at is not None:
        style = "said open" if row.kind in SIGNALS else "said"
        mark = Mark(at, y, circle(at, y, DOT_RADIUS), style)
    own = None
    if self_score is not None:
        x = scale(self_score)
        own = Mark(x, y, square(x, y, SELF_RADIUS), "own")
    return Track(_band(row, scale, y), _joint(row, scale, y), _interval(row, scale, y), own, mark)


def _band(row: GapRow, scale: Scale, y: float) -> Box | None:
    if row.self_range is None:
        return None
    left, right = (scale(end) for end in row.self_range)
    return Box(left, y - _BAND / 2, right - left, _BAND, f"band {row.self_colour or ''}".strip())


def _joint(row: GapRow, scale: Scale, y: float) -> Box | None:
    perception = known(row.perception)
    self_score = known(row.self_score)
    if row.self_range is not None and perception is not None:
        # From the colour's nearer end: inside the colour there is nothing to join.
        self_score = min(max(perception, row.self_range[0]), row.self_range[1])
    if perception is None or self_score is None:
        return None
    left, right = sorted((scale(self_score), scale(perception)))
    if right - left < _SLIVER:
        return None
    hatched = row.kind is Kind.UNCERTAIN or row.kind in SIGNALS
    return Box(left, y - _JOINT / 2, right - left, _JOINT, f"joint {tone(row.kind)}", hatched)


def _interval(row: GapRow, scale: Scale, y: float) -> Interval | None:
    low, high = known(row.low), known(row.high)
    if known(row.perception) is None or low is None or high is None:
        return None
    return Interval(scale(low), scale(high), y)
