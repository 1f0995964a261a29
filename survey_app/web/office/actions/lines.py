"""An answer, an action and a step as any page of the room shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from survey_app.models.actions import Action, ActionStep, Review
from survey_app.models.campaigns import Wave
from survey_app.models.evidence import EvidenceFile
from survey_app.services import deadlines, following_up, units
from survey_app.services.following_up import Verdict
from survey_app.web import following_words as say
from survey_app.web.current import instance
from survey_app.web.i18n import day, language
from survey_app.web.i18n import gettext as _

DEEDS: dict[str, Callable[[], str]] = {
    "opened": lambda: _("Opened the action"),
    "changed": lambda: _("Changed what is planned"),
    "verified": lambda: _("Verified it"),
    "sent_back": lambda: _("Sent it back"),
    "file_added": lambda: _("Added a file"),
    **{
        name: lambda name=name: _("Set it to: %(state)s", state=say.state(name))  # type: ignore[misc]  # the name of now
        for name in ("received", "planned", "under_way", "done")
    },
}
FIELDS: dict[str, Callable[[], str]] = {
    "title_vi": lambda: _("What will be done (Vietnamese)"),
    "title_en": lambda: _("What will be done (English)"),
    "department": lambda: _("Lead department"),
    "owner_id": lambda: _("Person responsible"),
    "due": lambda: _("Due date"),
    "expected": lambda: _("Expected change"),
    "expected_points": lambda: _("At least how many points"),
    "budget_note": lambda: _("Budget"),
    "evidence_note": lambda: _("What shows that it is done"),
}


@dataclass(frozen=True, slots=True)
class FileLine:
    name: str
    address: str
    size_kb: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewLine:
    version: int
    answer: str
    reason: str
    by: str
    at: datetime
    files: tuple[FileLine, ...]
    is_with_council: bool
    decision: str
    decision_reason: str
    decision_by: str
    decision_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActionLine:
    id: int
    address: str
    title: str
    title_language: str
    indicator: str
    unit: str
    department: str
    owner: str
    due: date | None
    state: str
    state_name: str
    tag: str
    is_overdue: bool
    is_due_soon: bool
    expectation: str
    outcome: str
    outcome_sign: str
    verdict: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StepLine:
    deed: str
    by: str
    at: datetime
    note: str
    changes: tuple[ChangeLine, ...]


def file_line(kept: EvidenceFile) -> FileLine:
    return FileLine(
        name=kept.name,
        address=url_for("office.evidence", file_id=kept.id.hex),
        size_kb=max(1, round(kept.size / 1024)),
        by=kept.author.display_name,
        at=kept.created_at,
    )


def review_line(review: Review) -> ReviewLine:
    decision = review.decision
    return ReviewLine(
        version=review.version,
        answer=say.ANSWERS[review.answer](),
        reason=review.reason,
        by=review.author.display_name,
        at=review.created_at,
        files=tuple(file_line(each) for each in review.files),
        is_with_council=review.answer == "contest" and decision is None,
        decision=say.DECISIONS[decision.decision]() if decision else "",
        decision_reason=decision.reason if decision else "",
        decision_by=decision.author.display_name if decision else "",
        decision_at=decision.created_at if decision else None,
    )


def action_line(
    session: Session, action: Action, at: datetime, may_see: Callable[[Wave], bool]
) -> ActionLine:
    found = following_up.verdict(session, action, may_see=may_see, library=instance().library)
    return ActionLine(
        id=action.id,
        address=url_for("office.action", action_id=action.id),
        title=say.title(action),
        title_language=say.title_language(action),
        indicator=action.indicator,
        unit=units.name_alone(action.unit, language()),
        department=action.department,
        owner=action.owner.display_name if action.owner else "",
        due=action.due,
        state=action.state,
        state_name=say.state(action.state),
        tag=say.TAGS[action.state],
        is_overdue=deadlines.is_overdue(action, at),
        is_due_soon=deadlines.is_due_soon(action, at),
        expectation=say.expectation(action),
        outcome=say.OUTCOMES[found.outcome]() if found else "",
        outcome_sign=say.OUTCOME_SIGNS[found.outcome] if found else "",
        verdict=_verdict(action, found),
    )


def _verdict(action: Action, found: Verdict | None) -> tuple[str, ...]:
    if found is not None:
        return say.verdict(found)
    if action.done_at is None:
        return (_("A later wave can tell, once the action is done."),)
    done = day(action.done_at)
    return (_("The first wave that opens after %(day)s will tell.", day=done),)


def step_lines(steps: Sequence[ActionStep]) -> tuple[StepLine, ...]:
    """The newest first."""
    return tuple(
        StepLine(
            deed=DEEDS[step.deed](),
            by=step.author.display_name,
            at=step.at,
            note=step.note,
            changes=tuple(_changes(step)) if step.deed == "changed" else (),
        )
        for step in reversed(steps)
    )


def _changes(step: ActionStep) -> list[ChangeLine]:
    return [
        ChangeLine(FIELDS[name](), shown(name, before), shown(name, after))
        for name, (before, after) in step.changes.items()
    ]


def shown(name: str, value: object) -> str:
    """A value of the history in words."""
    if value in (None, ""):
        return "–"
    if name == "due":
        return day(date.fromisoformat(str(value)))
    if name == "expected":
        return EXPECTATIONS[str(value)]()
    if name == "expected_points":
        return f"{value:g}"
    return str(value)


EXPECTATIONS: dict[str, Callable[[], str]] = {
    "rise": lambda: _("That the average answer rises"),
    "hold": lambda: _("That the level is held"),
}
