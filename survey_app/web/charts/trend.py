"""A few waves of one indicator with their intervals.

Waves stand at equal distances in their order. A line joins two neighbours only where both rest
on the same kind of evidence and both have an interval: nothing is drawn through a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from survey_app.web.charts.gap_rows import DOT_RADIUS, SELF_RADIUS, Number
from survey_app.web.charts.shapes import Label, Mark, Type, circle, known, short, square

_AXIS = Type(13, 16, css="soft n")
_NAME = Type(13.5, 17)
_VALUE = Type(14.5, 18, bold=True, css="n b")
_TICKS = (0, 50, 100)
_HEIGHT = 150.0
_VALUE_ROOM = 18.0  # in points of the scale
_TOP, _LEFT = 14.0, 36.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    name: str
    series: str
    value: float | None
    low: float | None = None
    high: float | None = None
    self_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendWords:
    title: str
    description: str
    absent: str


@dataclass(frozen=True, slots=True)
class TrendChart:
    id: str
    width: float
    height: float
    title: str
    description: str
    labels: tuple[Label, ...]
    lines: str
    intervals: str
    marks: tuple[Mark, ...]
    grid: str


def trend(
    points: Sequence[TrendPoint], *, words: TrendWords, width: int, number: Number, chart_id: str
) -> TrendChart:
    step = (width - _LEFT) / max(len(points), 1)
    places = [_LEFT + step * (place + 0.5) for place in range(len(points))]
    placed = list(zip(places, points, strict=True))
    names = [_NAME.wrap(point.name, step - 8) for point in points]
    base = _TOP + _HEIGHT + 24
    labels = [_AXIS.label(_LEFT - 8, _height(t) + 4.5, (str(t),), anchor="end") for t in _TICKS]
    labels += [
        _NAME.label(x, base, name, anchor="middle") for x, name in zip(places, names, strict=True)
    ]
    labels += [_value(x, point, words, number) for x, point in placed]
    lines = max((len(name) for name in names), default=1)
    return TrendChart(
        id=chart_id,
        width=width,
        height=base + (lines - 1) * _NAME.leading + 8,
        title=words.title,
        description=words.description,
        labels=tuple(labels),
        lines=_lines(placed),
        intervals="".join(_interval(x, point) for x, point in placed),
        marks=tuple(mark for x, point in placed for mark in _marks(x, point)),
        grid="".join(f"M{short(_LEFT)} {short(_height(t))}H{width}" for t in _TICKS),
    )


def _height(score: float) -> float:
    return _TOP + _HEIGHT * (1 - min(max(score, 0.0), 100.0) / 100)


def _value(x: float, point: TrendPoint, words: TrendWords, number: Number) -> Label:
    value = known(point.value)
    if value is None:
        return _AXIS.label(x, _height(50) - 6, _AXIS.wrap(words.absent, 90), anchor="middle")
    low, high, own = (known(part) for part in (point.low, point.high, point.self_score))
    bottom, top = (value if low is None else low), (value if high is None else high)
    # Under the interval, unless the axis or the self-score is there.
    taken = bottom < _VALUE_ROOM or (own is not None and bottom - _VALUE_ROOM < own < bottom)
    y = _height(top) - 10 if taken else _height(bottom) + 22
    return _VALUE.label(x, y, (number(value),), anchor="middle")


def _measured(point: TrendPoint) -> bool:
    return None not in {known(point.value), known(point.low), known(point.high)}


def _lines(placed: Sequence[tuple[float, TrendPoint]]) -> str:
    return "".join(
        f"M{short(x1)} {short(_height(a.value))}L{short(x2)} {short(_height(b.value))}"
        for (x1, a), (x2, b) in pairwise(placed)
        if a.value is not None and b.value is not None
        if a.series == b.series and _measured(a) and _measured(b)
    )


def _interval(x: float, point: TrendPoint) -> str:
    if not _measured(point) or point.low is None or point.high is None:
        return ""
    top, bottom = short(_height(point.high)), short(_height(point.low))
    return f"M{short(x - 4)} {top}h8m-4 0V{bottom}m-4 0h8"


def _marks(x: float, point: TrendPoint) -> list[Mark]:
    marks = []
    own, value = known(point.self_score), known(point.value)
    if own is not None:
        y = _height(own)
        marks.append(Mark(x, y, square(x, y, SELF_RADIUS), "own"))
    if value is not None:
        y = _height(value)
        css = "said" if _measured(point) else "said open"
        marks.append(Mark(x, y, circle(x, y, DOT_RADIUS), css))
    return marks
