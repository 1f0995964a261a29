"""The action programme: what is done about a finding, by whom, until when, and who confirms it.

Each step is a version. Whoever changes an action says which version they read, so that nobody
overwrites what they have not seen; and what is to be confirmed is confirmed by somebody else.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.actions import EXPECTATIONS, Action, ActionStep, Review
from survey_app.models.evidence import EvidenceFile
from survey_app.models.staff import StaffMember
from survey_app.models.units import Unit
from survey_app.queries import actions as queries
from survey_app.services import audit, deadlines, people, reviewing
from survey_app.services.reviewing import Finding

# What an official may set; "verified" is said by somebody else.
OPEN_STATES = ("received", "planned", "under_way", "done")
NEEDS_PLAN = ("planned", "under_way", "done", "verified")
LARGEST_RISE = 50.0
LONGEST_NOTE = 4000
SOONEST, LATEST = timedelta(days=366), timedelta(days=3660)  # around today: else a slip


@dataclass(frozen=True, slots=True)
class Plan:
    """What an official types of an action."""

    title_vi: str
    title_en: str = ""
    department: str = ""
    owner_id: int | None = None
    due: date | None = None
    expected: str = "rise"
    expected_points: float = 0.0
    budget_note: str = ""
    evidence_note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who acts, when, and which version of the action they had read (0: a new one)."""

    author: StaffMember
    at: datetime
    seen: int = 0


PLANNED = tuple(field.name for field in fields(Plan))
FIXED_WHEN_DONE = ("owner_id", "due", "expected", "expected_points")


def owners(session: Session, unit: Unit) -> list[StaffMember]:
    """Who can be responsible in a unit: officials whose role reaches it."""
    above: list[str] = []
    here: Unit | None = unit
    while here is not None:
        above.append(here.official_code)
        here = here.parent
    found = queries.officials_at(session, above)
    return [each for each in found if unit.id in people.reach(session, each, ("official",))]


def open_action(session: Session, finding: Finding, plan: Plan, turn: Turn) -> Action:
    """Open an action on a finding that is accepted, explained, or stands by the council's word.

    Raises
    ------
    Refusal
        `finding_unanswered`, `finding_contested`, `objection_upheld`, and as `change` does.
    """
    _demand_settled(reviewing.newest(session, finding))
    _demand_plan(session, plan, finding.place.unit, turn.at)
    action = Action(
        wave_id=finding.wave.id,
        unit_id=finding.place.unit_id,
        indicator=finding.indicator,
        version=0,
        state="received",
        done_at=None,
        **{name: getattr(plan, name) for name in PLANNED},
    )
    session.add(action)
    session.flush()
    _step(session, action, "opened", turn)
    return action


def change(session: Session, action: Action, plan: Plan, turn: Turn) -> None:
    """Replace what is planned.

    Raises
    ------
    Refusal
        `changed_meanwhile`; `action_title_missing`; `reason_too_long`; `owner_unfit`;
        `due_unlikely`; `expectation_unfit`; `action_needs_plan` from "planned" on;
        `action_is_done` for what a finished action is measured by; `action_is_verified`.
    """
    _demand_seen(action, turn.seen)
    demand_open(action)
    changes = _changes(session, action, plan)
    if action.state == "done" and set(changes) & set(FIXED_WHEN_DONE):
        raise Refusal("action_is_done")
    _demand_plan(session, plan, action.unit, turn.at, owner_before=action.owner_id)
    _demand_ready(action.state, plan.owner_id, plan.due)
    if action.state == "done" and not plan.evidence_note.strip() and not action.files:
        raise Refusal("action_needs_evidence")
    for name in PLANNED:
        setattr(action, name, getattr(plan, name))
    if changes:
        _step(session, action, "changed", turn, changes=changes)


def move(session: Session, action: Action, state: str, turn: Turn, note: str = "") -> None:
    """Say how far it is.

    Raises
    ------
    Refusal
        `changed_meanwhile`, `action_state_unknown`, `action_is_verified`, `action_is_done`
        (whoever checks it sends it back), `action_needs_plan`, `action_needs_evidence`.
    """
    _demand_seen(action, turn.seen)
    demand_open(action)
    if state not in OPEN_STATES:
        raise Refusal("action_state_unknown")
    if action.state == "done":
        raise Refusal("action_is_done")
    _demand_note(note)
    _demand_ready(state, action.owner_id, action.due)
    if state == "done" and not _has_evidence(action):
        raise Refusal("action_needs_evidence")
    before, action.state = action.state, state
    if state == "done":
        action.done_at = turn.at
    _step(session, action, state, turn, note=note, changes={"state": [before, state]})


def verify(session: Session, action: Action, note: str, turn: Turn) -> None:
    """Confirm that it was done, with the note of what was looked at.

    Raises
    ------
    Refusal
        `changed_meanwhile`, `action_not_done`, `action_is_verified`, `action_needs_evidence`,
        `explanation_missing`, `verified_by_owner` for whoever was responsible for it at any time or
        called it done.
    """
    _demand_checkable(action, note, turn.seen)
    if turn.author.id in _involved(action):
        raise Refusal("verified_by_owner")
    if not _has_evidence(action):
        raise Refusal("action_needs_evidence")
    action.state, action.verified_by_id = "verified", turn.author.id
    changes: dict[str, object] = {"state": ["done", "verified"]}
    _step(session, action, "verified", turn, note=note, changes=changes)


def send_back(session: Session, action: Action, note: str, turn: Turn) -> None:
    """Say why it is not done after all; refused as `verify` is."""
    _demand_checkable(action, note, turn.seen)
    if turn.author.id in _involved(action):
        raise Refusal("verified_by_owner")
    action.state, action.done_at = "under_way", None
    changes: dict[str, object] = {"state": ["done", "under_way"]}
    _step(session, action, "sent_back", turn, note=note, changes=changes)


def add_file(session: Session, action: Action, kept: EvidenceFile, turn: Turn) -> None:
    """Put a file to an action that nobody has verified yet."""
    demand_open(action)
    action.files.append(kept)
    _step(session, action, "file_added", turn, note=kept.name)


def may_verify(action: Action, member: StaffMember) -> bool:
    return action.state == "done" and member.id not in _involved(action)


def _involved(action: Action) -> set[int | None]:
    """Who was responsible at any time, and who said that it is done."""
    owners_so_far = {step.owner_id for step in action.steps}
    reported = {step.author_id for step in action.steps if step.deed == "done"}
    return {action.owner_id} | owners_so_far | reported


def _has_evidence(action: Action) -> bool:
    return bool(action.evidence_note.strip() or action.files)


def _demand_checkable(action: Action, note: str, seen: int) -> None:
    _demand_seen(action, seen)
    demand_open(action)
    if action.state != "done":
        raise Refusal("action_not_done")
    if not note.strip():
        raise Refusal("explanation_missing")
    _demand_note(note)


def demand_open(action: Action) -> None:
    """Refuse what is closed: `action_is_verified`."""
    if action.state == "verified":
        raise Refusal("action_is_verified")


def _demand_seen(action: Action, seen: int) -> None:
    if seen != action.version:
        raise Refusal("changed_meanwhile", by=action.steps[-1].author.display_name)


def _demand_plan(
    session: Session, plan: Plan, unit: Unit, at: datetime, *, owner_before: int | None = None
) -> None:
    if not plan.title_vi.strip():
        raise Refusal("action_title_missing")
    _demand_note(plan.budget_note)
    _demand_note(plan.evidence_note)
    if plan.owner_id not in {None, owner_before} and plan.owner_id not in {
        each.id for each in owners(session, unit)
    }:
        raise Refusal("owner_unfit")
    if plan.due is not None and not deadlines.day_of(at - SOONEST) <= plan.due <= deadlines.day_of(
        at + LATEST
    ):
        raise Refusal("due_unlikely")
    if plan.expected not in EXPECTATIONS or not 0 <= plan.expected_points <= LARGEST_RISE:
        raise Refusal("expectation_unfit", most=int(LARGEST_RISE))


def _demand_note(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise Refusal("reason_too_long", most=LONGEST_NOTE)


def _demand_ready(state: str, owner_id: int | None, due: date | None) -> None:
    if state in NEEDS_PLAN and (owner_id is None or due is None):
        raise Refusal("action_needs_plan")


def _demand_settled(review: Review | None) -> None:
    if review is None:
        raise Refusal("finding_unanswered")
    if reviewing.is_settled(review):
        return
    if review.decision is None:
        raise Refusal("finding_contested")
    raise Refusal("objection_upheld")


def _changes(session: Session, action: Action, plan: Plan) -> dict[str, object]:
    pairs = {name: (getattr(action, name), getattr(plan, name)) for name in PLANNED}
    return {
        name: [_kept(session, name, before), _kept(session, name, after)]
        for name, (before, after) in pairs.items()
        if before != after
    }


def _kept(session: Session, name: str, value: object) -> object:
    """As the history keeps it: a person by name, a day as text."""
    if name == "owner_id" and value is not None:
        found = session.get(StaffMember, value)
        return found.display_name if found else None
    return value.isoformat() if isinstance(value, date) else value


def _step(
    session: Session,
    action: Action,
    deed: str,
    turn: Turn,
    *,
    note: str = "",
    changes: dict[str, object] | None = None,
) -> None:
    action.version += 1
    step = ActionStep(
        version=action.version,
        deed=deed,
        note=note,
        changes=changes or {},
        owner_id=action.owner_id,
        author_id=turn.author.id,
        at=turn.at,
    )
    action.steps.append(step)
    session.flush()
    subject = f"{action.wave.key} {action.indicator} #{action.id}"
    audit.record(
        session,
        turn.author,
        f"action_{deed}",
        subject,
        turn.at,
        unit=action.unit.official_code,
        fields=sorted(changes or {}) or None,
    )
