"""Words of the self-assessment: colours, columns, and what is wrong with a score."""

from collections.abc import Callable

from survey_app.services.assessing import LONGEST_NOTE, MAX_POINTS
from survey_app.services.spreadsheets import CellFault
from survey_app.web.i18n import gettext as _

COLOURS: dict[str, Callable[[], str]] = {
    "red": lambda: _("Red"),
    "yellow": lambda: _("Yellow"),
    "green": lambda: _("Green"),
}
MEANINGS: dict[str, Callable[[], str]] = {
    "red": lambda: _("Red: not met"),
    "yellow": lambda: _("Yellow: partly met"),
    "green": lambda: _("Green: met"),
}
COLUMNS: dict[str, Callable[[], str]] = {
    "indicator": lambda: _("Indicator code"),
    "colour": lambda: _("Colour"),
    "points": lambda: _("Points"),
    "note": lambda: _("Note"),
}
FAULTS: dict[str, Callable[[], str]] = {
    "unknown_indicator": lambda: _("“%(value)s” is not the code of an indicator."),
    "unknown_colour": lambda: _("“%(value)s” is not a colour: write red, yellow or green."),
    "points_out_of_range": lambda: _("“%(value)s” is not a number from 0 to %(most)s."),
    "note_too_long": lambda: _("The note is longer than %(longest)s characters."),
    "note_alone": lambda: _("There is a note, but neither a colour nor points."),
    "code_is_number": lambda: _(
        "The code is stored as a number or a date (%(value)s), so 1.10 cannot be told from 1.1. "
        "Format the column as text and type the code again."
    ),
    "repeated": lambda: _(
        "The indicator %(value)s stands above already. If 1.10 was meant, Excel has shortened it."
    ),
    "uncalculated": lambda: _(
        "The formula %(value)s was saved without its result. Open the file in Excel, save it and "
        "send it again, or type the value."
    ),
    "column_missing": lambda: _("The column “%(value)s” is missing."),
    "no_scores": lambda: _("There is no score in the file."),
}


def sentence(code: str, value: str) -> str:
    return FAULTS[code]() % {"value": value, "most": MAX_POINTS, "longest": LONGEST_NOTE}


def cell_sentence(fault: CellFault) -> str:
    """With the place where the cell is found in Excel."""
    value = COLUMNS[fault.value]() if fault.code == "column_missing" else fault.value
    said = sentence(fault.code, value)
    return _(
        "Sheet %(sheet)s, row %(row)s, column %(column)s: %(said)s",
        sheet=fault.sheet,
        row=fault.row,
        column=fault.column,
        said=said,
    )
