"""Findings, answers and actions for tests: the first unit's indicator 1.3 is a gap of 40 points."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.models.actions import Action, Review
from survey_app.models.campaigns import Wave
from survey_app.models.staff import StaffMember
from survey_app.services import acting, deadlines, reviewing
from survey_app.services.acting import Plan, Turn
from survey_app.services.reviewing import Answer, Finding

INDICATOR = "1.3"


def finding_of(wave: Wave, indicator: str = INDICATOR, unit: int = 0) -> Finding:
    return Finding(wave, wave.units[unit], indicator)


def answered(
    session: Session, finding: Finding, author: StaffMember, how: str = "accept", seen: int = 0
) -> Review:
    return reviewing.answer(session, finding, Answer(how, "Đúng như vậy", seen), author, now())


def plan_of(owner: StaffMember, at: datetime | None = None, **other: object) -> Plan:
    values: dict[str, object] = {
        "title_vi": "Mở thêm quầy",
        "title_en": "Open another counter",
        "department": "Văn phòng",
        "owner_id": owner.id,
        "due": deadlines.day_of(at or now()) + timedelta(days=30),
        "expected_points": 5.0,
    }
    return Plan(**(values | other))  # type: ignore[arg-type]  # the fields of a plan, by name


def opened(session: Session, finding: Finding, owner: StaffMember, **other: object) -> Action:
    """An action on a finding that is accepted first, if nobody has answered it."""
    if reviewing.newest(session, finding) is None:
        answered(session, finding, owner)
    return acting.open_action(session, finding, plan_of(owner, **other), Turn(owner, now()))  # type: ignore[arg-type]  # the fields of a plan


def finished(
    session: Session, finding: Finding, owner: StaffMember, at: datetime, **other: object
) -> Action:
    """An action that its owner called done at that moment."""
    action = opened(session, finding, owner, evidence_note="Biên bản số 5", **other)
    acting.move(session, action, "done", Turn(owner, at, action.version))
    return action
