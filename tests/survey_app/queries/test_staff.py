from datetime import date, timedelta

from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.models.staff import AuditEntry, StaffSession
from survey_app.models.units import Unit, UnitSuccession
from survey_app.queries import staff
from tests.factories import make_province, make_unit, make_units
from tests.office import make_member


def succeed(session: Session, old: Unit, new: Unit, extent: str = "whole") -> None:
    session.add(
        UnitSuccession(
            predecessor_id=old.id,
            successor_id=new.id,
            happened_on=date(2026, 4, 30),
            extent=extent,
            share_population=None,
        )
    )
    session.flush()


def renamed(session: Session, old: Unit) -> Unit:
    new = make_unit(session, f"{old.official_code}x", kind=old.kind)
    new.level = old.level
    new.official_code, new.valid_from = old.official_code, date(2026, 4, 30)
    old.valid_to = new.valid_from
    succeed(session, old, new)
    return new


def test_a_unit_holds_all_units_under_it(session: Session) -> None:
    wards = make_units(session)
    city = wards[0].parent
    assert city is not None
    inside = staff.unit_ids_within(session, [city.id])
    assert inside == {city.id, *(ward.id for ward in wards)}
    assert staff.unit_ids_within(session, [wards[0].id]) == {wards[0].id}
    assert staff.unit_ids_within(session, []) == frozenset()


def test_a_unit_that_changed_its_kind_is_the_same_unit_forth_and_back(session: Session) -> None:
    old = make_province(session)
    new = renamed(session, old)
    ward = make_unit(session, parent=new)
    assert staff.unit_ids_within(session, [old.id]) == {old.id, new.id, ward.id}
    assert staff.unit_ids_within(session, [new.id]) == {old.id, new.id, ward.id}


def test_a_part_a_merger_and_another_code_are_other_units(session: Session) -> None:
    first, second, third = make_units(session)
    succeed(session, first, second)  # another code
    assert staff.unit_ids_within(session, [first.id]) == {first.id}
    merged = renamed(session, third)
    succeed(session, second, merged)  # two became one
    assert staff.unit_ids_within(session, [third.id]) == {third.id}
    assert staff.unit_ids_within(session, [merged.id]) == {merged.id}


def test_sessions_that_idled_or_are_old_are_ended(session: Session) -> None:
    member, at = make_member(session), now()
    ages = {"fresh": (1, 1), "idle": (9, 9), "old": (1, 30)}
    for name, (seen, created) in ages.items():
        session.add(
            StaffSession(
                id_sha256=name,
                member=member,
                seen_at=at - timedelta(hours=seen),
                created_at=at - timedelta(hours=created),
            )
        )
    session.flush()
    staff.end_sessions_before(
        session, seen=at - timedelta(hours=8), created=at - timedelta(hours=24)
    )
    session.expire_all()
    assert staff.session_by_hash(session, "fresh")
    assert staff.session_by_hash(session, "idle") is None
    assert staff.session_by_hash(session, "old") is None


def test_entries_come_newest_first_by_actor_and_page(session: Session) -> None:
    for number in range(4):
        actor = "mai" if number % 2 else "lan"
        session.add(AuditEntry(at=now(), actor=actor, action="x", subject=str(number), details={}))
    session.flush()

    def subjects(actors: list[str] | None, before: int | None, limit: int) -> list[str]:
        found = staff.audit_entries(session, actors=actors, before=before, limit=limit)
        return [entry.subject for entry in found]

    assert subjects(None, None, 10) == ["3", "2", "1", "0"]
    assert subjects(["mai"], None, 10) == ["3", "1"]
    newest = staff.audit_entries(session, actors=None, before=None, limit=2)
    assert [entry.subject for entry in newest] == ["3", "2"]
    assert subjects(None, newest[-1].id, 10) == ["1", "0"]
