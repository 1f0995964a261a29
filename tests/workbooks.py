"""Excel workbooks as officials send them."""

import io

import openpyxl


def workbook(*rows: tuple[object, ...], title: str = "Điểm") -> bytes:
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
