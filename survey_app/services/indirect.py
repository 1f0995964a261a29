"""What leaves of the list experiments: a share and its interval, never a count of anybody's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

from sqlalchemy.orm import Session

from analysis import disclosure
from survey_app.models.indirect import EVERYWHERE, IndirectRow
from survey_app.queries import runs
from survey_app.services.disclosure import released_count

ENOUGH_IN_AN_ARM = 100  # of one unit: half of the interval is then about 20 points
STEP = 0.05
UNANIMOUS = 0.95  # of a list's answers at one end: they would tell on everybody who gave them
SUSPECT = 0.05


@dataclass(frozen=True, slots=True)
class ReleasedShare:
    """A share in steps of 5 %, its interval widened to such steps, and how many answers (in fives)."""

    place: str
    evidence: str
    people: int | None
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Indirect:
    """One list, as a unit's page may tell of it, from the series of the best evidence.

    `contradicted`: the lists of all units together do not fit each other.
    """

    audience: str
    item: str
    indicator: str
    evidence: str
    here: ReleasedShare | None
    everywhere: ReleasedShare | None
    contradicted: bool


def of_unit(session: Session, run_id: int, official_code: str) -> list[Indirect]:
    rows = sorted(runs.indirect_rows(session, run_id), key=_list_and_series)
    found: dict[tuple[str, str], Indirect] = {}
    for (audience, item, _evidence), of_series in groupby(rows, key=_list_and_series):
        told = _told(list(of_series), official_code)
        known = found.get((audience, item))
        if known is None or (known.everywhere is None and known.here is None):
            found[audience, item] = told
    return list(found.values())


def _list_and_series(row: IndirectRow) -> tuple[str, str, str]:
    return row.audience, row.item, row.evidence


def _told(rows: Sequence[IndirectRow], official_code: str) -> Indirect:
    whole = next(row for row in rows if row.place == EVERYWHERE)
    shown = release(rows)
    return Indirect(
        audience=whole.audience,
        item=whole.item,
        indicator=whole.indicator,
        evidence=whole.evidence,
        here=shown.get(official_code),
        everywhere=shown.get(EVERYWHERE),
        contradicted=whole.p_design is not None and whole.p_design < SUSPECT,
    )


def release(rows: Iterable[IndirectRow]) -> dict[str, ReleasedShare]:
    """What may be known of one list and series, by place."""
    known = {row.place: row for row in rows}
    units = [row for place, row in known.items() if place != EVERYWHERE]
    shown = [row for row in units if _may_be_shown(row, ENOUGH_IN_AN_ARM)]
    whole = known.get(EVERYWHERE)
    if whole is not None and _may_be_shown(whole) and hides_the_rest(whole, shown):
        shown.append(whole)
    return {row.place: _released(row) for row in shown}


def _may_be_shown(row: IndirectRow, least: int = 1) -> bool:
    smaller = min(row.n_control, row.n_treated)
    if row.share is None or smaller < least or bool(disclosure.hidden(smaller)):
        return False
    return (
        max(*row.treated[:1], *row.treated[-1:], *row.control[:1], *row.control[-1:]) < UNANIMOUS
    )


def hides_the_rest(whole: IndirectRow, shown: Sequence[IndirectRow]) -> bool:
    """Whether a reader who takes the shown units from the whole learns nothing of the others.

    Each share is known to half a step. If these doubts, weighed by the answers behind them, reach
    over the whole range of what is left, or nobody or ten in each list are left, nothing is told.
    """
    doubt = STEP / 2 * (_smaller(whole) + sum(map(_smaller, shown)))
    left = (
        whole.n_control - sum(row.n_control for row in shown),
        whole.n_treated - sum(row.n_treated for row in shown),
    )
    if min(left) <= 0 or not bool(disclosure.hidden(min(left))):
        return True
    return 2 * doubt >= max(left)


def _smaller(row: IndirectRow) -> int:
    return min(row.n_control, row.n_treated)


def _released(row: IndirectRow) -> ReleasedShare:
    share, low, high = row.share or 0.0, row.low or 0.0, row.high or 0.0
    tiny = 1e-9  # 0.15 / 0.05 is a hair less than 3
    return ReleasedShare(
        place=row.place,
        evidence=row.evidence,
        people=released_count(row.n_control + row.n_treated),
        share=round(share / STEP) * STEP,
        low=floor(low / STEP + tiny) * STEP,
        high=min(ceil(high / STEP - tiny) * STEP, 1.0),
    )
