"""Who may do what where: accounts, roles in units, and how far a role reaches."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.models.staff import ROLES, RoleGrant, StaffMember
from survey_app.models.units import Unit
from survey_app.queries import assessments, staff
from survey_app.services import audit, passwords

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody may act: everywhere, or in these units (those under them are listed too)."""

    everywhere: bool
    unit_ids: frozenset[int]

    def __contains__(self, unit_id: int | None) -> bool:
        return self.everywhere or unit_id in self.unit_ids

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.unit_ids)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A new account; its first role in a unit (None: the whole instance) says who manages it."""

    user_name: str
    display_name: str
    role: str
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Issued:
    """An account and the password that opens it once: shown now, stored nowhere."""

    member: StaffMember
    password: str


def reach(session: Session, member: StaffMember, roles: Collection[str]) -> Reach:
    """Where the member holds one of the roles. A grant reaches the units under its own."""
    granted = [grant.unit_id for grant in member.grants if grant.role in roles]
    unit_ids = [unit_id for unit_id in granted if unit_id is not None]
    return Reach(
        everywhere=None in granted,
        unit_ids=staff.unit_ids_within(session, unit_ids) if unit_ids else frozenset(),
    )


def may_see_perception(session: Session, member: StaffMember, wave: Wave, unit: Unit) -> bool:
    """No: this person may still enter self-scores of that wave and unit.

    Whoever scores must not know what residents said before the scores are sealed, whatever other
    roles the person holds.
    """
    scores_here = unit.id in reach(session, member, ("assessor",))
    sealed = assessments.sealed_sets(session, wave.id) if scores_here else ()
    return not scores_here or any(found.unit_id == unit.id for found in sealed)


def managed_by(session: Session, actor: StaffMember) -> Sequence[StaffMember]:
    """The accounts that the actor may change, not their own."""
    area = reach(session, actor, ("administrator",))
    return [
        member
        for member in staff.members(session)
        if member.id != actor.id and _lies_within(member, area)
    ]


def managed_member(session: Session, actor: StaffMember, member_id: int) -> StaffMember:
    """One of those; anybody else is refused in the same way as nobody."""
    member = staff.member_by_id(session, member_id)
    if member is None:
        raise Refusal("not_found")
    _demand_management(session, actor, member)
    return member


def add_member(
    session: Session, actor: StaffMember | None, newcomer: Newcomer, at: datetime
) -> Issued:
    """Open an account. `actor` None is a command on the server, which may do everything."""
    password = passwords.one_time_password()
    member = _add(session, actor, newcomer, password)
    _record(session, actor, "member_added", member, at, **_place(newcomer.role, newcomer.unit))
    return Issued(member, password)


def add_demonstration_member(
    session: Session, newcomer: Newcomer, password: str, at: datetime
) -> StaffMember:
    """Open an account with a password that everybody knows: good on this machine only."""
    member = _add(session, None, newcomer, password)
    member.must_change_password = False
    member.loopback_only = True
    _record(session, None, "member_added", member, at, **_place(newcomer.role, newcomer.unit))
    return member


def disable(
    session: Session, actor: StaffMember | None, member: StaffMember, at: datetime
) -> None:
    """Close the account at once: open browsers are signed out."""
    _demand_management(session, actor, member)
    member.is_active = False
    staff.end_sessions_of(session, member.id)
    _record(session, actor, "member_disabled", member, at)


def enable(session: Session, actor: StaffMember | None, member: StaffMember, at: datetime) -> None:
    _demand_management(session, actor, member)
    member.is_active = True
    _record(session, actor, "member_enabled", member, at)


def reset_password(
    session: Session, actor: StaffMember | None, member: StaffMember, at: datetime
) -> Issued:
    """Replace a lost password by one that must be changed at the next sign-in."""
    _demand_management(session, actor, member)
    password = passwords.one_time_password()
    member.password_hash = passwords.hash_password(password)
    member.must_change_password = True
    staff.end_sessions_of(session, member.id)
    _record(session, actor, "password_reset", member, at)
    return Issued(member, password)


def grant_role(
    session: Session,
    actor: StaffMember | None,
    member: StaffMember,
    *,
    role: str,
    unit: Unit | None,
    at: datetime,
) -> None:
    """Give a role in a unit: only downward, and never to oneself."""
    _demand_management(session, actor, member)
    _demand_place(session, actor, role, unit)
    unit_id = unit.id if unit else None
    # NULL differs from NULL in a unique constraint: the whole instance is compared here.
    if any(grant.role == role and grant.unit_id == unit_id for grant in member.grants):
        raise Refusal("role_already_granted")
    member.grants.append(RoleGrant(role=role, unit=unit))
    _record(session, actor, "role_granted", member, at, **_place(role, unit))


def revoke_role(
    session: Session,
    actor: StaffMember | None,
    member: StaffMember,
    *,
    grant_id: int,
    at: datetime,
) -> None:
    """Take a role away. The last one stays, because it says who manages the account."""
    _demand_management(session, actor, member)
    grant = next((grant for grant in member.grants if grant.id == grant_id), None)
    if grant is None:
        raise Refusal("not_found")
    if len(member.grants) == 1:
        raise Refusal("last_role")
    member.grants.remove(grant)
    _record(session, actor, "role_revoked", member, at, **_place(grant.role, grant.unit))


def _add(
    session: Session, actor: StaffMember | None, newcomer: Newcomer, password: str
) -> StaffMember:
    _demand_place(session, actor, newcomer.role, newcomer.unit)
    user_name = newcomer.user_name.strip().lower()
    display_name = " ".join(newcomer.display_name.split())
    if not USER_NAME.fullmatch(user_name) or user_name == audit.SERVER:
        raise Refusal("user_name_form")
    if not display_name:
        raise Refusal("display_name_missing")
    if staff.member_by_user_name(session, user_name):
        raise Refusal("user_name_taken", user_name=user_name)
    member = StaffMember(
        user_name=user_name,
        display_name=display_name,
        password_hash=passwords.hash_password(password),
        must_change_password=True,
        is_active=True,
        loopback_only=False,
        grants=[RoleGrant(role=newcomer.role, unit=newcomer.unit)],
    )
    session.add(member)
    session.flush()
    return member


def _demand_management(session: Session, actor: StaffMember | None, member: StaffMember) -> None:
    if actor is None:
        return
    if actor.id == member.id:
        raise Refusal("not_oneself")
    if not _lies_within(member, reach(session, actor, ("administrator",))):
        raise Refusal("not_found")


def _demand_place(
    session: Session, actor: StaffMember | None, role: str, unit: Unit | None
) -> None:
    if role not in ROLES:
        raise Refusal("role_unknown")
    unit_id = unit.id if unit else None
    if actor is not None and unit_id not in reach(session, actor, ("administrator",)):
        raise Refusal("not_permitted")


def _lies_within(member: StaffMember, area: Reach) -> bool:
    return all(grant.unit_id in area for grant in member.grants)


def _place(role: str, unit: Unit | None) -> dict[str, object]:
    return {"role": role, "unit": unit.official_code if unit else None}


def _record(
    session: Session,
    actor: StaffMember | None,
    action: str,
    member: StaffMember,
    at: datetime,
    **details: object,
) -> None:
    audit.record(session, actor, action, member.user_name, at, **details)
