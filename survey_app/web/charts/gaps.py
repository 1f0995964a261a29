"""The gap chart: self-score and perception of each indicator on one scale from 0 to 100.

One function, two layouts: beside each other from 720 units on, and for a phone each name above
its track. The page draws both and its style sheet shows one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from survey_app.web.charts.gap_rows import (
    DrawnRow,
    GapRow,
    GapWords,
    Number,
    draw_track,
    figure,
    gap_figure,
    self_figure,
)
from survey_app.web.charts.kinds import finding_mark, tone
from survey_app.web.charts.legend import LegendItem, legend
from survey_app.web.charts.shapes import Anchor, Label, Scale, Type, short

WIDE_FROM = 720
WIDE, NARROW = 960, 360
TICKS = (0, 25, 50, 75, 100)
_EDGE = 12.0  # a mark at 0 or 100 stays inside the picture
_FIGURE_ROOM = 52.0  # at least: most heads then take two lines
_BETWEEN = 10.0  # two columns of figures
_MARK_ROOM = 34.0  # of the mark before a finding

_NAME = Type(14.5, 18)
_CODE = Type(14.5, 18, bold=True, css="b")
_FIGURE = Type(14.5, 18, css="n")
_STRONG = Type(14.5, 18, bold=True, css="n b")
_WORD = Type(14, 17)
_HEAD = Type(13, 16, css="soft")
_NARROW_NAME = Type(15.5, 20, bold=True, css="b")
_NARROW_WORD = Type(14.5, 19, bold=True, css="b")
_NARROW_FIGURE = Type(14, 18, css="soft n")


@dataclass(frozen=True, slots=True)
class DumbbellChart:
    id: str
    layout: Literal["wide", "narrow"]
    width: float
    height: float
    title: str
    description: str
    scale: Scale
    legend: tuple[LegendItem, ...]
    heads: tuple[Label, ...]
    rows: tuple[DrawnRow, ...]
    grid: str
    rules: str


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Sequence[GapRow]
    words: GapWords
    width: float
    number: Number


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of the wide layout begin (texts) or end (figures)."""

    name: float
    scale: Scale
    figures: tuple[float, float, float]
    figure_rooms: tuple[float, float, float]
    finding: float
    finding_room: float

    @property
    def name_room(self) -> float:
        return self.scale.left - self.name - 2 * _EDGE


def dumbbell(
    rows: Sequence[GapRow], *, words: GapWords, width: int, number: Number, chart_id: str
) -> DumbbellChart:
    """Lay out the rows in the order given."""
    page = _Page(rows, words, width, number)
    key, top = legend(rows, words, width)
    wide = width >= WIDE_FROM
    heads, drawn, edges, scale = _wide(page, top) if wide else _narrow(page, top)
    bottom = edges[-1]
    heads += _ticks(scale, bottom + 16)
    return DumbbellChart(
        id=chart_id,
        layout="wide" if wide else "narrow",
        width=width,
        height=bottom + 24,
        title=words.title,
        description=words.description,
        scale=scale,
        legend=key,
        heads=heads,
        rows=drawn,
        grid=_grid(scale, ((edges[0], bottom),) if wide else _bands(drawn)),
        rules="".join(f"M0 {short(y)}H{short(width)}" for y in edges),
    )


def _ticks(scale: Scale, y: float) -> tuple[Label, ...]:
    return tuple(
        _HEAD.label(scale(tick), y, (str(tick),), anchor="middle", css="n") for tick in TICKS
    )


def _grid(scale: Scale, spans: Sequence[tuple[float, float]]) -> str:
    return "".join(
        f"M{short(scale(tick))} {short(top)}V{short(bottom)}"
        for top, bottom in spans
        for tick in TICKS
    )


def _bands(rows: Sequence[DrawnRow]) -> list[tuple[float, float]]:
    """Return the height of each row's own track; the finding's line lies 24 units below it."""
    return [(row.finding.y - 35, row.finding.y - 13) for row in rows]


def _columns(page: _Page) -> _Columns:
    """Give texts and figures the room they need; the track has the rest."""
    share = min((page.width - WIDE_FROM) / (WIDE - WIDE_FROM), 1.5)
    name = 42.0
    track = name + 140 + 70 * min(share, 1.2)
    finding = page.width - (122 + 38 * share)
    rooms = _figure_rooms(page)
    gap = finding - _MARK_ROOM
    perception = gap - rooms[2] - _BETWEEN
    own = perception - rooms[1] - _BETWEEN
    scale = Scale(track + 2 * _EDGE, own - rooms[0] - 2 * _EDGE)
    return _Columns(name, scale, (own, perception, gap), rooms, finding, page.width - finding)


def _figure_rooms(page: _Page) -> tuple[float, float, float]:
    words, number = page.words, page.number
    own = [self_figure(row, number) for row in page.rows]
    said = [figure(row.perception, number) for row in page.rows]
    gaps = [gap_figure(row, number) for row in page.rows]
    return (
        _room(words.self_score, own),
        _room(words.perception, said),
        _room(words.gap, gaps),
    )


def _room(head: str, figures: Sequence[str]) -> float:
    return max([_FIGURE_ROOM, _HEAD.least(head), *(_STRONG.least(text) for text in figures)]) + 2


_Layout = tuple[tuple[Label, ...], tuple[DrawnRow, ...], list[float], Scale]


def _wide(page: _Page, top: float) -> _Layout:
    columns = _columns(page)
    heads, edge = _wide_heads(page.words, columns, top)
    edges = [edge]
    drawn = []
    for row in page.rows:
        drawn_row, edge = _wide_row(row, page, columns, edge)
        drawn.append(drawn_row)
        edges.append(edge)
    return heads, tuple(drawn), edges, columns.scale


def _wide_heads(words: GapWords, columns: _Columns, top: float) -> tuple[tuple[Label, ...], float]:
    cells: list[tuple[float, tuple[str, ...], Anchor]] = [
        (0.0, _HEAD.wrap(words.indicator, columns.name_room), "start"),
        (columns.figures[0], _HEAD.wrap(words.self_score, columns.figure_rooms[0]), "end"),
        (columns.figures[1], _HEAD.wrap(words.perception, columns.figure_rooms[1]), "end"),
        (columns.figures[2], _HEAD.wrap(words.gap, columns.figure_rooms[2]), "end"),
        (columns.finding, _HEAD.wrap(words.finding, columns.finding_room), "start"),
    ]
    last = top + _HEAD.leading * max(len(lines) for _, lines, _ in cells)
    labels = tuple(
        _HEAD.label(x, last - _HEAD.leading * (len(lines) - 1), lines, anchor=anchor)
        for x, lines, anchor in cells
    )
    return labels + _ticks(columns.scale, last), last + 8


def _wide_row(row: GapRow, page: _Page, columns: _Columns, top: float) -> tuple[DrawnRow, float]:
    names = _NAME.wrap(row.name, columns.name_room)
    finding = _WORD.wrap(page.words.classes[row.kind], columns.finding_room)
    notes = _HEAD.wrap(row.note, columns.finding_room)
    lines = max(len(names), len(finding) + len(notes), 1)
    height = max(34.0, _NAME.leading * lines + 12)
    middle = top + height / 2
    said = middle - _HEAD.leading * len(notes) / 2
    word = _WORD.centred(columns.finding, said, finding, css=tone(row.kind))
    labels = [
        _CODE.centred(0, middle, (row.code,)),
        _NAME.centred(columns.name, middle, names),
        *_figures(row, page, columns, middle),
        word,
    ]
    if notes:
        labels.append(_HEAD.label(columns.finding, word.bottom + _HEAD.leading, notes))
    track = draw_track(row, columns.scale, middle)
    mark = finding_mark(row.kind, columns.finding - 14, said)
    return DrawnRow(row.code, tuple(labels), track, mark), top + height


def _figures(row: GapRow, page: _Page, columns: _Columns, middle: float) -> list[Label]:
    own, said, gap = columns.figures
    return [
        _FIGURE.centred(
            own,
            middle,
            _FIGURE.wrap(self_figure(row, page.number), columns.figure_rooms[0]),
            anchor="end",
        ),
        _FIGURE.centred(said, middle, (figure(row.perception, page.number),), anchor="end"),
        _STRONG.centred(gap, middle, (gap_figure(row, page.number),), anchor="end"),
    ]


def _narrow(page: _Page, top: float) -> _Layout:
    scale = Scale(_EDGE, page.width - _EDGE)
    heads = _ticks(scale, top + _HEAD.leading)
    edges = [top + _HEAD.leading + 8]
    drawn = []
    for row in page.rows:
        drawn_row, edge = _narrow_row(row, page, scale, edges[-1])
        drawn.append(drawn_row)
        edges.append(edge)
    return heads, tuple(drawn), edges, scale


def _narrow_row(row: GapRow, page: _Page, scale: Scale, top: float) -> tuple[DrawnRow, float]:
    words, number = page.words, page.number
    names = _NARROW_NAME.wrap(f"{row.code}  {row.name}", page.width)
    name = _NARROW_NAME.label(0, top + 24, names)
    middle = name.bottom + 22
    gap = gap_figure(row, number)
    room = page.width - 22 - 56
    finding = _NARROW_WORD.wrap(words.classes[row.kind], room)
    word = _NARROW_WORD.label(22, middle + 29, finding, css=tone(row.kind))
    told = f"{words.self_score} {self_figure(row, number)} · {words.perception} " + figure(
        row.perception, number
    )
    lines = _NARROW_FIGURE.wrap(told, page.width - 22) + _NARROW_FIGURE.wrap(
        row.note, page.width - 22
    )
    below = _NARROW_FIGURE.label(22, word.bottom + 20, lines)
    amount = _NARROW_WORD.label(page.width, word.y, (gap,), anchor="end", css="n")
    mark = finding_mark(row.kind, 7, middle + 24)
    labels = (name, word, amount, below)
    return DrawnRow(row.code, labels, draw_track(row, scale, middle), mark), below.bottom + 14
