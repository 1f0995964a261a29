"""The one gate out: pages and exports know results only as they leave here.

Fewer than ten respondents: no figure of theirs leaves, and nothing is concluded from them. Counts
leave in steps of five and shares in steps of 5 %, so that two pages cannot be subtracted to find a
person; an answer that one or two people gave is counted together with its neighbour, and what
would tell it all the same (with everybody of one opinion even the average) stays inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite
from typing import Any

from sqlalchemy.orm import Session

from analysis import disclosure
from analysis.disclosure import Spread, SpreadRelease
from survey_app.models.runs import RunRow
from survey_app.queries import runs

MANY_DO_NOT_KNOW = 0.30
CONCLUDED_FROM_NOTHING = frozenset({"not_asked", "no_data"})


NOTHING = SpreadRelease(None, scores=False)


@dataclass(frozen=True, slots=True)
class Part:
    """The share of the answers from `first` to `last` (0 is the worst), counted together.

    In steps of 5 % (of 1 % where at least 500 answered); 0 is less than 5 %.
    """

    first: int
    last: int
    share: float


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """What may be known of one unit, indicator, audience and series. Scores are 0-100.

    `n` is rounded; None stands for fewer than ten, and then every figure of the answers is None.
    Without a distribution one could tell who answered what from it; without a mean, even from that.
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
    distribution: tuple[Part, ...] | None = None
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
    def joined(self) -> tuple[Part, ...]:
        """The parts of the distribution that are more than one answer."""
        return tuple(part for part in self.distribution or () if part.first < part.last)

    def share_of(self, answer: int) -> float | None:
        """The share of one answer (0 is the worst), if it is shown by itself."""
        parts = self.distribution or ()
        return next((p.share for p in parts if p.first == p.last == answer), None)

    @property
    def gap_of_figures(self) -> float | None:
        """The gap from the figures as they are shown: from others it would tell a further digit."""
        if self.self_low is None or self.mean is None:
            return None
        return round(self._gap_at(self.mean), 1) + 0.0

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
        # The share is rounded: at the bound, it may lie beyond it.
        return share >= MANY_DO_NOT_KNOW or (len(sides) > 1 and not is_open)

    def _gap_at(self, perception: float) -> float:
        below = max((self.self_low or 0.0) - perception, 0.0)
        return below - max(perception - (self.self_high or 0.0), 0.0)


_SCORES = (
    "mean", "low", "high", "gap", "relative_gap", "blended", "blended_low", "blended_high",
)  # fmt: skip
_SHARES = ("share_self", "share_residents", "share_reference", "share_pattern")
_TOP_TWO = 3  # the first of them


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
    return None if disclosure.hidden(n) else int(disclosure.rounded(n))


def exposes(row: RunRow, released: ReleasedRow) -> bool:
    """Whether what is released of a row singles out one or two people, or all of them."""
    shown = [getattr(released, name) for name in (*_SCORES, "distribution", "top_two")]
    if disclosure.hidden(row.n):
        return released.n is not None or any(figure is not None for figure in shown)
    spread = _spread(row)
    if spread is None or all(figure is None for figure in shown):
        return any(figure is not None for figure in shown)
    parts = released.distribution
    groups = tuple((part.first, part.last) for part in parts) if parts else None
    return disclosure.exposes(spread, SpreadRelease(groups, scores=True))


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
    known = replace(known, dont_know_share=_share(row.dont_know_share, row.n_asked))
    spread = _spread(row)
    shown = NOTHING if spread is None else _shown(spread)
    return _with_scores(known, row, shown) if shown.scores else known


def _with_scores(known: ReleasedRow, row: RunRow, shown: SpreadRelease) -> ReleasedRow:
    figures: dict[str, Any] = {
        **{name: _rounded(getattr(row, name), 1) for name in _SCORES},
        **{name: _rounded(getattr(row, name), 2) for name in _SHARES},
    }
    parts = _parts(row, shown)
    released = replace(
        known,
        distribution=parts,
        top_two=_top_two(parts),
        # It tells how much the answers vary: only beside the answers themselves.
        explaining_correlation=_rounded(row.explaining_correlation, 2)
        if parts and len(parts) == len(row.distribution)
        else None,
        blend_assumed=row.blend_assumed,
        **figures,
    )
    return replace(released, gap=released.gap_of_figures) if row.gap is not None else released


@lru_cache(maxsize=65536)
def _shown(spread: Spread) -> SpreadRelease:
    """Rows never change, and every page asks for them again."""
    return disclosure.release_spread(spread)


def _spread(row: RunRow) -> Spread | None:
    if not row.distribution:
        return None
    effective_n = None if row.low is None else row.effective_n
    return Spread(tuple(row.distribution), row.n, effective_n)


def _parts(row: RunRow, shown: SpreadRelease) -> tuple[Part, ...] | None:
    if shown.groups is None:
        return None
    exact = [sum(row.distribution[first : last + 1]) for first, last in shown.groups]
    shares = disclosure.released_parts(exact, row.n)
    return tuple(
        Part(first, last, float(share))
        for (first, last), share in zip(shown.groups, shares, strict=True)
    )


def _top_two(parts: tuple[Part, ...] | None) -> float | None:
    """The sum of what is shown: rounded by itself it would tell more."""
    if parts is None or all(part.first != _TOP_TWO for part in parts):
        return None
    return round(sum(part.share for part in parts if part.first >= _TOP_TWO), 2)


def _share(value: float | None, n: int) -> float | None:
    if value is None or not isfinite(value):
        return None
    return float(disclosure.released_share(value, n))


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals) + 0.0
