from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.assessments import SelfScoreSet
from survey_app.models.staff import ROLES, AuditEntry, RoleGrant, StaffMember
from survey_app.models.units import Unit, UnitSuccession
from survey_app.services import people, units
from survey_app.services.people import Newcomer
from tests.factories import make_units, make_wave

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def add(session: Session, name: str, role: str, unit: Unit | None) -> StaffMember:
    return people.add_member(session, None, Newcomer(name, name.title(), role, unit), NOW).member


@pytest.fixture
def wards(session: Session) -> list[Unit]:
    return make_units(session)


@pytest.fixture
def city(wards: list[Unit]) -> Unit:
    assert wards[0].parent is not None
    return wards[0].parent


def test_a_role_reaches_its_unit_and_those_under_it(
    session: Session, wards: list[Unit], city: Unit
) -> None:
    official = add(session, "mai", "official", city)
    area = people.reach(session, official, ("official",))
    assert city.id in area
    assert all(ward.id in area for ward in wards)
    assert None not in area


def test_a_role_reaches_neither_its_neighbours_nor_the_unit_above(
    session: Session, wards: list[Unit], city: Unit
) -> None:
    area = people.reach(session, add(session, "mai", "official", wards[0]), ("official",))
    assert wards[0].id in area
    assert wards[1].id not in area
    assert city.id not in area


def test_a_role_without_a_unit_reaches_everywhere(session: Session, wards: list[Unit]) -> None:
    area = people.reach(session, add(session, "mai", "expert", None), ("expert",))
    assert None in area
    assert wards[2].id in area


def test_a_role_that_is_not_asked_for_reaches_nowhere(session: Session, wards: list[Unit]) -> None:
    assert not people.reach(session, add(session, "mai", "expert", None), ("official",))


def test_a_role_in_a_province_that_became_a_city_reaches_its_communes(session: Session) -> None:
    units.load_units(session)
    dong_nai = session.scalar(
        select(Unit).where(Unit.official_code == "75", Unit.valid_to == date(2026, 4, 30))
    )
    assert dong_nai is not None
    assert dong_nai.kind == "province"
    area = people.reach(session, add(session, "mai", "official", dong_nai), ("official",))
    tan_khai = units.unit_by_code(session, "25357", on=date(2026, 11, 22))
    assert tan_khai is not None
    assert tan_khai.kind == "ward"
    assert tan_khai.id in area
    hai_an = units.unit_by_code(session, "11413", on=date(2026, 11, 22))
    assert hai_an is not None
    assert hai_an.id not in area


def test_a_unit_that_was_merged_with_others_is_not_taken_for_the_new_one(
    session: Session, wards: list[Unit]
) -> None:
    for old in wards[:2]:
        session.add(
            UnitSuccession(
                predecessor_id=old.id,
                successor_id=wards[2].id,
                happened_on=date(2026, 1, 1),
                extent="whole",
                share_population=1.0,
            )
        )
    area = people.reach(session, add(session, "mai", "official", wards[0]), ("official",))
    assert wards[2].id not in area


def test_a_new_account_has_a_password_for_one_use_and_one_role(
    session: Session, wards: list[Unit]
) -> None:
    issued = people.add_member(
        session, None, Newcomer(" Mai.Tran ", " Trần  Mai ", "assessor", wards[0]), NOW
    )
    assert issued.member.user_name == "mai.tran"
    assert issued.member.display_name == "Trần Mai"
    assert issued.member.must_change_password
    assert issued.password not in issued.member.password_hash
    assert [(grant.role, grant.unit_id) for grant in issued.member.grants] == [
        ("assessor", wards[0].id)
    ]


@pytest.mark.parametrize(
    ("user_name", "display_name", "role", "code"),
    [
        ("lan", "Lan", "expert", "user_name_taken"),
        ("LAN", "Lan", "expert", "user_name_taken"),
        ("l", "Lan", "expert", "user_name_form"),
        ("lan nguyen", "Lan", "expert", "user_name_form"),
        ("server", "Lan", "expert", "user_name_form"),
        ("lân", "Lan", "expert", "user_name_form"),
        ("x" * 61, "Lan", "expert", "user_name_form"),
        ("mai", "  ", "expert", "display_name_missing"),
        ("mai", "Mai", "king", "role_unknown"),
    ],
)
def test_an_account_needs_a_new_plain_name_and_a_known_role(
    session: Session, user_name: str, display_name: str, role: str, code: str
) -> None:
    add(session, "lan", "expert", None)
    with pytest.raises(Refusal, match=code):
        people.add_member(session, None, Newcomer(user_name, display_name, role, None), NOW)


def test_an_administrator_adds_people_only_within_the_own_unit(
    session: Session, wards: list[Unit], city: Unit
) -> None:
    admin = add(session, "an", "administrator", wards[0])
    people.add_member(session, admin, Newcomer("mai", "Mai", "assessor", wards[0]), NOW)
    for place in (wards[1], city, None):
        with pytest.raises(Refusal, match="not_permitted"):
            people.add_member(session, admin, Newcomer("hoa", "Hoa", "assessor", place), NOW)


def test_an_administrator_of_a_city_manages_its_wards_people(
    session: Session, wards: list[Unit], city: Unit
) -> None:
    admin = add(session, "an", "administrator", city)
    mai = add(session, "mai", "assessor", wards[0])
    add(session, "expert", "expert", None)
    assert [member.user_name for member in people.managed_by(session, admin)] == ["mai"]
    people.grant_role(session, admin, mai, role="official", unit=wards[1], at=NOW)
    people.disable(session, admin, mai, NOW)
    people.enable(session, admin, mai, NOW)
    people.reset_password(session, admin, mai, NOW)


def test_somebody_with_one_role_outside_is_out_of_the_administrators_hands(
    session: Session, wards: list[Unit]
) -> None:
    admin = add(session, "an", "administrator", wards[0])
    mai = add(session, "mai", "assessor", wards[0])
    people.grant_role(session, None, mai, role="official", unit=wards[1], at=NOW)
    assert not people.managed_by(session, admin)
    with pytest.raises(Refusal, match="not_found"):
        people.managed_member(session, admin, mai.id)
    with pytest.raises(Refusal, match="not_found"):
        people.reset_password(session, admin, mai, NOW)


def test_nobody_changes_the_own_account_or_roles(session: Session) -> None:
    admin = add(session, "an", "administrator", None)
    for deed in (people.disable, people.enable, people.reset_password):
        with pytest.raises(Refusal, match="not_oneself"):
            deed(session, admin, admin, NOW)
    with pytest.raises(Refusal, match="not_oneself"):
        people.grant_role(session, admin, admin, role="expert", unit=None, at=NOW)


@pytest.mark.parametrize("role", ["assessor", "official", "expert"])
def test_other_roles_manage_nobody(session: Session, wards: list[Unit], role: str) -> None:
    other = add(session, "other", role, None)
    mai = add(session, "mai", "assessor", wards[0])
    assert not people.managed_by(session, other)
    with pytest.raises(Refusal, match="not_found"):
        people.disable(session, other, mai, NOW)
    with pytest.raises(Refusal, match="not_permitted"):
        people.add_member(session, other, Newcomer("hoa", "Hoa", "expert", wards[0]), NOW)


def test_a_role_is_given_once_even_for_the_whole_instance(session: Session) -> None:
    mai = add(session, "mai", "expert", None)
    with pytest.raises(Refusal, match="role_already_granted"):
        people.grant_role(session, None, mai, role="expert", unit=None, at=NOW)


def test_the_last_role_stays_because_it_says_who_manages_the_account(
    session: Session, wards: list[Unit]
) -> None:
    mai = add(session, "mai", "expert", wards[0])
    people.grant_role(session, None, mai, role="official", unit=wards[0], at=NOW)
    session.flush()
    first, second = [grant.id for grant in mai.grants]
    people.revoke_role(session, None, mai, grant_id=first, at=NOW)
    with pytest.raises(Refusal, match="last_role"):
        people.revoke_role(session, None, mai, grant_id=second, at=NOW)
    with pytest.raises(Refusal, match="not_found"):
        people.revoke_role(session, None, mai, grant_id=first, at=NOW)


def test_every_deed_leaves_an_entry_with_who_and_where(
    session: Session, wards: list[Unit]
) -> None:
    admin = add(session, "an", "administrator", None)
    issued = people.add_member(session, admin, Newcomer("mai", "Mai", "expert", wards[0]), NOW)
    mai = issued.member
    people.grant_role(session, admin, mai, role="official", unit=None, at=NOW)
    people.reset_password(session, admin, mai, NOW)
    people.disable(session, admin, mai, NOW)
    session.flush()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor, entry.action, entry.subject) for entry in entries] == [
        ("server", "member_added", "an"),
        ("an", "member_added", "mai"),
        ("an", "role_granted", "mai"),
        ("an", "password_reset", "mai"),
        ("an", "member_disabled", "mai"),
    ]
    assert entries[1].details == {"role": "expert", "unit": "11413"}
    assert entries[2].details == {"role": "official", "unit": None}


def test_whoever_may_score_sees_perception_only_after_the_scores_are_sealed(
    session: Session,
) -> None:
    wave = make_wave(session)
    here, there = wave.units[0].unit, wave.units[1].unit
    mai = add(session, "mai", "official", here.parent)
    assert people.may_see_perception(session, mai, wave, here)
    people.grant_role(session, None, mai, role="assessor", unit=here, at=NOW)
    assert not people.may_see_perception(session, mai, wave, here)
    assert people.may_see_perception(session, mai, wave, there)
    session.add(
        SelfScoreSet(
            wave_id=wave.id, unit_id=here.id, state="sealed", sha256="0" * 64, sealed_at=NOW
        )
    )
    session.flush()
    assert people.may_see_perception(session, mai, wave, here)


def test_a_draft_of_scores_opens_nothing_and_a_role_above_counts(session: Session) -> None:
    wave = make_wave(session)
    here = wave.units[0].unit
    mai = add(session, "mai", "assessor", here.parent)
    session.add(SelfScoreSet(wave_id=wave.id, unit_id=here.id, state="draft"))
    session.flush()
    assert not people.may_see_perception(session, mai, wave, here)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["add", "grant", "revoke", "enable", "disable"]),
        st.integers(0, 5),  # who acts
        st.integers(0, 5),  # on whom
        st.sampled_from(ROLES),
        st.integers(0, 4),  # where
    ),
    max_size=25,
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS)
def test_no_sequence_of_deeds_leads_to_power_outside_the_administrators_units(
    session: Session, deeds: list[tuple[str, int, int, str, int]]
) -> None:
    """Administrators of one ward, whatever they do for each other, stay within that ward."""
    with session.begin_nested() as step:
        ward, neighbour, _island = make_units(session)
        everywhere = [ward, neighbour, ward.parent, None, ward]
        crew = [_plain(session, f"in{number}", "administrator", ward) for number in range(2)]
        outside = [_plain(session, f"out{number}", "official", neighbour) for number in range(2)]
        everybody = crew + outside
        before = {other.id: _rights(other) for other in outside}
        for deed, actor, member, role, place in deeds:
            acting, acted_on = (
                everybody[actor % len(everybody)],
                everybody[member % len(everybody)],
            )
            _try(session, everybody, (deed, acting, acted_on, role, everywhere[place]))
        for somebody in everybody:
            rights = _rights(somebody)
            assert rights == before.get(somebody.id, rights)
            assert somebody in outside or {unit_id for _role, unit_id in rights} == {ward.id}
        step.rollback()


def _plain(session: Session, name: str, role: str, unit: Unit) -> StaffMember:
    """An account without the cost of a real hash."""
    member = StaffMember(
        user_name=name,
        display_name=name,
        password_hash="none",  # noqa: S106  no hash: nobody signs in here
        must_change_password=False,
        is_active=True,
        loopback_only=False,
        grants=[RoleGrant(role=role, unit=unit)],
    )
    session.add(member)
    session.flush()
    return member


def _rights(member: StaffMember) -> set[tuple[str, int | None]]:
    return {(grant.role, grant.unit_id) for grant in member.grants}


def _try(
    session: Session,
    everybody: list[StaffMember],
    deed: tuple[str, StaffMember, StaffMember, str, Unit | None],
) -> None:
    kind, actor, member, role, unit = deed
    try:
        if kind == "add":
            newcomer = Newcomer(f"new{len(everybody)}", "New", role, unit)
            everybody.append(people.add_member(session, actor, newcomer, NOW).member)
        elif kind == "grant":
            people.grant_role(session, actor, member, role=role, unit=unit, at=NOW)
        elif kind == "revoke":
            grant_id = member.grants[0].id
            people.revoke_role(session, actor, member, grant_id=grant_id, at=NOW)
        else:
            {"enable": people.enable, "disable": people.disable}[kind](session, actor, member, NOW)
        session.flush()
    except Refusal:
        pass
