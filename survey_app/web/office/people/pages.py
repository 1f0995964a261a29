"""What the pages about people show."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey_app.models.staff import RoleGrant, StaffMember
from survey_app.vietnamese import sort_key
from survey_app.web.office.words import grant_name


@dataclass(frozen=True, slots=True)
class PersonLine:
    id: int
    user_name: str
    display_name: str
    roles: list[str]
    is_active: bool
    waits_for_first_sign_in: bool


@dataclass(frozen=True, slots=True)
class GrantLine:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: PersonLine
    grants: list[GrantLine]


def lines(members: Iterable[StaffMember]) -> list[PersonLine]:
    """In the order of the Vietnamese alphabet."""
    return [line(member) for member in sorted(members, key=_order)]


def line(member: StaffMember) -> PersonLine:
    return PersonLine(
        id=member.id,
        user_name=member.user_name,
        display_name=member.display_name,
        roles=[grant_name(grant) for grant in member.grants],
        is_active=member.is_active,
        waits_for_first_sign_in=member.must_change_password,
    )


def page_of(member: StaffMember) -> PersonPage:
    return PersonPage(line(member), [_grant_line(grant) for grant in member.grants])


def _grant_line(grant: RoleGrant) -> GrantLine:
    return GrantLine(grant.id, grant_name(grant))


def _order(member: StaffMember) -> str:
    return sort_key(member.display_name)
