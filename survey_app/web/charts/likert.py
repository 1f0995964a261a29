"""How the answers are spread over a five-point scale, residents beside businesses.

One row per answer, one column of bars per audience, all bars on one scale from zero: no bar is
lengthened to be seen. "Don't know" stands apart because its share is of all who were asked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.web.charts.gap_rows import Number
from survey_app.web.charts.shapes import Box, Label, Scale, Type, known, short
from survey_app.web.charts.text import width as text_width

_TEXT = Type(14.5, 18)
_VALUE = Type(14, 18, css="n")
_HEAD = Type(14.5, 18, bold=True, css="b")
_SOFT = Type(13, 16, css="soft")
_ROW, _BAR = 32.0, 18.0
_BETWEEN = 20.0
_STEP = 0.25  # the scale ends at 25, 50, 75 or 100 per cent
_APART = 12.0
_AFTER = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LikertGroup:
    """One audience: shares of those with an opinion (0 to 1), worst answer first.

    ``shares`` is None where nothing may be shown; ``note`` then says why.
    """

    name: str
    note: str  # "412 answers", or why there is nothing to see
    shares: Sequence[float] | None
    dont_know: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LikertWords:
    title: str
    description: str
    answers: Sequence[str]  # as many as there are shares, worst first
    dont_know: str


@dataclass(frozen=True, slots=True)
class Bar:
    box: Box
    value: Label


@dataclass(frozen=True, slots=True)
class LikertChart:
    id: str
    width: float
    height: float
    title: str
    description: str
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]
    axes: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Line:
    middle: float
    height: float


def likert(
    groups: Sequence[LikertGroup],
    *,
    words: LikertWords,
    width: int,
    percent: Number,
    chart_id: str,
) -> LikertChart:
    """Lay out the distribution; ``percent`` formats a share from 0 to 1."""
    name_room = min(0.3 * width, 210.0)
    column = (width - name_room) / max(len(groups), 1) - _BETWEEN
    scales = _scales(groups, name_room, column, percent)
    heads, top = _heads(groups, scales, column)
    names = [_TEXT.wrap(text, name_room) for text in (*words.answers, words.dont_know)]
    lines, apart = _lines(names, top)
    labels = [_TEXT.centred(0, line.middle, name) for name, line in zip(names, lines, strict=True)]
    bars = [
        bar
        for group, scale in zip(groups, scales, strict=True)
        for bar in _bars(group, scale, lines, percent)
    ]
    bottom = lines[-1].middle + lines[-1].height / 2
    return LikertChart(
        id=chart_id,
        width=width,
        height=bottom + 4,
        title=words.title,
        description=words.description,
        labels=(*heads, *labels),
        bars=tuple(bars),
        axes="".join(f"M{short(s.left)} {short(top)}V{short(bottom)}" for s in scales),
        rule=f"M0 {short(apart)}H{short(width)}",
    )


def _scales(
    groups: Sequence[LikertGroup], left: float, column: float, percent: Number
) -> list[Scale]:
    """Return one scale per audience, all to the same end, with room for the value after a bar."""
    shares = [share for group in groups for share in _shares(group) if share is not None]
    end = min(1.0, _STEP * max(1, math.ceil(max(shares, default=0.0) / _STEP - 1e-9)))
    room = column - text_width(percent(end), _VALUE.size) - 2 * _AFTER
    starts = (left + _BETWEEN + (column + _BETWEEN) * place for place in range(len(groups)))
    return [Scale(start, start + room / end) for start in starts]


def _shares(group: LikertGroup) -> list[float | None]:
    if group.shares is None:
        return []
    return [*(known(share) for share in group.shares), known(group.dont_know)]


def _heads(
    groups: Sequence[LikertGroup], scales: Sequence[Scale], column: float
) -> tuple[list[Label], float]:
    names = [_HEAD.wrap(group.name, column) for group in groups]
    notes = [_SOFT.wrap(group.note, column) for group in groups]
    name_lines = max((len(lines) for lines in names), default=0)
    note_lines = max((len(lines) for lines in notes), default=0)
    below = 16 + name_lines * _HEAD.leading
    labels = [_HEAD.label(s.left, 16, n) for s, n in zip(scales, names, strict=True)]
    labels += [_SOFT.label(s.left, below, n) for s, n in zip(scales, notes, strict=True)]
    return labels, below + note_lines * _SOFT.leading - 2


def _lines(names: Sequence[tuple[str, ...]], top: float) -> tuple[list[_Line], float]:
    """Return the row of each answer, and the height of the rule above "don't know"."""
    lines: list[_Line] = []
    edge = apart = top
    for place, name in enumerate(names):
        if place == len(names) - 1:
            apart = edge + _APART / 2
            edge += _APART
        height = max(_ROW, len(name) * _TEXT.leading + 10)
        lines.append(_Line(edge + height / 2, height))
        edge += height
    return lines, apart


def _bars(group: LikertGroup, scale: Scale, lines: Sequence[_Line], percent: Number) -> list[Bar]:
    bars = []
    shares = _shares(group)
    for place, (share, line) in enumerate(zip(shares, lines, strict=bool(shares))):
        if share is None:
            continue
        css = "share apart" if place == len(shares) - 1 else f"share s{place + 1}"
        length = scale(100 * share) - scale.left
        box = Box(scale.left, line.middle - _BAR / 2, length, _BAR, css)
        value = _VALUE.centred(scale.left + length + _AFTER, line.middle, (percent(share),))
        bars.append(Bar(box, value))
    return bars
