from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.actions import Action
from survey_app.models.staff import StaffMember
from survey_app.queries import actions as queries
from survey_app.queries import evidence as files
from survey_app.queries import staff
from survey_app.services import acting, deadlines, evidence, reviewing
from survey_app.services.acting import Plan, Turn
from survey_app.services.evidence import Upload
from survey_app.services.reviewing import Finding
from tests.actions import answered, finding_of, finished, opened, plan_of
from tests.office import make_member
from tests.results import make_results


@pytest.fixture
def finding(session: Session, instance: Instance) -> Finding:
    return finding_of(make_results(session, instance))


@pytest.fixture
def owner(session: Session, finding: Finding) -> StaffMember:
    return make_member(session, "official")


@pytest.fixture
def other(session: Session, finding: Finding) -> StaffMember:
    return make_member(session, "official", "31", user_name="other")


def turn(author: StaffMember, action: Action) -> Turn:
    return Turn(author, now(), action.version)


def test_an_action_is_opened_on_a_finding_that_was_taken_up(
    session: Session, finding: Finding, owner: StaffMember
) -> None:
    with pytest.raises(Refusal, match="finding_unanswered"):
        acting.open_action(session, finding, plan_of(owner), Turn(owner, now()))
    answered(session, finding, owner, "contest")
    with pytest.raises(Refusal, match="finding_contested"):
        acting.open_action(session, finding, plan_of(owner), Turn(owner, now()))
    expert = make_member(session, "expert")
    reviewing.decide(session, finding, decision="upheld", reason="x", author=expert, at=now())
    with pytest.raises(Refusal, match="objection_upheld"):
        acting.open_action(session, finding, plan_of(owner), Turn(owner, now()))


def test_every_step_is_kept_with_who_and_when_and_stands_in_the_trail(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = opened(session, finding, owner)
    acting.change(session, action, plan_of(other, due=date(2027, 3, 1)), turn(owner, action))
    acting.move(session, action, "under_way", turn(other, action), "bắt đầu")
    steps = [(each.version, each.deed, each.author.user_name) for each in action.steps]
    assert steps == [
        (1, "opened", "official"),
        (2, "changed", "official"),
        (3, "under_way", "other"),
    ]
    assert action.steps[1].changes["owner_id"] == ["Official", "Other"]
    assert action.steps[1].changes["due"][1] == "2027-03-01"
    assert action.steps[2].note == "bắt đầu"
    entries = staff.audit_entries(session, actors=None, before=None, limit=3)
    assert [each.action for each in entries] == [
        "action_under_way",
        "action_changed",
        "action_opened",
    ]


def test_the_second_of_two_officials_is_told_and_nothing_is_overwritten(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = opened(session, finding, owner)
    both_read = action.version
    acting.change(session, action, plan_of(owner, title_vi="A"), Turn(owner, now(), both_read))
    with pytest.raises(Refusal) as refused:
        acting.change(session, action, plan_of(owner, title_vi="B"), Turn(other, now(), both_read))
    assert refused.value.code == "changed_meanwhile"
    assert refused.value.details == {"by": "Official"}
    with pytest.raises(Refusal, match="changed_meanwhile"):
        acting.move(session, action, "planned", Turn(other, now(), both_read))
    assert (action.title_vi, action.state) == ("A", "received")


def test_saving_what_stands_there_already_is_no_step(
    session: Session, finding: Finding, owner: StaffMember
) -> None:
    action = opened(session, finding, owner)
    acting.change(session, action, plan_of(owner), turn(owner, action))
    assert action.version == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title_vi": " "}, "action_title_missing"),
        ({"budget_note": "x" * 4001}, "reason_too_long"),
        ({"owner_id": 999}, "owner_unfit"),
        ({"due": date(2060, 1, 1)}, "due_unlikely"),
        ({"due": date(1999, 1, 1)}, "due_unlikely"),
        ({"expected": "miracle"}, "expectation_unfit"),
        ({"expected_points": -1.0}, "expectation_unfit"),
        ({"expected_points": 51.0}, "expectation_unfit"),
        ({"expected_points": float("nan")}, "expectation_unfit"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused(
    session: Session,
    finding: Finding,
    owner: StaffMember,
    changed: dict[str, object],
    code: str,
) -> None:
    answered(session, finding, owner)
    with pytest.raises(Refusal, match=code):
        acting.open_action(session, finding, plan_of(owner, None, **changed), Turn(owner, now()))


def test_responsible_are_officials_whose_role_reaches_the_unit(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    elsewhere = make_member(session, "official", "11411", user_name="elsewhere")
    make_member(session, "expert")
    gone = make_member(session, "official", user_name="gone")
    gone.is_active = False
    session.flush()
    names = {each.user_name for each in acting.owners(session, finding.place.unit)}
    assert names == {"official", "other"}
    answered(session, finding, owner)
    with pytest.raises(Refusal, match="owner_unfit"):
        acting.open_action(session, finding, plan_of(elsewhere), Turn(owner, now()))


def test_whoever_is_gone_stays_the_owner_until_another_is_named(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = opened(session, finding, owner)
    owner.is_active = False
    session.flush()
    acting.change(session, action, plan_of(owner, title_vi="A"), turn(other, action))
    assert action.owner_id == owner.id


def test_from_planned_on_somebody_is_responsible_until_a_day(
    session: Session, finding: Finding, owner: StaffMember
) -> None:
    action = opened(session, finding, owner, due=None)
    with pytest.raises(Refusal, match="action_needs_plan"):
        acting.move(session, action, "planned", turn(owner, action))
    acting.change(session, action, plan_of(owner), turn(owner, action))
    acting.move(session, action, "planned", turn(owner, action))
    with pytest.raises(Refusal, match="action_needs_plan"):
        acting.change(session, action, plan_of(owner, owner_id=None), turn(owner, action))
    with pytest.raises(Refusal, match="action_state_unknown"):
        acting.move(session, action, "verified", turn(owner, action))


def test_what_is_called_done_shows_something_and_keeps_what_it_is_measured_by(
    session: Session, finding: Finding, owner: StaffMember
) -> None:
    action = opened(session, finding, owner)
    with pytest.raises(Refusal, match="action_needs_evidence"):
        acting.move(session, action, "done", turn(owner, action))
    noted = plan_of(owner, evidence_note="Biên bản")
    acting.change(session, action, noted, turn(owner, action))
    acting.move(session, action, "done", turn(owner, action))
    assert action.done_at is not None
    for changed in ({"expected_points": 0.0}, {"expected": "hold"}, {"owner_id": None}):
        with pytest.raises(Refusal, match="action_is_done"):
            acting.change(
                session,
                action,
                plan_of(owner, None, evidence_note="Biên bản", **changed),
                turn(owner, action),
            )
    with pytest.raises(Refusal, match="action_needs_evidence"):
        acting.change(session, action, plan_of(owner), turn(owner, action))
    with pytest.raises(Refusal, match="action_is_done"):
        acting.move(session, action, "under_way", turn(owner, action))


def test_a_file_is_evidence_too_until_the_action_is_verified(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember, tmp_path: Path
) -> None:
    action = opened(session, finding, owner)
    upload = Upload("a.pdf", b"%PDF-1.7 x")
    kept = evidence.store(session, tmp_path / "evidence", upload, owner, now())
    acting.add_file(session, action, kept, turn(owner, action))
    acting.move(session, action, "done", turn(owner, action))
    acting.verify(session, action, "đã xem", turn(other, action))
    with pytest.raises(Refusal, match="action_is_verified"):
        acting.add_file(session, action, kept, turn(owner, action))
    (place,) = files.file_places(session, kept.id)
    assert place == (finding.wave, finding.place.unit)


def test_nobody_verifies_what_they_were_responsible_for(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = finished(session, finding, owner, now())
    assert not acting.may_verify(action, owner)
    with pytest.raises(Refusal, match="verified_by_owner"):
        acting.verify(session, action, "tốt", turn(owner, action))
    assert acting.may_verify(action, other)
    acting.verify(session, action, "đã đến xem", turn(other, action))
    assert (action.state, action.verified_by_id) == ("verified", other.id)
    with pytest.raises(Refusal, match="action_is_verified"):
        acting.change(session, action, plan_of(owner), turn(owner, action))


def test_handing_it_over_does_not_make_a_former_owner_a_witness(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = opened(session, finding, owner)
    handed = plan_of(other, evidence_note="x")
    acting.change(session, action, handed, turn(owner, action))
    acting.move(session, action, "done", turn(other, action))
    with pytest.raises(Refusal, match="verified_by_owner"):
        acting.verify(session, action, "tốt", turn(owner, action))


def test_whoever_called_it_done_does_not_verify_it(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = opened(session, finding, owner, evidence_note="x")
    acting.move(session, action, "done", turn(other, action))
    with pytest.raises(Refusal, match="verified_by_owner"):
        acting.verify(session, action, "tốt", turn(other, action))


def test_the_database_itself_holds_owner_and_witness_apart(
    session: Session, finding: Finding, owner: StaffMember
) -> None:
    action = finished(session, finding, owner, now())
    action.state, action.verified_by_id = "verified", owner.id
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


def test_a_check_says_what_was_looked_at_and_may_send_it_back(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    action = finished(session, finding, owner, now())
    with pytest.raises(Refusal, match="explanation_missing"):
        acting.verify(session, action, " ", turn(other, action))
    with pytest.raises(Refusal, match="verified_by_owner"):
        acting.send_back(session, action, "x", turn(owner, action))
    acting.send_back(session, action, "chưa đủ", turn(other, action))
    assert (action.state, action.done_at) == ("under_way", None)
    with pytest.raises(Refusal, match="action_not_done"):
        acting.verify(session, action, "x", turn(other, action))


def test_lists_are_filtered_and_the_first_due_stands_first(
    session: Session, finding: Finding, owner: StaffMember, other: StaffMember
) -> None:
    today = deadlines.day_of(now())
    late = opened(session, finding, owner, due=today - timedelta(days=1))
    opened(session, finding, other, due=None)
    soon = opened(session, finding_of(finding.wave, "1.5"), owner, due=today + timedelta(days=1))
    acting.move(session, soon, "planned", turn(owner, soon))
    wanted = queries.Wanted(None)
    assert [each.due is None for each in queries.actions(session, wanted, limit=9)] == [
        False,
        False,
        True,
    ]
    assert queries.count_by_state(session, wanted) == {"received": 2, "planned": 1}
    overdue = queries.Wanted(None, overdue_on=today)
    assert queries.actions(session, overdue, limit=9) == [late]
    assert queries.count(session, queries.Wanted(None, owner_id=owner.id)) == 2
    assert queries.count(session, queries.Wanted(None, state="planned")) == 1
    assert queries.count(session, queries.Wanted(set())) == 0
    assert [each.id for each in queries.units_with_actions(session, None)] == [
        finding.place.unit_id
    ]
    assert {each.id for each in queries.owners_of_actions(session, None)} == {owner.id, other.id}


def test_a_plan_without_a_title_in_english_is_whole() -> None:
    assert Plan("Sửa đường").title_en == ""
