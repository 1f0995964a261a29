import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.staff import AuditEntry, StaffMember, StaffSession
from survey_app.services import people, signing_in
from survey_app.services.people import Newcomer

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PASSWORD = "Bốn con mèo ăn phở sáng"  # noqa: S105  a password of tests alone
NEW_PASSWORD = "Năm con chó ngủ trưa hè"  # noqa: S105  a password of tests alone


@pytest.fixture
def lan(session: Session) -> StaffMember:
    issued = people.add_member(session, None, Newcomer("lan", "Lan", "expert", None), NOW)
    signing_in.change_own_password(
        session, issued.member.id, old=issued.password, new=PASSWORD, at=NOW
    )
    return issued.member


def sign_in(
    session: Session,
    user_name: str = "lan",
    password: str = PASSWORD,
    *,
    at: datetime = NOW,
    replacing: str | None = None,
) -> str:
    recognised = signing_in.recognise(session, user_name, password, from_loopback=False)
    return signing_in.start_session(session, recognised, at, replacing=replacing)


def test_signing_in_gives_an_id_of_which_only_the_hash_is_stored(
    session: Session, lan: StaffMember
) -> None:
    session_id = sign_in(session)
    assert len(session_id) >= 43  # 256 bits in base64
    found = signing_in.member_of_session(session, session_id, NOW)
    assert found is not None
    assert found.id == lan.id
    assert session_id not in list(session.scalars(select(StaffSession.id_sha256)))


def test_the_name_is_recognised_in_capitals_and_with_blanks(
    session: Session, lan: StaffMember
) -> None:
    assert sign_in(session, "  LAN ")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_password_is_recognised_however_the_keyboard_composes_it(
    session: Session, lan: StaffMember, form: str
) -> None:
    assert sign_in(session, password=unicodedata.normalize(form, PASSWORD))  # type: ignore[arg-type]  # form is one of the four names


@pytest.mark.parametrize(
    ("user_name", "password"), [("lan", "wrong"), ("nobody", PASSWORD), ("", ""), ("lan", "")]
)
def test_a_wrong_password_and_an_unknown_name_are_refused_in_one_way(
    session: Session, lan: StaffMember, user_name: str, password: str
) -> None:
    with pytest.raises(Refusal) as refused:
        sign_in(session, user_name, password)
    assert refused.value.code == "sign_in_failed"
    assert refused.value.details == {}


def test_the_browsers_former_id_ends_with_the_next_sign_in(
    session: Session, lan: StaffMember
) -> None:
    before = sign_in(session)
    elsewhere = sign_in(session)
    after = sign_in(session, replacing=before)
    assert after != before
    assert signing_in.member_of_session(session, before, NOW) is None
    assert signing_in.member_of_session(session, elsewhere, NOW)


@pytest.mark.parametrize(
    ("idle", "lives"), [(timedelta(hours=8, seconds=-1), True), (timedelta(hours=8), False)]
)
def test_a_session_ends_after_eight_idle_hours(
    session: Session, lan: StaffMember, idle: timedelta, *, lives: bool
) -> None:
    session_id = sign_in(session)
    found = signing_in.member_of_session(session, session_id, NOW + idle)
    assert (found is not None) is lives


def test_a_session_ends_after_a_day_however_busy(session: Session, lan: StaffMember) -> None:
    session_id = sign_in(session)
    for hour in range(1, 24):
        signing_in.touch(session, session_id, NOW + timedelta(hours=hour))
    last = NOW + timedelta(hours=24)
    assert signing_in.live_session(session, session_id, last - timedelta(seconds=1))
    assert signing_in.live_session(session, session_id, last) is None


def test_ended_sessions_are_swept_away_at_the_next_sign_in(
    session: Session, lan: StaffMember
) -> None:
    sign_in(session)
    sign_in(session, at=NOW + timedelta(hours=9))
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 1


def test_signing_out_ends_this_session_alone(session: Session, lan: StaffMember) -> None:
    here, there = sign_in(session), sign_in(session)
    signing_in.sign_out(session, here, NOW)
    assert signing_in.member_of_session(session, here, NOW) is None
    assert signing_in.member_of_session(session, there, NOW)


def test_a_changed_password_ends_every_session_and_begins_a_new_one(
    session: Session, lan: StaffMember
) -> None:
    here, there = sign_in(session), sign_in(session)
    new_id = signing_in.change_own_password(
        session, lan.id, old=PASSWORD, new=NEW_PASSWORD, at=NOW
    )
    assert signing_in.member_of_session(session, here, NOW) is None
    assert signing_in.member_of_session(session, there, NOW) is None
    assert signing_in.member_of_session(session, new_id, NOW)
    with pytest.raises(Refusal, match="sign_in_failed"):
        sign_in(session)
    assert sign_in(session, password=NEW_PASSWORD)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", NEW_PASSWORD, "old_password_wrong"),
        (PASSWORD, "short", "password_too_short"),
        (PASSWORD, PASSWORD, "password_unchanged"),
        (PASSWORD, unicodedata.normalize("NFD", PASSWORD), "password_unchanged"),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_and_to_a_new_good_one(
    session: Session, lan: StaffMember, old: str, new: str, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        signing_in.change_own_password(session, lan.id, old=old, new=new, at=NOW)


def test_a_closed_account_is_out_at_once_and_cannot_come_in(
    session: Session, lan: StaffMember
) -> None:
    session_id = sign_in(session)
    people.disable(session, None, lan, NOW)
    assert signing_in.member_of_session(session, session_id, NOW) is None
    with pytest.raises(Refusal, match="account_disabled"):
        sign_in(session)


def test_a_password_replaced_between_recognising_and_entering_does_not_enter(
    session: Session, lan: StaffMember
) -> None:
    recognised = signing_in.recognise(session, "lan", PASSWORD, from_loopback=False)
    session.expunge(recognised)
    people.reset_password(session, None, session.get_one(StaffMember, lan.id), NOW)
    with pytest.raises(Refusal, match="sign_in_failed"):
        signing_in.start_session(session, recognised, NOW)


def test_a_demonstration_account_is_refused_from_another_machine(session: Session) -> None:
    newcomer = Newcomer("demo-expert", "Expert", "expert", None)
    people.add_demonstration_member(session, newcomer, "everybody knows", NOW)
    here = signing_in.recognise(session, "demo-expert", "everybody knows", from_loopback=True)
    assert here.user_name == "demo-expert"
    with pytest.raises(Refusal, match="loopback_only"):
        signing_in.recognise(session, "demo-expert", "everybody knows", from_loopback=False)
    with pytest.raises(Refusal, match="sign_in_failed"):
        signing_in.recognise(session, "demo-expert", "a guess", from_loopback=False)


def test_the_trail_tells_of_sign_ins_and_never_of_passwords_or_ids(
    session: Session, lan: StaffMember
) -> None:
    session_id = sign_in(session)
    signing_in.sign_out(session, session_id, NOW)
    session.flush()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        "member_added",
        "password_changed",
        "signed_in",
        "signed_out",
    ]
    told = " ".join(f"{entry.subject} {entry.details}" for entry in entries)
    assert PASSWORD not in told
    assert session_id not in told
