from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models.staff import AuditEntry
from survey_app.services import audit
from tests.office import make_member

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_an_entry_says_who_did_what_to_what_and_when(session: Session) -> None:
    member = make_member(session, "official", user_name="mai")
    audit.record(session, member, "wave_opened", "2026-1", NOW, units=["11413"])
    audit.record(session, None, "wave_closed", "2026-1", NOW)
    session.flush()
    session.expire_all()
    first, second = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (first.at, first.actor, first.action, first.subject, first.details) == (
        NOW,
        "mai",
        "wave_opened",
        "2026-1",
        {"units": ["11413"]},
    )
    assert (second.actor, second.details) == (audit.SERVER, {})
