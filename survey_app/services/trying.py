"""What other rules of comparison would change in a wave that is over: computed, never stored."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.queries import runs
from survey_app.services import analysing, disclosure, results
from survey_app.services.analysing import Workplace
from survey_app.services.calibrating import Parameters
from survey_app.services.disclosure import Released


@dataclass(frozen=True, slots=True)
class Change:
    """An indicator of a unit whose class would be another. `before`, `after`: classes."""

    unit_id: int
    indicator: str
    audience: str
    series: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The registered run beside what the parameters would give, over the same units."""

    before: dict[str, int]  # class -> leading rows
    after: dict[str, int]
    changes: tuple[Change, ...]


def try_parameters(
    session: Session,
    wave: Wave,
    parameters: Parameters,
    place: Workplace,
    *,
    unit_ids: Collection[int],
) -> Trial:
    """Compare classes in these units; the units outside still weigh in each other's estimates."""
    registered = runs.registered_run(session, wave.id)
    if registered is None:
        raise Refusal("not_analysed", wave=wave.key)
    before = _within(disclosure.released_run(session, registered.id), unit_ids)
    computed = disclosure.release(analysing.what_if(session, wave, parameters, place))
    after = _within(computed, unit_ids)
    return Trial(
        before=results.counts(before.headlines),
        after=results.counts(after.headlines),
        changes=tuple(_changes(before, after)),
    )


def _within(released: Released, unit_ids: Collection[int]) -> Released:
    return Released(tuple(row for row in released.rows if row.unit_id in unit_ids))


def _changes(before: Released, after: Released) -> list[Change]:
    def key(row: disclosure.ReleasedRow) -> tuple[int, str, str, str]:
        return row.unit_id, row.indicator, row.audience, row.series

    classes = {key(row): row.gap_class for row in before.rows}
    return [
        Change(*key(row), before=classes[key(row)], after=row.gap_class)
        for row in after.rows
        if row.headline and classes.get(key(row), row.gap_class) != row.gap_class
    ]
