"""What is wrong with a table of population figures, in words."""

from collections.abc import Callable

from survey_app.services.margins import MarginFault
from survey_app.web.i18n import gettext as _

FAULTS: dict[str, Callable[[], str]] = {
    "empty_file": lambda: _("The file has no figures."),
    "unreadable_file": lambda: _("The file cannot be read. Save it as CSV UTF-8."),
    "missing_column": lambda: _("The column %(column)s is missing in the heading."),
    "extra_cell": lambda: _(
        "Row %(row)s has more cells than the heading: “%(value)s”. Write 1234, not 1,234."
    ),
    "bad_unit": lambda: _(
        "Row %(row)s, column unit: “%(value)s” is not an official code of 5 digits."
    ),
    "bad_sex": lambda: _("Row %(row)s, column sex: “%(value)s” is neither 1 nor 2."),
    "bad_age_band": lambda: _("Row %(row)s, column age_band: “%(value)s” is not one of 1 to 5."),
    "bad_population": lambda: _(
        "Row %(row)s, column population: “%(value)s” is not a whole number of people."
    ),
    "repeated_cell": lambda: _(
        "Row %(row)s: this unit already has figures for sex and age band %(value)s above."
    ),
    "missing_cell": lambda: _(
        "The unit that begins in row %(row)s has no figure for sex and age band %(value)s."
    ),
    "unit_not_in_wave": lambda: _(
        "Row %(row)s, column unit: %(value)s does not take part in this wave."
    ),
}


def sentence(fault: MarginFault) -> str:
    return FAULTS[fault.code]() % {
        "row": fault.row,
        "column": fault.column,
        "value": fault.value[:80],
    }
