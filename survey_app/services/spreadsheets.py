"""Tables that officials send in: .csv or .xlsx, as cells that know where they stand."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, time

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter

from survey_app.errors import Refusal
from survey_app.vietnamese import fold, nfc

MAX_ROWS = 2_000
MAX_COLUMNS = 50
LAST_ROW = 1_048_576  # of Excel; a file that claims a later one would be padded row by row
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
XLSX_MARK = b"PK\x03\x04"
CALCULATED_TEXT = "str"  # the type of a cell whose formula gave a text (ECMA-376, 18.18.11)

Line = tuple[int, "tuple[Cell, ...]"]  # the row's number in the file, and its cells
Lines = Iterator[tuple[SheetCell | MergedCell, ...]]  # the cells of every row of a sheet


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text; `is_number` says that the sheet held a number or a date, not text.

    `is_uncalculated`: a formula that was saved without its value; `text` is the formula then.
    """

    text: str
    is_number: bool = False
    is_uncalculated: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet: its header, and the filled rows below with their row numbers in the file."""

    sheet: str
    header_row: int
    header: tuple[str, ...]
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell, and where: the words are the page's."""

    sheet: str
    row: int
    column: str  # the letter that Excel shows
    code: str
    value: str = ""


def fault(table: Table, row: int, place: int, code: str, value: str = "") -> CellFault:
    return CellFault(table.sheet, row, get_column_letter(place + 1), code, value[:80])


def read_table(content: bytes, file_name: str, most_rows: int = MAX_ROWS) -> Table:
    """The first sheet of a file, whichever of the two kinds it is.

    Raises
    ------
    Refusal
        `file_unreadable`, `file_too_large`, `file_empty`.
    """
    if content.startswith(XLSX_MARK):
        sheet, lines = _xlsx(content, file_name, most_rows)
    else:
        sheet, lines = "CSV", _csv(content, file_name, most_rows)
    if len(lines) > most_rows or any(len(cells) > MAX_COLUMNS for _row, cells in lines):
        raise Refusal("file_too_large", file=file_name)
    if not lines:
        raise Refusal("file_empty", file=file_name)
    (header_row, header), *rows = lines
    return Table(sheet, header_row, tuple(cell.text for cell in header), tuple(rows))


def places(table: Table, names: dict[str, Sequence[str]]) -> Iterator[tuple[str, int | None]]:
    """Where each wanted column stands: by any of its headings; case, tones and blanks aside."""
    given = [fold(heading) for heading in table.header]
    for column, accepted in names.items():
        found = [given.index(fold(name)) for name in accepted if fold(name) in given]
        yield column, found[0] if found else None


def _csv(content: bytes, file_name: str, most: int) -> list[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("file_unreadable", file=file_name) from error
    first = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=first.count)  # Vietnamese Excel writes semicolons
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        lines = ([Cell(nfc(value).strip()) for value in line] for line in read)
        return _filled(lines, most)
    except csv.Error as error:
        raise Refusal("file_unreadable", file=file_name) from error


def _xlsx(content: bytes, file_name: str, most: int) -> tuple[str, list[Line]]:
    _check_archive(content, file_name)
    try:
        # What was typed stands beside what Excel made of it: a formula may have no value yet.
        with (
            _first_sheet(content, data_only=True) as (title, values),
            _first_sheet(content, data_only=False) as (_title, typed),
        ):
            cells = (
                [_cell(found, formula.value) for found, formula in zip(*lines, strict=True)]
                for lines in zip(values, typed, strict=True)
            )
            return title, _filled(cells, most)
    except _UNREADABLE as error:
        raise Refusal("file_unreadable", file=file_name) from error


@contextmanager
def _first_sheet(content: bytes, *, data_only: bool) -> Iterator[tuple[str, Lines]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    with closing(book):
        sheet = book.worksheets[0]
        # What a sheet says of its own size is often wrong, and sometimes a lie.
        sheet.reset_dimensions()
        yield sheet.title, sheet.iter_rows()


# All that openpyxl was seen to raise on archives that are no workbook, or a broken one.
_UNREADABLE = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    SyntaxError,
    EOFError,
    zipfile.BadZipFile,
    RuntimeError,  # a part that is encrypted, or packed in a way that zipfile cannot undo
)


def _filled(lines: Iterator[list[Cell]], most: int) -> list[Line]:
    """Rows and cells up to the last that holds something; one row too many is enough to refuse."""
    found: list[Line] = []
    for number, cells in enumerate(lines, start=1):
        while cells and not cells[-1].text:
            cells.pop()
        if cells:
            found.append((number, tuple(cells)))
        if len(found) > most or number > LAST_ROW:
            break
    return found


def _cell(found: SheetCell | MergedCell, typed: object) -> Cell:
    value = found.value
    if value is None:
        # A formula whose result is an empty text says that it is text; one without result does not.
        is_uncalculated = typed is not None and found.data_type != CALCULATED_TEXT
        formula = str(getattr(typed, "text", typed)) if is_uncalculated else ""
        return Cell(nfc(formula).strip(), is_uncalculated=is_uncalculated)
    if isinstance(value, float):
        return Cell(f"{value:.15g}", is_number=True)  # as many digits as Excel keeps
    is_number = isinstance(value, int | date | time) and not isinstance(value, bool)
    return Cell(nfc(str(value)).strip(), is_number=is_number)


def _check_archive(content: bytes, file_name: str) -> None:
    """A small file may unpack to gigabytes: add up what it claims before unpacking anything.

    What it claims binds it: `zipfile` never reads a part beyond its claimed size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Refusal("file_unreadable", file=file_name) from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise Refusal("file_too_large", file=file_name)
