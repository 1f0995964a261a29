"""Excel workbooks as officials send them."""

import io
import re
import zipfile

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


def with_results(content: bytes, **results: str) -> bytes:
    """The workbook as Excel saves it: each formula with its result, a number or an empty text."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            if part.startswith("xl/worksheets/sheet"):
                for place, result in results.items():
                    text = _with_result(text, place, result)
            new.writestr(part, text)
    return written.getvalue()


def _with_result(sheet: str, place: str, result: str) -> str:
    kind = "" if result else ' t="str"'
    cell = rf'<c r="{place}"[^>]*>(<f>.*?</f>)<v ?/?>(</v>)?</c>'
    filled, times = re.subn(cell, rf'<c r="{place}"{kind}>\1<v>{result}</v></c>', sheet)
    assert times == 1, sheet
    return filled
