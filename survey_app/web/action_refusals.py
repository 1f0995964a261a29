"""Why an answer to a gap, a step of an action or a file of evidence was not taken."""

from survey_app.web.i18n import gettext as _
from survey_app.web.wording import Wording

ACTIONS: dict[str, Wording] = {
    "action_is_done": Wording(
        lambda: _(
            "This action is called done: what it is measured by stays as it is. Whoever checks it can send it back."
        ),
        409,
    ),
    "action_is_verified": Wording(
        lambda: _("This action is verified and closed. Nothing of it is changed any more."), 409
    ),
    "action_needs_evidence": Wording(
        lambda: _("Say what shows that it is done, or add a file that does."), 409
    ),
    "action_needs_plan": Wording(
        lambda: _("From “planned” on an action has somebody responsible and a due date."), 409
    ),
    "action_not_done": Wording(
        lambda: _("Only what its owner has called done can be checked."), 409
    ),
    "action_state_unknown": Wording(lambda: _("There is no such state of an action."), 400),
    "action_title_missing": Wording(
        lambda: _("Say in one line, in Vietnamese, what will be done."), 400
    ),
    "already_decided": Wording(
        lambda: _("The council has decided this already (%(by)s). A decision is made once."), 409
    ),
    "changed_meanwhile": Wording(
        lambda: _(
            "%(by)s has saved something here since you opened this page. What you typed is still in the form: compare, then send it again."
        ),
        409,
    ),
    "council_not_author": Wording(
        lambda: _("Whoever answered for the unit does not decide about it."), 403
    ),
    "decision_unknown": Wording(
        lambda: _("Choose: the finding stands, or the objection is upheld."), 400
    ),
    "due_unlikely": Wording(
        lambda: _("This due date lies too far back or ahead. Please check the year."), 400
    ),
    "evidence_active": Wording(
        lambda: _(
            "This document holds macros or other files that could run. Save it without them, or as a PDF."
        ),
        415,
    ),
    "evidence_altered": Wording(
        lambda: _(
            "The file %(name)s is gone or no longer as it came in. Restore it from a backup."
        ),
        409,
    ),
    "evidence_kind": Wording(
        lambda: _("Evidence is a PDF, a PNG or JPEG picture, or a DOCX or XLSX document."), 415
    ),
    "evidence_too_large": Wording(lambda: _("A file has at most %(most)s MB."), 413),
    "explanation_missing": Wording(lambda: _("Say why in a sentence or two."), 400),
    "expectation_unfit": Wording(
        lambda: _("Expect a rise of 0 to %(most)s points, or that the level is held."), 400
    ),
    "finding_contested": Wording(
        lambda: _("The finding is contested: actions follow when the council has decided."), 409
    ),
    "finding_decided": Wording(
        lambda: _("The council has decided: the answer to this finding stays as it is."), 409
    ),
    "finding_unanswered": Wording(
        lambda: _("Answer the finding first: accept, explain or contest it."), 409
    ),
    "not_contested": Wording(lambda: _("This finding is not contested."), 409),
    "objection_upheld": Wording(
        lambda: _("The council upheld the objection: there is nothing to act on."), 409
    ),
    "owner_unfit": Wording(lambda: _("Choose an official whose role covers this unit."), 400),
    "reason_too_long": Wording(lambda: _("This text has more than %(most)s characters."), 400),
    "review_answer_unknown": Wording(
        lambda: _("Choose an answer: accept, explain or contest."), 400
    ),
    "verified_by_owner": Wording(
        lambda: _(
            "An action is checked by somebody who was never responsible for it and did not call it done."
        ),
        403,
    ),
}
