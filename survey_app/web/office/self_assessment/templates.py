"""The template that assessors fill in: an Excel workbook or a CSV, in the language of the page."""

import csv
import io

import xlsxwriter

from survey_app.instrument.definition import Framework
from survey_app.services.assessing import LONGEST_NOTE, MAX_POINTS
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, spoken
from survey_app.web.office.self_assessment.words import COLOURS

WIDTHS = (12, 52, 12, 10, 60)
CODE, NAME, COLOUR, POINTS, NOTE = range(5)


def headings() -> tuple[str, ...]:
    """The parser knows these, in both languages: services/assessing.py."""
    return _("Indicator code"), _("Indicator name"), _("Colour"), _("Points"), _("Note")


def as_csv(framework: Framework) -> bytes:
    """The mark in front tells Excel that it is UTF-8."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=spoken().separator)
    rows.writerow(headings())
    rows.writerows((code, name, "", "", "") for code, name in _indicators(framework))
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(framework: Framework) -> bytes:
    """Codes are text, so that 1.10 stays 1.10; colours come from a list."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    sheet = book.add_worksheet(_("Self-scores"))
    head = book.add_format({"bold": True, "bottom": 2})
    text = book.add_format({"num_format": "@", "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, text if column == CODE else wrapped)
    sheet.write_row(0, 0, headings(), head)
    indicators = _indicators(framework)
    for row, (code, name) in enumerate(indicators, start=1):
        sheet.write_string(row, CODE, code, text)
        sheet.write_string(row, NAME, name, wrapped)
    _check_cells(sheet, last=len(indicators))
    sheet.freeze_panes(1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"A2:A{len(indicators) + 1}"})
    book.close()
    return written.getvalue()


def _check_cells(sheet: xlsxwriter.worksheet.Worksheet, last: int) -> None:
    """Excel refuses at once what the parser would refuse later."""
    colours = [name() for name in COLOURS.values()]
    sheet.data_validation(1, COLOUR, last, COLOUR, {"validate": "list", "source": colours})
    points = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": MAX_POINTS}
    sheet.data_validation(1, POINTS, last, POINTS, points)
    longest = {"validate": "length", "criteria": "<=", "value": LONGEST_NOTE}
    sheet.data_validation(1, NOTE, last, NOTE, longest)


def _indicators(framework: Framework) -> list[tuple[str, str]]:
    return [(each.code, each.name.in_(language())) for each in framework.indicators]
