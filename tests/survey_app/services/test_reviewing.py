import pytest
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.staff import AuditEntry, StaffMember
from survey_app.queries import staff
from survey_app.services import reviewing
from survey_app.services.reviewing import LONGEST, Answer, Finding
from tests.actions import answered, finding_of
from tests.office import make_member
from tests.results import make_results
from tests.runs import ASKED


@pytest.fixture
def finding(session: Session, instance: Instance) -> Finding:
    return finding_of(make_results(session, instance))


@pytest.fixture
def official(session: Session, finding: Finding) -> StaffMember:
    return make_member(session, "official")


@pytest.fixture
def expert(session: Session, finding: Finding) -> StaffMember:
    return make_member(session, "expert", "31")


def refusal(session: Session, finding: Finding, said: Answer, author: StaffMember) -> str:
    with pytest.raises(Refusal) as refused:
        reviewing.answer(session, finding, said, author, now())
    return refused.value.code


def trail(session: Session) -> list[AuditEntry]:
    return list(staff.audit_entries(session, actors=None, before=None, limit=9))


def test_a_changed_answer_is_a_further_one_and_the_first_stays(
    session: Session, finding: Finding, official: StaffMember
) -> None:
    answered(session, finding, official, "contest")
    answered(session, finding, official, "accept", seen=1)
    said = [(each.version, each.answer) for each in reviewing.history(session, finding)]
    assert said == [(1, "contest"), (2, "accept")]
    assert [each.action for each in trail(session)] == ["finding_answered"] * 2
    assert trail(session)[0].subject == "2026-1 11413 1.3"


def test_who_had_not_read_the_last_answer_is_told_whose_it_is(
    session: Session, finding: Finding, official: StaffMember
) -> None:
    answered(session, finding, official)
    other = make_member(session, "official", user_name="other")
    with pytest.raises(Refusal) as refused:
        answered(session, finding, other, "contest", seen=0)
    assert refused.value.code == "changed_meanwhile"
    assert refused.value.details == {"by": "Official"}
    assert len(reviewing.history(session, finding)) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Answer("maybe", "x", 0), "review_answer_unknown"),
        (Answer("contest", " \n", 0), "explanation_missing"),
        (Answer("explain", "", 0), "explanation_missing"),
        (Answer("accept", "x" * (LONGEST + 1), 0), "reason_too_long"),
    ],
)
def test_an_answer_is_one_of_three_and_two_of_them_need_a_reason(
    session: Session, finding: Finding, official: StaffMember, said: Answer, code: str
) -> None:
    assert refusal(session, finding, said, official) == code
    assert reviewing.newest(session, finding) is None


def test_only_a_contested_finding_goes_to_the_council(
    session: Session, finding: Finding, official: StaffMember, expert: StaffMember
) -> None:
    answered(session, finding, official, "explain")
    with pytest.raises(Refusal, match="not_contested"):
        reviewing.decide(session, finding, decision="stands", reason="x", author=expert, at=now())


def test_the_council_decides_once_and_nobody_answers_after_it(
    session: Session, finding: Finding, official: StaffMember, expert: StaffMember
) -> None:
    review = answered(session, finding, official, "contest")
    assert not reviewing.is_settled(review)
    made = reviewing.decide(
        session, finding, decision="stands", reason="Mẫu đủ lớn", author=expert, at=now()
    )
    assert reviewing.is_settled(review)
    with pytest.raises(Refusal, match="already_decided"):
        reviewing.decide(session, finding, decision="upheld", reason="y", author=expert, at=now())
    assert made.decision == "stands"
    assert refusal(session, finding, Answer("explain", "z", 1), official) == "finding_decided"
    assert trail(session)[0].details == {"decision": "stands"}


def test_an_objection_that_is_upheld_leaves_nothing_to_act_on(
    session: Session, finding: Finding, official: StaffMember, expert: StaffMember
) -> None:
    review = answered(session, finding, official, "contest")
    reviewing.decide(session, finding, decision="upheld", reason="x", author=expert, at=now())
    assert not reviewing.is_settled(review)


def test_nobody_decides_about_their_own_objection(
    session: Session, finding: Finding, official: StaffMember
) -> None:
    answered(session, finding, official, "contest")
    with pytest.raises(Refusal, match="council_not_author"):
        reviewing.decide(
            session, finding, decision="upheld", reason="x", author=official, at=now()
        )


def test_a_decision_needs_a_word_that_is_known_and_a_reason(
    session: Session, finding: Finding, official: StaffMember, expert: StaffMember
) -> None:
    answered(session, finding, official, "contest")
    for decision, reason, code in (
        ("perhaps", "x", "decision_unknown"),
        ("stands", " ", "explanation_missing"),
    ):
        with pytest.raises(Refusal, match=code):
            reviewing.decide(
                session, finding, decision=decision, reason=reason, author=expert, at=now()
            )


def test_what_nobody_answered_waits_until_somebody_does(
    session: Session, finding: Finding, official: StaffMember
) -> None:
    found, total = reviewing.waiting(session, None, limit=99)
    assert sorted(each.row.indicator for each in found) == sorted(ASKED)
    assert total == len(ASKED)
    answered(session, finding, official)
    left, total = reviewing.waiting(session, None, limit=3)
    assert total == len(ASKED) - 1
    assert len(left) == 3
    assert "1.3" not in [each.row.indicator for each in left]


def test_findings_of_other_units_and_of_too_few_answers_do_not_wait(
    session: Session, finding: Finding
) -> None:
    few = finding.wave.units[1].unit_id  # seven answers
    assert reviewing.waiting(session, {few}, limit=99) == ([], 0)
    here = {finding.place.unit_id}
    assert reviewing.waiting(session, here, limit=99)[1] == len(ASKED)
