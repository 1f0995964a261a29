"""A table as CSV and XLSX, for the spreadsheets that Vietnamese offices use."""

import csv
import io
from collections.abc import Iterable

import xlsxwriter
from flask import Response

from survey_app.languages import declared
from survey_app.web.office.gaps.table import Cell, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_COLUMN = 48


def csv_response(table: Table, language: str) -> Response:
    text = BYTE_ORDER_MARK + csv_text(table, language)
    return _attachment(text.encode(), "text/csv; charset=utf-8", f"{table.name}.csv")


def xlsx_response(table: Table, titles: tuple[str, str]) -> Response:
    return _attachment(xlsx_bytes(table, titles), XLSX, f"{table.name}.xlsx")


def csv_text(table: Table, language: str) -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=declared()[language].separator, lineterminator="\r\n")
    writer.writerow(table.heads)
    writer.writerows([_as_text(cell, language) for cell in row] for row in table.rows)
    return written.getvalue()


def xlsx_bytes(table: Table, titles: tuple[str, str]) -> bytes:
    """Two sheets named by `titles`: the figures, and what they are."""
    written = io.BytesIO()
    # A text stays a text, whatever it begins with.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, plain) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet, about = (book.add_worksheet(title) for title in titles)
        sheet.write_row(0, 0, table.heads, head)
        for place, row in enumerate(table.rows, start=1):
            sheet.write_row(place, 0, row)
        sheet.freeze_panes(1, 1)
        for column, head_text in enumerate(table.heads):
            sheet.set_column(column, column, _width(head_text, (r[column] for r in table.rows)))
        for place, pair in enumerate(table.about):
            about.write_row(place, 0, pair)
        about.set_column(0, 1, LONGEST_COLUMN)
    return written.getvalue()


def _as_text(cell: Cell, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
    number = f"{cell:.10g}"
    return number.replace(".", declared()[language].decimal)


def _width(head: str, cells: Iterable[Cell]) -> int:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(LONGEST_COLUMN, max(10, len(head) // 2 + 2, longest + 2))


def _attachment(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
