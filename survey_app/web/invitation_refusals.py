"""Why an invitation code, or a list of people to invite, was not taken."""

from survey_app.web.i18n import gettext as _
from survey_app.web.wording import Wording

INVITATIONS: dict[str, Wording] = {
    "audience_not_asked": Wording(lambda: _("This wave has no questionnaire for them."), 409),
    "invitation_for_another_form": Wording(
        lambda: _("This code opens another form. Enter it on the page for codes."), 409
    ),
    "invitation_incomplete": Wording(
        lambda: _("A code has %(length)s letters and digits; these are %(found)s."), 400
    ),
    "invitation_missing": Wording(
        lambda: _("This form is answered with the code of an invitation."), 400
    ),
    "invitation_mistyped": Wording(
        lambda: _(
            "There is a slip in this code. Please compare it with the letter, character by character."
        ),
        400,
    ),
    "invitation_spent": Wording(lambda: _("This code has already been used."), 409),
    "invitation_unknown": Wording(
        lambda: _(
            "The code is typed without a slip, but it is not a code of a survey on this website."
        ),
        404,
    ),
    "stratum_too_small": Wording(
        lambda: _(
            "Of every stratum at least %(least)s people are invited, or who answered could be guessed. Join small strata first: %(strata)s"
        ),
        400,
    ),
    "wave_not_registered": Wording(
        lambda: _("The wave %(wave)s is still a draft. Register it first, then invite."), 409
    ),
}
