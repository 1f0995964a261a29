"""Answers to gaps and the actions that follow; which findings nobody has answered yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload

from survey_app.models.actions import Action, ActionStep, Review
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.evidence import EvidenceFile
from survey_app.models.runs import Run, RunRow
from survey_app.models.staff import RoleGrant, StaffMember
from survey_app.models.units import Unit

UNFINISHED = ("received", "planned", "under_way")
FINDINGS = ("self_higher", "perception_higher")
FEWEST = 10  # answers; of fewer nothing is concluded (services/disclosure.py)
NO_CHANCE = 1.96  # standard errors: the part of a gap that is certain
WHOLE_REVIEW = (
    selectinload(Review.author),
    selectinload(Review.decision),
    selectinload(Review.files),
    selectinload(Review.unit),
    selectinload(Review.wave).selectinload(Wave.campaign),
)
WHOLE_ACTION = (
    selectinload(Action.owner),
    selectinload(Action.verified_by),
    selectinload(Action.files).selectinload(EvidenceFile.author),
    selectinload(Action.unit).selectinload(Unit.parent),
    selectinload(Action.wave).selectinload(Wave.campaign),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which actions: within these units (None: all), and as somebody filters them."""

    unit_ids: Collection[int] | None
    unit_id: int | None = None
    owner_id: int | None = None
    state: str = ""
    overdue_on: date | None = None


def reviews(session: Session, wave_id: int, unit_id: int, indicator: str) -> Sequence[Review]:
    """All answers to one gap, oldest first; the last one holds."""
    return session.scalars(
        select(Review)
        .where(Review.wave_id == wave_id, Review.unit_id == unit_id, Review.indicator == indicator)
        .options(*WHOLE_REVIEW)
        .order_by(Review.version)
    ).all()


def reviews_of_unit(session: Session, campaign_id: int, unit_id: int) -> Sequence[Review]:
    """The answers that hold, over all waves of a campaign, the newest wave first."""
    return session.scalars(
        select(Review)
        .join(Wave, Wave.id == Review.wave_id)
        .where(Wave.campaign_id == campaign_id, Review.unit_id == unit_id, _holds())
        .options(*WHOLE_REVIEW)
        .order_by(Wave.number.desc(), Review.indicator)
    ).all()


def contested(session: Session, unit_ids: Collection[int] | None) -> Sequence[Review]:
    """What waits for the council, oldest first."""
    wanted = (
        select(Review)
        .where(Review.answer == "contest", ~Review.decision.has(), _holds())
        .options(*WHOLE_REVIEW)
        .order_by(Review.created_at, Review.id)
    )
    return session.scalars(wanted.where(*_within(Review.unit_id, unit_ids))).all()


def _holds() -> ColumnElement[bool]:
    later = aliased(Review)
    return ~exists().where(
        later.wave_id == Review.wave_id,
        later.unit_id == Review.unit_id,
        later.indicator == Review.indicator,
        later.version > Review.version,
    )


def action_by_id(session: Session, action_id: int) -> Action | None:
    return session.scalar(
        select(Action)
        .where(Action.id == action_id)
        .options(*WHOLE_ACTION, selectinload(Action.steps).selectinload(ActionStep.author))
    )


def actions_of(session: Session, wave_id: int, unit_id: int, indicator: str) -> Sequence[Action]:
    return session.scalars(
        select(Action)
        .where(Action.wave_id == wave_id, Action.unit_id == unit_id, Action.indicator == indicator)
        .options(*WHOLE_ACTION)
        .order_by(Action.id)
    ).all()


def actions_of_unit(session: Session, campaign_id: int, unit_id: int) -> Sequence[Action]:
    return session.scalars(
        select(Action)
        .join(Wave, Wave.id == Action.wave_id)
        .where(Wave.campaign_id == campaign_id, Action.unit_id == unit_id)
        .options(*WHOLE_ACTION)
        .order_by(Wave.number.desc(), Action.indicator, Action.id)
    ).all()


def actions(session: Session, wanted: Wanted, *, limit: int, offset: int = 0) -> Sequence[Action]:
    """Those due first; without a day last."""
    found = select(Action).where(*_conditions(wanted)).options(*WHOLE_ACTION)
    return session.scalars(
        found.order_by(Action.due.is_(None), Action.due, Action.id).limit(limit).offset(offset)
    ).all()


def count_by_state(session: Session, wanted: Wanted) -> dict[str, int]:
    found = (
        select(Action.state, func.count().label("number"))
        .where(*_conditions(wanted))
        .group_by(Action.state)
    )
    return {row.state: row.number for row in session.execute(found)}


def count(session: Session, wanted: Wanted) -> int:
    return session.scalar(select(func.count(Action.id)).where(*_conditions(wanted))) or 0


def units_with_actions(session: Session, unit_ids: Collection[int] | None) -> Sequence[Unit]:
    acting = select(Unit).where(
        exists().where(Action.unit_id == Unit.id), *_within(Unit.id, unit_ids)
    )
    return session.scalars(acting.order_by(Unit.sort_key)).all()


def owners_of_actions(session: Session, unit_ids: Collection[int] | None) -> Sequence[StaffMember]:
    owning = select(Action.owner_id).where(*_within(Action.unit_id, unit_ids))
    return session.scalars(
        select(StaffMember).where(StaffMember.id.in_(owning)).order_by(StaffMember.display_name)
    ).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _within(Action.unit_id, wanted.unit_ids)
    if wanted.unit_id is not None:
        found.append(Action.unit_id == wanted.unit_id)
    if wanted.owner_id is not None:
        found.append(Action.owner_id == wanted.owner_id)
    if wanted.state:
        found.append(Action.state == wanted.state)
    if wanted.overdue_on is not None:
        found += [Action.due < wanted.overdue_on, Action.state.in_(UNFINISHED)]
    return found


def _within(
    unit_id: InstrumentedAttribute[int], unit_ids: Collection[int] | None
) -> list[ColumnElement[bool]]:
    return [] if unit_ids is None else [unit_id.in_(unit_ids)]


def later_waves(session: Session, wave: Wave, unit_id: int) -> Sequence[Wave]:
    """The closed or published waves of the campaign after this one that asked in the unit."""
    return session.scalars(
        select(Wave)
        .join(WaveUnit, WaveUnit.wave_id == Wave.id)
        .where(
            Wave.campaign_id == wave.campaign_id,
            Wave.number > wave.number,
            Wave.state.in_(("closed", "published")),
            WaveUnit.unit_id == unit_id,
        )
        .order_by(Wave.number)
    ).all()


def newest_analysed(session: Session) -> Sequence[tuple[Wave, int]]:
    """Of each campaign the last wave that has results, with the run that leads it."""
    leading = (
        select(Run.wave_id, func.max(Run.id).label("run_id"))
        .where(Run.label == "registered")
        .group_by(Run.wave_id)
        .subquery()
    )
    rows = session.execute(
        select(Wave, leading.c.run_id)
        .join(leading, leading.c.wave_id == Wave.id)
        .where(Wave.state.in_(("closed", "published")))
        .options(selectinload(Wave.campaign))
        .order_by(Wave.campaign_id, Wave.number)
    )
    newest = {wave.campaign_id: (wave, run_id) for wave, run_id in rows}
    return list(newest.values())


def unanswered(
    session: Session, run_id: int, unit_ids: Collection[int] | None, *, limit: int
) -> Sequence[tuple[RunRow, WaveUnit]]:
    """Findings without an answer: self-score higher first, then by the part that is certain."""
    certain = func.abs(RunRow.gap) - NO_CHANCE * func.coalesce(RunRow.gap_se, 0.0)
    rows = session.execute(
        select(RunRow, WaveUnit)
        .join(Run, Run.id == RunRow.run_id)
        .join(WaveUnit, and_(WaveUnit.wave_id == Run.wave_id, WaveUnit.unit_id == RunRow.unit_id))
        .where(*_unanswered(run_id, unit_ids))
        .options(selectinload(WaveUnit.unit))
        .order_by(
            case((RunRow.gap_class == "self_higher", 0), else_=1),
            certain.desc(),
            RunRow.unit_id,
            RunRow.indicator,
        )
        .limit(limit)
    )
    return [(row, place) for row, place in rows]


def count_unanswered(session: Session, run_id: int, unit_ids: Collection[int] | None) -> int:
    counted = select(func.count()).select_from(RunRow).join(Run, Run.id == RunRow.run_id)
    return session.scalar(counted.where(*_unanswered(run_id, unit_ids))) or 0


def _unanswered(run_id: int, unit_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    answered = exists().where(
        Review.wave_id == Run.wave_id,
        Review.unit_id == RunRow.unit_id,
        Review.indicator == RunRow.indicator,
    )
    return [
        RunRow.run_id == run_id,
        RunRow.headline.is_(True),
        RunRow.gap_class.in_(FINDINGS),
        RunRow.n >= FEWEST,
        ~answered,
        *_within(RunRow.unit_id, unit_ids),
    ]


def officials_at(session: Session, official_codes: Collection[str]) -> Sequence[StaffMember]:
    """Open accounts with an official's role in a unit of one of these codes, or everywhere."""
    here = or_(RoleGrant.unit_id.is_(None), Unit.official_code.in_(official_codes))
    granted = (
        select(RoleGrant.member_id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.role == "official", here)
    )
    return session.scalars(
        select(StaffMember)
        .where(StaffMember.is_active, StaffMember.id.in_(granted))
        .options(selectinload(StaffMember.grants))
        .order_by(StaffMember.display_name, StaffMember.id)
    ).all()
