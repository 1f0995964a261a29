"""People of the office for tests: a member with a role in a unit, and a browser signed in as them."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.staff import RoleGrant, StaffMember
from survey_app.models.units import Unit
from survey_app.services import signing_in
from survey_app.web.access import SESSION_KEY
from tests.factories import make_units
from tests.visit import Visit

HAI_AN = "11413"


def make_member(
    session: Session,
    role: str = "official",
    code: str | None = HAI_AN,
    *,
    user_name: str | None = None,
    password_hash: str = "none",  # noqa: S107  no hash: this member is signed in by hand
) -> StaffMember:
    """A member with one role in the unit of that code; None is the whole instance."""
    member = StaffMember(
        user_name=user_name or role,
        display_name=(user_name or role).title(),
        password_hash=password_hash,
        must_change_password=False,
        is_active=True,
        loopback_only=False,
        grants=[RoleGrant(role=role, unit=_unit(session, code) if code else None)],
    )
    session.add(member)
    session.flush()
    return member


def _unit(session: Session, code: str) -> Unit:
    wanted = select(Unit).where(Unit.official_code == code)
    found = session.scalar(wanted)
    if found is None:
        make_units(session)
        found = session.scalars(wanted).one()
    return found


@dataclass(frozen=True)
class SignIn:
    """`signed_in("official", "11413")`: a visitor in a browser of their own."""

    app: Flask
    instance: Instance

    def __call__(
        self, role: str = "official", code: str | None = HAI_AN, *, user_name: str | None = None
    ) -> Visit:
        with transaction(self.instance.engine) as session:
            member = make_member(session, role, code, user_name=user_name)
        return self.again(member)

    def again(self, member: StaffMember) -> Visit:
        """Another browser of somebody who has an account."""
        with transaction(self.instance.engine) as session:
            session_id = signing_in.start_session(session, member, now())
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[SESSION_KEY] = session_id
        return Visit(client)
