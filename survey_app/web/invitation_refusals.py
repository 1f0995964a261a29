"""Why an invitation code, or a list of people to invite, was not taken."""

from survey_app.web.i18n import gettext as _
from survey_app.web.wording import Wording

INVITATIONS: dict[str, Wording] = {
    "already_invited": Wording(
        lambda: _(
            "Letters for %(unit)s in %(wave)s have been made already; the same people must not get a second code. Only if these are other people: --another-round."
        ),
        409,
    ),
    "audience_not_asked": Wording(lambda: _("This wave has no questionnaire for them."), 409),
    "draw_too_large": Wording(
        lambda: _("The list has %(people)s people, so %(size)s cannot be drawn from it."), 400
    ),
    "frame_columns_missing": Wording(
        lambda: _("%(file)s has no column for: %(columns)s. The first row names the columns."), 400
    ),
    "frame_faults": Wording(
        lambda: _("Nobody was invited: the faults of %(file)s stand above (%(count)s)."), 400
    ),
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
    "letters_exist": Wording(
        lambda: _("There is a file %(file)s already. Letters are never overwritten."), 409
    ),
    "letters_inside_instance": Wording(
        lambda: _(
            "%(folder)s lies in the folder of the instance. Letters and addresses must lie elsewhere, best on a medium that goes to the printer."
        ),
        409,
    ),
    "officer_keys_exist": Wording(
        lambda: _(
            "There is a file %(file)s already. Keys are never overwritten: without the old one, addresses sealed to it could not be read. Choose another folder."
        ),
        409,
    ),
    "officer_key_unfit": Wording(
        lambda: _("%(file)s is no key that survey-app officer-key has made."), 400
    ),
    "passphrase_too_short": Wording(
        lambda: _("A passphrase has at least %(shortest)s characters."), 400
    ),
    "passphrase_wrong": Wording(lambda: _("The passphrase does not open %(file)s."), 400),
    "sealed_unreadable": Wording(
        lambda: _("%(file)s holds no sealed addresses, or was changed, or is for another key."),
        400,
    ),
    "seed_missing": Wording(
        lambda: _("A draw needs a seed, so that it can be repeated and checked: --seed."), 400
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
