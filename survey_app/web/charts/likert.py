"""How the answers are spread over a five-point scale, residents beside businesses.

One row per answer, one column of bars per audience, all bars on one scale from zero: no bar is
lengthened to be seen. Answers that are counted together have one bar, and a bracket joins them.
"Don't know" stands apart because its share is of all who were asked.
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
_BRACKET = 4.0


@dataclass(frozen=True, slots=True)
class Together:
    """The share of the answers from ``first`` to ``last`` (places), counted as one."""

    first: int
    last: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LikertGroup:
    """One audience: shares of those with an opinion (0 to 1), worst answer first.

    ``shares`` is None where nothing may be shown; ``note`` then says why. A share that stands
    ``together`` with others is None itself.
    """

    name: str
    note: str  # "412 answers", or why there is nothing to see
    shares: Sequence[float | None] | None
    dont_know: float | None = None
    together: Sequence[Together] = ()


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
    brackets: str
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
        brackets="".join(
            _bracket(scale, *_ends(each, lines))
            for group, scale in zip(groups, scales, strict=True)
            for each in group.together
        ),
        rule=f"M0 {short(apart)}H{short(width)}",
    )


def _scales(
    groups: Sequence[LikertGroup], left: float, column: float, percent: Number
) -> list[Scale]:
    """Return one scale per audience, all to the same end, with room for the value after a bar."""
    shares = [share for group in groups for share in _shares(group) if share is not None]
    shares += [each.share for group in groups for each in group.together]
    end = min(1.0, _STEP * max(1, math.ceil(max(shares, default=0.0) / _STEP - 1e-9)))
    room = column - text_width(percent(end), _VALUE.size) - 2 * _AFTER
    starts = (left + _BETWEEN + (column + _BETWEEN) * place for place in range(len(groups)))
    return [Scale(start, start + room / end) for start in starts]


def _shares(group: LikertGroup) -> list[float | None]:
    if group.shares is None:
        return []
    return [*map(known, group.shares), known(group.dont_know)]


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
    shares = _shares(group)
    bars = []
    for place, (share, line) in enumerate(zip(shares, lines, strict=bool(shares))):
        if share is not None:
            css = "share apart" if place == len(shares) - 1 else f"share s{place + 1}"
            bars.append(_bar(share, line.middle, scale, percent, css=css))
    for each in group.together:
        middle = sum(_ends(each, lines)) / 2
        bars.append(_bar(each.share, middle, scale, percent, css=f"share s{each.first + 1}"))
    return sorted(bars, key=lambda bar: bar.box.y)


def _bar(share: float, middle: float, scale: Scale, percent: Number, *, css: str) -> Bar:
    length = scale(100 * share) - scale.left
    value = _VALUE.centred(scale.left + length + _AFTER, middle, (percent(share),))
    return Bar(Box(scale.left, middle - _BAR / 2, length, _BAR, css), value)


def _ends(each: Together, lines: Sequence[_Line]) -> tuple[float, float]:
    """Return where the bars of its first and its last answer would begin and end."""
    return lines[each.first].middle - _BAR / 2, lines[each.last].middle + _BAR / 2


def _bracket(scale: Scale, top: float, bottom: float) -> str:
    left, foot = short(scale.left - _BRACKET), short(scale.left)
    return f"M{foot} {short(top)}H{left}V{short(bottom)}H{foot}"
