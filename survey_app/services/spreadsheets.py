"""Tables that officials send in: .csv or .xlsx, as cells that know where they stand."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.utils import get_column_letter

from survey_app.errors import Refusal

MAX_ROWS = 10_000
MAX_COLUMNS = 50
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
XLSX_MARK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text; `is_number` says that the sheet held a number, not text."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet: its header, and the rows below with their row numbers in the file."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


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


def read_table(content: bytes, file_name: str) -> Table:
    """The first sheet of a file, whichever of the two kinds it is.

    Raises
    ------
    Refusal
        `file_unreadable`, `file_too_large`, `file_empty`.
    """
    if content.startswith(XLSX_MARK):
        sheet, lines = _xlsx(content, file_name)
    else:
        sheet, lines = "CSV", _csv(content, file_name)
    filled = [(number, cells) for number, cells in lines if any(cell.text for cell in cells)]
    if not filled:
        raise Refusal("file_empty", file=file_name)
    (_, header), *rows = filled
    return Table(sheet, tuple(cell.text for cell in header), tuple(rows))


def _csv(content: bytes, file_name: str) -> list[tuple[int, tuple[Cell, ...]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("file_unreadable", file=file_name) from error
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)  # Vietnamese Excel writes semicolons
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Refusal("file_unreadable", file=file_name) from error
    _check_size(len(lines), max((len(line) for line in lines), default=0), file_name)
    return [
        (number, tuple(Cell(value.strip()) for value in line))
        for number, line in enumerate(lines, start=1)
    ]


def _xlsx(content: bytes, file_name: str) -> tuple[str, list[tuple[int, tuple[Cell, ...]]]]:
    _check_archive(content, file_name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        _check_size(sheet.max_row or 0, sheet.max_column or 0, file_name)
        lines = [
            (number, tuple(_cell(value) for value in line))
            for number, line in enumerate(sheet.iter_rows(values_only=True), start=1)
        ]
    except (KeyError, ValueError, IndexError, zipfile.BadZipFile, SyntaxError) as error:
        raise Refusal("file_unreadable", file=file_name) from error
    return sheet.title, lines


def _cell(value: object) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Cell(str(value).strip())
    return Cell(f"{value:g}", is_number=True)


def _check_archive(content: bytes, file_name: str) -> None:
    """A small file may unpack to gigabytes: add up what it claims before unpacking anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Refusal("file_unreadable", file=file_name) from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise Refusal("file_too_large", file=file_name)


def _check_size(rows: int, columns: int, file_name: str) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise Refusal("file_too_large", file=file_name)


def places(table: Table, names: dict[str, Sequence[str]]) -> Iterator[tuple[str, int | None]]:
    """Where each wanted column stands: by any of its accepted headings, case and blanks aside."""
    given = [" ".join(heading.casefold().split()) for heading in table.header]
    for column, accepted in names.items():
        found = [given.index(name.casefold()) for name in accepted if name.casefold() in given]
        yield column, found[0] if found else None
