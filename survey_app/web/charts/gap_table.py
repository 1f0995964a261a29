"""The gap chart as a table: every number the picture shows, for reading, copying and hearing."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.web.charts.gap_rows import (
    ABSENT,
    GapRow,
    GapWords,
    Number,
    figure,
    gap_figure,
    self_figure,
)
from survey_app.web.charts.kinds import finding_mark
from survey_app.web.charts.shapes import Mark, known


@dataclass(frozen=True, slots=True)
class TableRow:
    code: str
    name: str
    href: str
    figures: tuple[str, str, str, str]  # self-score, perception, interval, gap
    mark: Mark
    finding: str
    note: str


@dataclass(frozen=True, slots=True)
class GapTable:
    caption: str
    indicator: str
    heads: tuple[str, str, str, str]
    finding: str
    rows: tuple[TableRow, ...]


def gap_table(
    rows: Sequence[GapRow], *, words: GapWords, number: Number, caption: str
) -> GapTable:
    return GapTable(
        caption=caption,
        indicator=words.indicator,
        heads=(words.self_score, words.perception, words.interval, words.gap),
        finding=words.finding,
        rows=tuple(_row(row, words, number) for row in rows),
    )


def _row(row: GapRow, words: GapWords, number: Number) -> TableRow:
    figures = (
        self_figure(row, number),
        figure(row.perception, number),
        _interval(row, number),
        gap_figure(row, number),
    )
    finding = words.classes[row.kind]
    return TableRow(
        row.code, row.name, row.href, figures, finding_mark(row.kind), finding, row.note
    )


def _interval(row: GapRow, number: Number) -> str:
    low, high = known(row.low), known(row.high)
    return ABSENT if low is None or high is None else f"{number(low)}–{number(high)}"
