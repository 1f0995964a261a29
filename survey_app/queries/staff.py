"""The people of the office, their sessions, where their roles reach, and their trail."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from survey_app.models.assessments import SelfScoreSet
from survey_app.models.staff import AuditEntry, RoleGrant, StaffMember, StaffSession
from survey_app.models.units import Unit

WITH_GRANTS = selectinload(StaffMember.grants).selectinload(RoleGrant.unit)


def member_by_id(session: Session, member_id: int) -> StaffMember | None:
    return session.scalar(
        select(StaffMember).where(StaffMember.id == member_id).options(WITH_GRANTS)
    )


def member_by_user_name(session: Session, user_name: str) -> StaffMember | None:
    return session.scalar(
        select(StaffMember).where(StaffMember.user_name == user_name).options(WITH_GRANTS)
    )


def members(session: Session) -> Sequence[StaffMember]:
    return session.scalars(
        select(StaffMember).options(WITH_GRANTS).order_by(StaffMember.user_name)
    ).all()


def unit_ids_within(session: Session, unit_ids: Collection[int]) -> frozenset[int]:
    """These units and all under them."""
    under = select(Unit.id).where(Unit.id.in_(unit_ids)).cte("under", recursive=True)
    under = under.union(select(Unit.id).join(under, Unit.parent_id == under.c.id))
    return frozenset(session.scalars(select(under.c.id)))


def session_by_hash(session: Session, id_sha256: str) -> StaffSession | None:
    return session.scalar(
        select(StaffSession)
        .where(StaffSession.id_sha256 == id_sha256)
        .options(selectinload(StaffSession.member).options(WITH_GRANTS))
    )


def end_session(session: Session, id_sha256: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.id_sha256 == id_sha256))


def end_sessions_of(session: Session, member_id: int) -> None:
    session.execute(delete(StaffSession).where(StaffSession.member_id == member_id))


def end_sessions_before(session: Session, *, seen: datetime, created: datetime) -> None:
    session.execute(
        delete(StaffSession).where(
            or_(StaffSession.seen_at <= seen, StaffSession.created_at <= created)
        )
    )


def has_sealed_scores(session: Session, wave_id: int, unit_id: int) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    SelfScoreSet.wave_id == wave_id,
                    SelfScoreSet.unit_id == unit_id,
                    SelfScoreSet.state == "sealed",
                )
            )
        )
    )


def audit_entries(
    session: Session, *, actors: Collection[str] | None, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Newest first; of everybody when `actors` is None, and older than the entry `before`."""
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if actors is not None:
        entries = entries.where(AuditEntry.actor.in_(actors))
    if before is not None:
        entries = entries.where(AuditEntry.id < before)
    return session.scalars(entries).all()
