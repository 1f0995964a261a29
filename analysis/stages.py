"""The stages of a sampling design: which unit a row belongs to, and how many units were drawn."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats, Integers, coded, combined, numbers, ranked, tally
from analysis.errors import BadInput

Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """
    One stage of drawing.

    Attributes
    ----------
    units : unit of each row; None when every respondent was drawn on their own
    strata : stratum of each unit (of each row when ``units`` is None)
    sizes : units drawn, by stratum, whoever answered
    fractions : share of the units of the population that was drawn, by stratum
    factors : product of the fractions of the stages above, by stratum
    parents : unit of the stage above that each stratum lies in; the first stage has one for all
    """

    units: Integers | None
    strata: Integers
    sizes: Floats
    fractions: Floats
    factors: Floats
    parents: Integers

    def rows(self, chosen: Integers) -> "Stage":
        """Keep the chosen rows; their strata keep their size, or the variance would be wrong."""
        units, strata = self.units, self.strata[chosen] if self.units is None else self.strata
        if units is not None:
            present, units = ranked(units[chosen])
            strata = strata[present]
        left, strata = ranked(strata)
        return Stage(
            units,
            strata,
            self.sizes[left],
            self.fractions[left],
            self.factors[left],
            ranked(self.parents[left])[1],
        )

    @property
    def row_strata(self) -> Integers:
        return self.strata if self.units is None else self.strata[self.units]


def stages_of(
    counts: Floats,
    strata: ArrayLike | None,
    clusters: ArrayLike | None,
    population_sizes: ArrayLike | None,
) -> tuple[Stage, ...]:
    """
    Build the stages of a design.

    Population sizes of a stage that all lie between 0 and 1 are sampling fractions, as in R.
    Without population sizes the first stage is as good as drawn with replacement, and the later
    ones add nothing to the variance (Cochran 1977, section 11.9).
    """
    n = counts.size
    clusters_by_stage = _columns("clusters", clusters, n)
    sizes_by_stage = _columns("population_sizes", population_sizes, n)
    strata_by_stage = _columns("strata", strata, n)
    depth = max(len(clusters_by_stage), 1)
    if len(strata_by_stage) > depth:
        raise BadInput(
            f"strata must have at most a column per stage of clusters, which are {depth}, "
            f"got {len(strata_by_stage)}"
        )
    if population_sizes is not None and len(sizes_by_stage) != depth:
        raise BadInput(
            f"population_sizes must have a column per stage of clusters, which are {depth}, "
            f"got {len(sizes_by_stage)}"
        )
    built: list[Stage] = []
    for level in range(depth if population_sizes is not None else 1):
        codes = _strata_at(level, strata_by_stage, built, n)
        units = (
            combined(codes, coded("clusters", clusters_by_stage[level], n)[1])
            if clusters_by_stage
            else None
        )
        population = sizes_by_stage[level] if sizes_by_stage else None
        built.append(_stage(codes, units, counts, population, built[-1] if built else None))
    return tuple(built)


def _columns(name: str, labels: ArrayLike | None, n: int) -> list[NDArray[Any]]:
    if labels is None:
        return []
    try:
        array = np.asarray(labels)
    except ValueError as error:
        raise BadInput(f"{name} must have rows of one length: {error}") from error
    if array.ndim not in (1, 2) or array.shape[0] != n:
        raise BadInput(f"{name} must have {n} rows, got shape {array.shape}")
    return [array] if array.ndim == 1 else list(array.T)


def _strata_at(
    level: int, strata_by_stage: list[NDArray[Any]], above: list[Stage], n: int
) -> Integers:
    own = (
        coded("strata", strata_by_stage[level], n)[1]
        if level < len(strata_by_stage)
        else np.zeros(n, dtype=np.int64)
    )
    parents = above[-1].units if above else None
    return own if parents is None else combined(parents, own)


def _stage(
    codes: Integers,
    units: Integers | None,
    counts: Floats,
    population: NDArray[Any] | None,
    above: Stage | None,
) -> Stage:
    n_strata = int(codes.max(initial=-1)) + 1
    strata = codes if units is None else _of_each(units, codes)
    each = counts if units is None else np.ones(strata.size)
    drawn = tally(strata, each, n_strata)
    factors, parents = np.ones(n_strata), np.zeros(n_strata, dtype=np.int64)
    if above is not None:
        factors = _of_each(codes, (above.factors * above.fractions)[above.row_strata])
    if above is not None and above.units is not None:
        parents = _of_each(codes, above.units)
    return Stage(
        units=units,
        strata=strata,
        sizes=drawn,
        fractions=_fractions(codes, drawn, population),
        factors=factors,
        parents=parents,
    )


def _fractions(codes: Integers, drawn: Floats, population: NDArray[Any] | None) -> Floats:
    if population is None:
        return np.zeros(drawn.size)
    sizes = numbers("population_sizes", population, codes.size)
    wrong = np.flatnonzero(np.isnan(sizes) | (sizes <= 0))
    if wrong.size:
        raise BadInput(
            f"population_sizes must be positive, got {sizes[wrong[0]]} in row {wrong[0]}"
        )
    by_stratum = _of_each(codes, sizes)
    differing = np.flatnonzero(~(sizes == by_stratum[codes]))
    if differing.size:
        raise BadInput(
            "population_sizes must be the same number throughout a stratum, "
            f"got {sizes[differing[0]]} in row {differing[0]}"
        )
    if by_stratum.max(initial=0.0) <= 1 and by_stratum.min(initial=1.0) < 1:
        return by_stratum  # as R reads it: no population is smaller than 1
    too_small = np.flatnonzero(by_stratum < drawn)
    if too_small.size:
        at = too_small[0]
        raise BadInput(
            f"population_sizes must not be below the units drawn, got {by_stratum[at]} "
            f"for {drawn[at]:.0f} drawn"
        )
    return drawn / by_stratum


def _of_each(codes: Integers, values: NDArray[Number]) -> NDArray[Number]:
    """Take the value of the last row of each code."""
    of_each = np.zeros(int(codes.max(initial=-1)) + 1, dtype=values.dtype)
    of_each[codes] = values
    return of_each
