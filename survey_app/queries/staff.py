"""The people of the office, their sessions, where their roles reach, and their trail."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from survey_app.models.staff import AuditEntry, RoleGrant, StaffMember, StaffSession
from survey_app.models.units import Unit, UnitSuccession

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
    """Return these units and all under them; a unit that only changed its name or kind is one unit."""
    found: set[int] = set()
    fresh = set(unit_ids)
    while fresh:
        found |= fresh
        fresh = (_under(session, fresh) | _renamed(session, fresh)) - found
    return frozenset(found)


def _under(session: Session, unit_ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(Unit.id).where(Unit.parent_id.in_(unit_ids))))


def _renamed(session: Session, unit_ids: Collection[int]) -> set[int]:
    """Return the other rows of the same units: one whole predecessor, one successor, one code."""
    before, after, other = aliased(Unit), aliased(Unit), aliased(UnitSuccession)
    divided = exists().where(
        or_(
            and_(
                other.predecessor_id == UnitSuccession.predecessor_id,
                other.successor_id != UnitSuccession.successor_id,
            ),
            and_(
                other.successor_id == UnitSuccession.successor_id,
                other.predecessor_id != UnitSuccession.predecessor_id,
            ),
        )
    )
    pairs = session.execute(
        select(UnitSuccession.predecessor_id, UnitSuccession.successor_id)
        .join(before, before.id == UnitSuccession.predecessor_id)
        .join(after, after.id == UnitSuccession.successor_id)
        .where(
            or_(
                UnitSuccession.predecessor_id.in_(unit_ids),
                UnitSuccession.successor_id.in_(unit_ids),
            ),
            UnitSuccession.extent == "whole",
            before.official_code == after.official_code,
            ~divided,
        )
    )
    return {unit_id for pair in pairs for unit_id in pair}


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
