"""Somebody else's microdata: a CSV and its mapping become dataset rows, or a list of faults.

Every row, column and value that does not fit is named, and then nothing of the file is used.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetRow
from survey_app.errors import Refusal
from survey_app.instrument.mapping import SourceMapping, composed
from survey_app.instrument.recoding import combined

SHOWN = 80  # a fault shows the beginning of a value: a cell may hold a whole page
_SEPARATORS = ",;\t"
_NUMBER = re.compile(r"[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class MicrodataFault:
    """What is wrong where; `row` counts as a spreadsheet does, the heading is row 1.

    Codes: missing_column, repeated_column, cell_count (value: how many the row has), unknown_code,
    bad_weight, empty_label.
    """

    code: str
    row: int
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.code} {self.value!r}"


@dataclass(frozen=True, slots=True)
class Table:
    """The heading, composed (NFC), and every row with its number in the file."""

    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal_comma: bool


@dataclass(frozen=True)
class Reader:
    """What the mapping asks of each row."""

    mapping: SourceMapping
    places: dict[str, int]  # column of the file -> where it stands
    decimal_comma: bool

    @cached_property
    def codes(self) -> dict[str, dict[str, int]]:
        """Column -> value -> dataset code."""
        return {
            item.column: self.mapping.scale_of(indicator, item).code_of_value(
                reverse=item.reversed
            )
            for indicator in self.mapping.indicators
            for item in indicator.items
            if item.column in self.places
        }

    def row(self, cells: Sequence[str]) -> DatasetRow:
        """Read a row without faults, of a file without faults."""
        codes = {column: known[self._cell(cells, column)] for column, known in self.codes.items()}
        labels = self._labels(cells)
        weight = self.mapping.columns.weight
        return DatasetRow(
            groups=tuple(labels.get(name, "") for name in files.IMPORTED_COLUMNS),
            codes=self._dataset_codes(codes),
            weight=1.0 if weight is None else self._weight(self._cell(cells, weight)),
        )

    def faults(self, number: int, cells: Sequence[str], width: int) -> Iterator[MicrodataFault]:
        if len(cells) != width:
            yield MicrodataFault("cell_count", number, value=str(len(cells)))
            return
        for column, known in self.codes.items():
            value = self._cell(cells, column)
            if value not in known:
                yield MicrodataFault("unknown_code", number, column, value[:SHOWN])
        for column in self.mapping.columns.labels.values():
            if column in self.places and not self._cell(cells, column):
                yield MicrodataFault("empty_label", number, column)
        weight = self.mapping.columns.weight
        if weight is not None and weight in self.places:
            text = self._cell(cells, weight)
            if not isfinite(self._weight(text)):
                yield MicrodataFault("bad_weight", number, weight, text[:SHOWN])

    def _cell(self, cells: Sequence[str], column: str) -> str:
        return composed(cells[self.places[column]])

    def _weight(self, text: str) -> float:
        """The number, or NaN for anything that is not a plain number of zero or more."""
        plain = text.replace(",", ".") if self.decimal_comma else text
        return float(plain) if _NUMBER.fullmatch(plain) else float("nan")

    def _labels(self, cells: Sequence[str]) -> dict[str, str]:
        mapping = self.mapping
        return {
            "unit": mapping.unit or "",
            "wave": mapping.wave or "",
            "audience": mapping.audience,
            "channel": mapping.channel,
            "language": mapping.language,
            "helped": "0",
            **{name: self._cell(cells, column) for name, column in mapping.columns.labels.items()},
        }

    def _dataset_codes(self, codes: dict[str, int]) -> dict[str, int]:
        """Each column as it was answered, and the indicator that its columns make."""
        audience = self.mapping.audience
        kept = {column_name(audience, column): code for column, code in codes.items()}
        for indicator in self.mapping.indicators:
            parts = [codes[item.column] for item in indicator.items]
            kept[indicator.code] = combined(parts) if len(parts) > 1 else parts[0]
        return kept


def column_name(audience: str, column: str) -> str:
    return files.column_of(audience, column, is_rating=False)


def item_columns(mapping: SourceMapping) -> tuple[str, ...]:
    """The item columns of the dataset: those of the source, then the indicators."""
    sources = (
        column_name(mapping.audience, item.column)
        for indicator in mapping.indicators
        for item in indicator.items
    )
    return (*sources, *(indicator.code for indicator in mapping.indicators))


def read_microdata(content: bytes, file_name: str, mapping: SourceMapping) -> list[DatasetRow]:
    """All rows of a good file.

    Raises
    ------
    Refusal
        `microdata_empty`, `microdata_unreadable`; `microdata_faults` with a line for each of them, `faults`,
        and themselves, `found`.
    """
    table = _table(content, file_name)
    places = {name: place for place, name in enumerate(table.heading)}
    reader = Reader(mapping, places, table.decimal_comma)
    faults = list(_heading_faults(table, mapping))
    for number, cells in table.rows:
        faults += reader.faults(number, cells, len(table.heading))
    if faults:
        raise Refusal(
            "microdata_faults",
            file=file_name,
            count=len(faults),
            faults="\n".join(map(str, faults)),
            found=tuple(faults),
        )
    return [reader.row(cells) for _, cells in table.rows]


def _table(content: bytes, file_name: str) -> Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("microdata_unreadable", file=file_name) from error
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Refusal("microdata_unreadable", file=file_name) from error
    filled = [(number, tuple(cells)) for number, cells in enumerate(lines, start=1) if any(cells)]
    if len(filled) < 2:  # noqa: PLR2004  a heading and one row
        raise Refusal("microdata_empty", file=file_name)
    (_, heading), *rows = filled
    return Table(tuple(map(composed, heading)), tuple(rows), separator != ",")


def _heading_faults(table: Table, mapping: SourceMapping) -> Iterator[MicrodataFault]:
    wanted = [item.column for indicator in mapping.indicators for item in indicator.items]
    wanted += mapping.columns.labels.values()
    wanted += [mapping.columns.weight] if mapping.columns.weight is not None else []
    times = Counter(table.heading)
    for column in dict.fromkeys(wanted):
        if times[column] == 0:
            yield MicrodataFault("missing_column", 1, column)
        elif times[column] > 1:
            yield MicrodataFault("repeated_column", 1, column, str(times[column]))
