"""The one gate out: pages and exports know results only as they leave here.

Fewer than ten respondents: no figure of theirs leaves, and nothing is concluded from them. Counts
leave in steps of five and figures rounded, so that two pages cannot be subtracted to find a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from analysis import disclosure
from survey_app.models.runs import RunRow
from survey_app.queries import runs

COUNT_STEP = 5
UNANIMOUS = 0.95  # a share beyond it says of nearly everybody what they answered
MANY_DO_NOT_KNOW = 0.30
CONCLUDED_FROM_NOTHING = frozenset({"not_asked", "no_data"})


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """What may be known of one unit, indicator, audience and series. Scores are 0-100.

    `n` is rounded; None stands for fewer than ten, and then every figure of the answers is None.
    The gap is the self-score above (+) or below (-) the average answer; of a self-score that is a
    colour, the distance from the nearer end of that colour.
    """

    unit_id: int
    indicator: str
    audience: str
    series: str
    headline: bool
    evidence: str
    gap_class: str
    provisional: bool
    self_score: float | None
    self_low: float | None
    self_high: float | None
    self_colour: str | None
    n: int | None = None
    dont_know_share: float | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    top_two: float | None = None
    distribution: tuple[float, ...] | None = None
    gap: float | None = None
    relative_gap: float | None = None
    explaining_correlation: float | None = None
    blended: float | None = None
    blended_low: float | None = None
    blended_high: float | None = None
    share_self: float | None = None
    share_residents: float | None = None
    share_reference: float | None = None
    share_pattern: float | None = None
    blend_assumed: bool = False

    @property
    def gap_interval(self) -> tuple[float, float] | None:
        """The gap at the two ends of the average answer's interval."""
        if None in {self.self_low, self.self_high, self.low, self.high}:
            return None
        return self._gap_at(self.high or 0.0), self._gap_at(self.low or 0.0)

    @property
    def is_colour(self) -> bool:
        """Whether the self-score is a colour without points."""
        return self.self_low != self.self_high

    def depends_on_dont_know(self, margin: float) -> bool:
        """Whether those who do not know could undo what is concluded here."""
        share, mean = self.dont_know_share, self.mean
        if share is None or mean is None or self.gap is None:
            return False
        worst = (1 - share) * mean
        ends = (self._gap_at(worst), self._gap_at(worst + 100 * share))
        sides = {(gap > margin) - (gap < -margin) for gap in (*ends, self.gap)}
        is_open = self.gap_class == "uncertain"  # nothing is concluded that could be undone
        return share > MANY_DO_NOT_KNOW or (len(sides) > 1 and not is_open)

    def _gap_at(self, perception: float) -> float:
        below = max((self.self_low or 0.0) - perception, 0.0)
        return below - max(perception - (self.self_high or 0.0), 0.0)


_SCORES = (
    "mean", "low", "high", "gap", "relative_gap", "blended", "blended_low", "blended_high",
)  # fmt: skip
_SHARES = (
    "dont_know_share", "top_two", "explaining_correlation",
    "share_self", "share_residents", "share_reference", "share_pattern",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Released:
    """The rows of a run, or of a part of it, as they may be seen."""

    rows: tuple[ReleasedRow, ...]

    def of_unit(self, unit_id: int) -> "Released":
        return Released(tuple(row for row in self.rows if row.unit_id == unit_id))

    @property
    def headlines(self) -> tuple[ReleasedRow, ...]:
        return tuple(row for row in self.rows if row.headline)


def release(rows: Iterable[RunRow]) -> Released:
    return Released(tuple(_release(row) for row in rows))


def released_run(session: Session, run_id: int) -> Released:
    return release(runs.rows(session, run_id))


def released_unit(session: Session, run_id: int, unit_id: int) -> Released:
    return release(runs.rows(session, run_id, unit_id))


def released_indicator(session: Session, run_id: int, unit_id: int, indicator: str) -> Released:
    return release(runs.rows_of_indicator(session, run_id, unit_id, indicator))


def released_count(n: int) -> int | None:
    """A count of people in steps of five; None for fewer than ten."""
    return None if disclosure.hidden(n) else COUNT_STEP * round(n / COUNT_STEP)


def _release(row: RunRow) -> ReleasedRow:
    n = released_count(row.n)
    known = ReleasedRow(
        unit_id=row.unit_id,
        indicator=row.indicator,
        audience=row.audience,
        series=row.series,
        headline=row.headline,
        evidence=row.evidence,
        gap_class=row.gap_class,
        provisional=row.provisional,
        self_score=_rounded(row.self_score, 1),
        self_low=_rounded(row.self_low, 1),
        self_high=_rounded(row.self_high, 1),
        self_colour=row.self_colour,
        n=n,
    )
    if n is None:
        concluded = row.gap_class if row.gap_class in CONCLUDED_FROM_NOTHING else "uncertain"
        return replace(known, gap_class=concluded, provisional=False)
    figures: dict[str, Any] = {
        **{name: _rounded(getattr(row, name), 1) for name in _SCORES},
        **{name: _rounded(getattr(row, name), 2) for name in _SHARES},
    }
    return replace(
        known,
        distribution=_distribution(row.distribution),
        blend_assumed=row.blend_assumed,
        **figures,
    )


def _distribution(shares: Sequence[float]) -> tuple[float, ...] | None:
    if not shares or max(shares) > UNANIMOUS:
        return None
    return tuple(round(share, 2) for share in shares)


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals) + 0.0
