"""Signing in and out: a browser holds a random id, the database only its hash."""

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.staff import StaffMember, StaffSession
from survey_app.queries import staff
from survey_app.services import audit, passwords

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=24)
TOUCH_EVERY = timedelta(minutes=5)  # not at each page: a page that only shows writes nothing
ID_BYTES = 32


def recognise(
    session: Session, user_name: str, password: str, *, from_loopback: bool
) -> StaffMember:
    """Find whose name and password these are; the same answer in the same time if nobody's.

    It only reads, so that hashing never holds the write lock that residents' answers need.
    """
    member = staff.member_by_user_name(session, account_name(user_name))
    if not passwords.matches(password, member.password_hash if member else None) or not member:
        raise Refusal("sign_in_failed")
    if not member.is_active:
        raise Refusal("account_disabled")
    if member.loopback_only and not from_loopback:
        raise Refusal("loopback_only")
    return member


def start_session(
    session: Session, recognised: StaffMember, at: datetime, *, replacing: str | None = None
) -> str:
    """Sign in: a new id, always. `replacing` is the id that this browser held before."""
    member = staff.member_by_id(session, recognised.id)
    # Between recognising and now the account may have been closed or its password replaced.
    if not member or not member.is_active or member.password_hash != recognised.password_hash:
        raise Refusal("sign_in_failed")
    staff.end_sessions_before(session, seen=at - IDLE, created=at - ABSOLUTE)
    if replacing:
        staff.end_session(session, _sha256(replacing))
    audit.record(session, member, "signed_in", member.user_name, at)
    return _start(session, member, at)


def live_session(session: Session, session_id: str, at: datetime) -> StaffSession | None:
    """Return the session with its member, unless it ended, idled too long or the account is closed."""
    found = staff.session_by_hash(session, _sha256(session_id))
    if not found or not found.member.is_active:
        return None
    if found.seen_at <= at - IDLE or found.created_at <= at - ABSOLUTE:
        return None
    return found


def member_of_session(session: Session, session_id: str, at: datetime) -> StaffMember | None:
    found = live_session(session, session_id, at)
    return found.member if found else None


def needs_touch(found: StaffSession, at: datetime) -> bool:
    return found.seen_at <= at - TOUCH_EVERY


def touch(session: Session, session_id: str, at: datetime) -> None:
    found = live_session(session, session_id, at)
    if found:
        found.seen_at = at


def sign_out(session: Session, session_id: str, at: datetime) -> None:
    found = live_session(session, session_id, at)
    if found:
        audit.record(session, found.member, "signed_out", found.member.user_name, at)
    staff.end_session(session, _sha256(session_id))


def change_own_password(
    session: Session, member_id: int, *, old: str, new: str, at: datetime
) -> str:
    """Replace the password; every browser is signed out, and this one goes on with the new id."""
    member = staff.member_by_id(session, member_id)
    if not member or not passwords.matches(old, member.password_hash):
        raise Refusal("old_password_wrong")
    passwords.check_password(new, member.user_name)
    if passwords.matches(new, member.password_hash):
        raise Refusal("password_unchanged")
    member.password_hash = passwords.hash_password(new)
    member.must_change_password = False
    staff.end_sessions_of(session, member.id)
    audit.record(session, member, "password_changed", member.user_name, at)
    return _start(session, member, at)


def account_name(typed: str) -> str:
    """Return the user name as it is stored, from what somebody typed."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def _start(session: Session, member: StaffMember, at: datetime) -> str:
    session_id = secrets.token_urlsafe(ID_BYTES)
    session.add(
        StaffSession(id_sha256=_sha256(session_id), member=member, created_at=at, seen_at=at)
    )
    return session_id


def _sha256(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
