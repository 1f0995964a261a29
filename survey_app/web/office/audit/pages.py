"""The audit trail in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from survey_app.models.staff import AuditEntry
from survey_app.services.audit import SERVER
from survey_app.web.following_words import ANSWERS, DECISIONS
from survey_app.web.i18n import gettext as _
from survey_app.web.office.words import ROLE_NAMES, role_name

DEEDS: dict[str, Callable[[], str]] = {
    "signed_in": lambda: _("Signed in"),
    "signed_out": lambda: _("Signed out"),
    "password_changed": lambda: _("Changed own password"),
    "password_reset": lambda: _("Reset the password"),
    "member_added": lambda: _("Added the account"),
    "member_disabled": lambda: _("Closed the account"),
    "member_enabled": lambda: _("Opened the account again"),
    "role_granted": lambda: _("Gave a role"),
    "role_revoked": lambda: _("Took a role away"),
    "campaign_created": lambda: _("Created the campaign"),
    "wave_created": lambda: _("Created the wave"),
    "wave_changed": lambda: _("Changed the draft of the wave"),
    "wave_registered": lambda: _("Registered the wave"),
    "wave_opened": lambda: _("Opened the wave"),
    "people_invited": lambda: _("Invited drawn people"),
    "wave_closed": lambda: _("Closed the wave"),
    "wave_analysed": lambda: _("Analysed the wave"),
    "screening_ruled": lambda: _("Decided on flagged answers"),
    "trial_emptied": lambda: _("Emptied the trial of the wave"),
    "wave_published": lambda: _("Published the wave"),
    "margins_stored": lambda: _("Stored population margins"),
    "scores_entered": lambda: _("Entered self-scores"),
    "scores_sealed": lambda: _("Sealed the self-scores"),
    "calibration_saved": lambda: _("Saved a calibration"),
    "finding_answered": lambda: _("Answered a finding"),
    "finding_decided": lambda: _("Decided about a contested finding"),
    "action_opened": lambda: _("Opened an action"),
    "action_changed": lambda: _("Changed an action"),
    "action_received": lambda: _("Set an action to received"),
    "action_planned": lambda: _("Set an action to planned"),
    "action_under_way": lambda: _("Set an action to under way"),
    "action_done": lambda: _("Called an action done"),
    "action_verified": lambda: _("Verified an action"),
    "action_sent_back": lambda: _("Sent an action back"),
    "action_file_added": lambda: _("Added a file to an action"),
    "backup_restored": lambda: _("Restored a backup"),
}

WORDS: dict[tuple[str, object], Callable[[], str]] = {
    **{("answer", code): word for code, word in ANSWERS.items()},
    **{("decision", code): word for code, word in DECISIONS.items()},
}
TOLD_ELSEWHERE = frozenset({"fields"})  # the history of the action says what was changed


@dataclass(frozen=True, slots=True)
class EntryLine:
    at: datetime
    actor: str
    deed: str
    subject: str
    details: str


def lines(entries: Iterable[AuditEntry]) -> list[EntryLine]:
    return [
        EntryLine(
            at=entry.at,
            actor=_("a command on the server") if entry.actor == SERVER else entry.actor,
            deed=DEEDS[entry.action]() if entry.action in DEEDS else entry.action,
            subject=entry.subject,
            details=", ".join(
                _detail(name, value)
                for name, value in entry.details.items()
                if value is not None and name not in TOLD_ELSEWHERE
            ),
        )
        for entry in entries
    ]


def _detail(name: str, value: object) -> str:
    if name == "role" and value in ROLE_NAMES:
        return role_name(str(value))
    if (name, value) in WORDS:
        return WORDS[name, value]()
    if name == "unit":
        return _("unit %(code)s", code=value)
    if isinstance(value, list):
        return f"{name} = {' '.join(map(str, value))}"
    return f"{name} = {value}"
