"""What officials answered to the finished waves, what they did, and who checked it."""

import tomllib
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Literal

from pydantic import Field
from sqlalchemy.orm import Session

from survey_app.demonstration.model import Shape
from survey_app.errors import Refusal
from survey_app.models.actions import Action
from survey_app.models.staff import StaffMember
from survey_app.queries import campaigns, staff
from survey_app.services import acting, deadlines, results, reviewing
from survey_app.services.acting import Plan, Turn
from survey_app.services.reviewing import Answer, Finding

ANSWERED_AFTER, DECIDED_AFTER, OPENED_AFTER = 12, 20, 22  # days from the closing of the wave

FROM_EVENING_TO_MORNING = timedelta(hours=13)  # waves close in the evening, offices open at nine


class ActionModel(Shape):
    title_vi: str
    title_en: str
    department: str
    due: int
    expected: Literal["rise", "hold"]
    points: float
    budget: str
    evidence: str
    state: Literal["received", "planned", "under_way"] = "under_way"
    done: int | None = None
    checked: int | None = None
    check: str = ""


class AnswerModel(Shape):
    wave: str
    unit: str
    indicator: str
    answer: Literal["accept", "contest", "explain"]
    reason: str
    decision: Literal["stands", "upheld"] | None = None
    decision_reason: str = ""
    actions: tuple[ActionModel, ...] = Field(default=(), validation_alias="action")


class Programme(Shape):
    answers: tuple[AnswerModel, ...] = Field(validation_alias="answer")


def load_programme() -> Programme:
    text = (files("survey_app.demonstration") / "programme.toml").read_text(encoding="utf-8")
    return Programme.model_validate(tomllib.loads(text))


def follow_up(session: Session) -> str:
    """Answer, act and check, each at its moment; returns what was done."""
    official, expert = (_member(session, role) for role in ("official", "expert"))
    counted = 0
    programme = load_programme()
    for each in programme.answers:
        finding = _finding(session, each)
        ended = finding.wave.closed_at or finding.wave.closes_at
        said = Answer(each.answer, each.reason, 0)
        reviewing.answer(session, finding, said, official, _after(ended, ANSWERED_AFTER))
        if each.decision:
            reviewing.decide(
                session,
                finding,
                decision=each.decision,
                reason=each.decision_reason,
                author=expert,
                at=_after(ended, DECIDED_AFTER),
            )
        for planned in each.actions:
            action = _open(session, finding, planned, official, ended)
            _carry_out(session, action, planned, (official, expert), ended)
            counted += 1
    return f"{len(programme.answers)} answers to findings, {counted} actions"


def _member(session: Session, role: str) -> StaffMember:
    """The demonstration's accounts are called like their roles."""
    found = staff.member_by_user_name(session, role)
    if found is None:
        raise Refusal("not_found")
    return found


def _finding(session: Session, answer: AnswerModel) -> Finding:
    wave = campaigns.wave_by_key(session, answer.wave)
    if wave is None:
        raise Refusal("not_found")
    return Finding(wave, results.place_in(wave, answer.unit), answer.indicator)


def _open(
    session: Session, finding: Finding, planned: ActionModel, owner: StaffMember, ended: datetime
) -> Action:
    plan = Plan(
        title_vi=planned.title_vi,
        title_en=planned.title_en,
        department=planned.department,
        owner_id=owner.id,
        due=deadlines.day_of(_after(ended, planned.due)),
        expected=planned.expected,
        expected_points=planned.points,
        budget_note=planned.budget,
        evidence_note=planned.evidence,
    )
    return acting.open_action(session, finding, plan, Turn(owner, _after(ended, OPENED_AFTER)))


def _carry_out(
    session: Session,
    action: Action,
    planned: ActionModel,
    people: tuple[StaffMember, StaffMember],
    ended: datetime,
) -> None:
    owner, witness = people
    moved = Turn(owner, _after(ended, OPENED_AFTER + 7), action.version)
    acting.move(session, action, planned.state, moved)
    if planned.done is not None:
        done = Turn(owner, _after(ended, planned.done), action.version)
        acting.move(session, action, "done", done)
    if planned.checked is not None:
        checked = Turn(witness, _after(ended, planned.checked), action.version)
        acting.verify(session, action, planned.check, checked)


def _after(ended: datetime, days: int) -> datetime:
    return ended + timedelta(days=days) - FROM_EVENING_TO_MORNING
