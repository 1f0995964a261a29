"""The trail of what people did: one entry per deed, written in the deed's own transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.models.staff import AuditEntry, StaffMember

SERVER = "server"  # who acts when a command or a job does; no account can have this name


def record(
    session: Session,
    actor: StaffMember | None,
    action: str,
    subject: str,
    at: datetime,
    **details: object,
) -> None:
    """Add an entry. `actor` None is a command on the server; details are plain JSON values.

    Never a password, an answer or a contact: administrators read this, and it is kept.
    """
    session.add(
        AuditEntry(
            at=at,
            actor=actor.user_name if actor else SERVER,
            action=action,
            subject=subject,
            details=details,
        )
    )
