"""Refusals about flagged answers, in words."""

from survey_app.web.i18n import gettext as _
from survey_app.web.wording import Wording

SCREENING = {
    "flag_never_alone": Wording(
        lambda: _(
            "Nobody's answer is set apart for this sign alone: many honest people share an address, or are satisfied with everything."
        ),
        400,
    ),
    "ruling_reason_missing": Wording(
        lambda: _("Say in a sentence why these answers are treated in this way."), 400
    ),
    "run_before_ruling": Wording(
        lambda: _("The answers set apart have changed since the analysis. Analyse again first."),
        409,
    ),
    "screening_over": Wording(
        lambda: _(
            "Flagged answers can be decided on from the opening of the wave until its results are published."
        ),
        409,
    ),
    "screening_unknown": Wording(lambda: _("Choose a sign and what becomes of its answers."), 400),
}
