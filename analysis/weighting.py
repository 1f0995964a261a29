"""Weights that reproduce known margins of the population, and the price of weighting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, coded, finite, not_negative, ranked, tally, whole
from analysis.auxiliaries import Auxiliary, CalibrationVariance
from analysis.errors import BadInput
from analysis.sample import Sample

MARGINS_MAY_DIFFER = 1e-3
TRIM_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class MarginMiss:
    """The category of a margin that the weights miss most, as a share of its total."""

    margin: str
    category: object
    relative_error: float


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """Weights and whether they may be published: not when ``converged`` is false."""

    weights: Floats
    converged: bool = True
    sweeps: int = 0
    worst_margin: MarginMiss | None = None
    auxiliary: Auxiliary | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Kish:
    """Effective sample size (sum w)^2 / sum w^2 and design effect n / effective size."""

    n: int
    effective_n: float
    design_effect: float


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """Known totals of the categories of one variable; ``of_rows`` points into them."""

    name: str
    categories: tuple[object, ...]
    totals: Floats
    of_rows: Integers


def rake(
    weights: ArrayLike,
    margins: Mapping[str, tuple[ArrayLike, Mapping[Any, float]]],
    tolerance: float = 1e-8,
    max_sweeps: int = 200,
    *,
    counts: ArrayLike | None = None,
) -> Weighting:
    """
    Rake weights to margins by iterative proportional fitting: R's ``rake``.

    Parameters
    ----------
    margins : {"sex": (code of each row, {code: total})}
    tolerance : largest |total - target| / target at which to stop
    counts : respondents that a row stands for; weights are per respondent

    Raises
    ------
    ValueError
        a category without respondents (collapse it with its neighbour first), without a total or
        with a total that is not positive; totals of margins that differ by more than 0.1 %.
        Smaller differences are scaled to the first margin.

    References
    ----------
    Deming and Stephan (1940), doi:10.1214/aoms/1177731829.
    """
    if not (0 < tolerance < np.inf and max_sweeps >= 1):
        got = f"got {tolerance} and {max_sweeps}"
        raise BadInput(f"tolerance must be positive and max_sweeps at least 1, {got}")
    base = not_negative("weights", weights)
    times = _counts(counts, base.size)
    mass = base if counts is None else base * times
    tables = [_margin(name, mass.size, *margin) for name, margin in margins.items()]
    if not tables:
        raise BadInput("margins must name at least one variable")
    targets = _agreeing(tables)
    cells, category_of_cell = _crossed(tables)
    cell_mass = tally(cells, mass, category_of_cell[0].size)
    for table, category in zip(tables, category_of_cell, strict=True):
        _check_weighed(table, tally(category, cell_mass, table.totals.size))
    auxiliary = Auxiliary(
        cells=cells,
        matrix=_dummies(category_of_cell),
        categories=tuple(category_of_cell),
        mass=mass,
        counts=times,
    )
    factors, sweeps, misses = _fitted(auxiliary, cell_mass, targets, (tolerance, max_sweeps))
    worst = _worst(tables, misses)
    return Weighting(
        weights=base * factors[cells],
        converged=worst.relative_error <= tolerance,
        sweeps=sweeps,
        worst_margin=worst,
        auxiliary=auxiliary,
    )


def poststratify(
    weights: ArrayLike,
    codes: ArrayLike,
    totals: Mapping[Any, float],
    *,
    counts: ArrayLike | None = None,
) -> Weighting:
    """
    Scale the weights of each post-stratum (``codes``) to its known total: R's ``postStratify``.

    Holt and Smith (1979), doi:10.2307/2344652.
    """
    raked = rake(weights, {"codes": (codes, totals)}, counts=counts)
    if raked.auxiliary is None:
        return raked
    # One margin needs no sweeps: R, too, takes the weighted residuals here.
    return replace(raked, auxiliary=replace(raked.auxiliary, categories=()))


def trim(
    weights: ArrayLike, lower: float, upper: float, *, counts: ArrayLike | None = None
) -> Weighting:
    """
    Bound weights and share what was cut evenly among the others, until all lie within.

    Follows R's ``trimWeights(strict=TRUE)``; the sum of the weights stays. Margins no longer
    hold: rake again, from the trimmed weights.
    """
    trimmed = finite("weights", weights)
    times = _counts(counts, trimmed.size)
    if not 0 <= lower < upper:
        raise BadInput(f"lower must be from 0 to below upper, got {lower} and {upper}")
    for rounds in range(TRIM_ROUNDS):
        outside = (trimmed < lower) | (trimmed > upper)
        if not outside.any():
            return Weighting(trimmed, sweeps=rounds)
        receivers = float(times[~outside].sum())
        if receivers == 0:
            raise BadInput(f"no weight lies between lower {lower} and upper {upper}")
        bounded = np.clip(trimmed, lower, upper)
        cut = float(times @ (trimmed - bounded))
        trimmed = np.where(outside, bounded, trimmed + cut / receivers)
    return Weighting(np.clip(trimmed, lower, upper), converged=False, sweeps=TRIM_ROUNDS)


def kish(weights: ArrayLike, *, counts: ArrayLike | None = None) -> Kish:
    """
    Measure what unequal weights cost (Kish 1965, section 11.7).

    Examples
    --------
    >>> from analysis import kish
    >>> kish([1, 1, 2, 4])
    Kish(n=4, effective_n=2.909090909090909, design_effect=1.375)
    """
    each = finite("weights", weights)
    times = _counts(counts, each.size)
    squares = float(times @ each**2)
    if squares == 0:
        raise BadInput("weights must not all be zero")
    n = float(times[each != 0].sum())
    effective = float(times @ each) ** 2 / squares
    return Kish(n=round(n), effective_n=effective, design_effect=n / effective)


def weighted_sample(
    sample: Sample, weighting: Weighting, variance: CalibrationVariance = "regression"
) -> Sample:
    """
    Give a sample its fitted weights, and to its variances what the margins explain.

    Parameters
    ----------
    variance : "regression", residuals of the regression on all auxiliary variables; "R", ten
        sweeps of category means for raked weights, which exists to equal R
    """
    if variance not in get_args(CalibrationVariance):
        raise BadInput(
            f"variance must be one of {get_args(CalibrationVariance)}, got {variance!r}"
        )
    if sample.calibration is not None:
        raise BadInput("sample must not be weighted already: fit all margins in one weighting")
    if weighting.weights.size != sample.weights.size:
        raise BadInput(
            f"weighting must have {sample.weights.size} rows, got {weighting.weights.size}"
        )
    finite("weighting", weighting.weights)
    auxiliary = weighting.auxiliary
    if auxiliary is None:
        return sample.calibrated(weighting.weights, None)
    if not np.array_equal(auxiliary.counts, sample.counts):
        raise BadInput("weighting must have been made with the counts of the sample")
    return sample.calibrated(weighting.weights, auxiliary.residuals(variance))


def _counts(counts: ArrayLike | None, n: int) -> Floats:
    return np.ones(n) if counts is None else whole("counts", counts, n)


def _margin(name: str, n: int, codes: ArrayLike, totals: Mapping[Any, float]) -> Margin:
    labels, of_rows = coded(name, codes, n)
    present = labels.tolist()
    unknown = [label for label in present if label not in totals]
    if unknown:
        raise BadInput(f"margin {name!r} has no total for category {unknown[0]!r}")
    there = set(present)
    for category, total in totals.items():
        if np.asarray(total).dtype.kind not in "biuf" or not 0 < total < np.inf:
            raise BadInput(f"margin {name!r} must have positive totals, {category!r} has {total}")
        if category not in there:
            raise _nobody(name, category)
    return Margin(name, tuple(present), np.array([float(totals[k]) for k in present]), of_rows)


def _nobody(margin: str, category: object) -> BadInput:
    return BadInput(
        f"margin {margin!r} has nobody with weight in category {category!r}; "
        "collapse it with its neighbour"
    )


def _check_weighed(table: Margin, mass: Floats) -> None:
    empty = np.flatnonzero(~(mass > 0))
    if empty.size:
        raise _nobody(table.name, table.categories[empty[0]])


def _agreeing(tables: list[Margin]) -> list[Floats]:
    """Scale the totals of all margins to the sum of the first."""
    first = tables[0].totals.sum()
    for table in tables[1:]:
        if abs(table.totals.sum() / first - 1) > MARGINS_MAY_DIFFER:
            raise BadInput(
                f"margin {table.name!r} must sum to {first}, as {tables[0].name!r}, "
                f"got {table.totals.sum()}"
            )
    return [table.totals * (first / table.totals.sum()) for table in tables]


def _crossed(tables: list[Margin]) -> tuple[Integers, list[Integers]]:
    """Number the combinations of categories that occur; the cell of each row, and what cells are."""
    number, size = tables[0].of_rows, tables[0].totals.size
    categories = [np.arange(size)]
    for place, table in enumerate(tables[1:], start=2):
        width = table.totals.size
        number = number * width + table.of_rows
        size *= width
        found = np.arange(size)
        # Numbered anew only where most combinations could not occur.
        if size > number.size or place == len(tables):
            found, number = ranked(number)
            size = found.size
        categories = [*(each[found // width] for each in categories), found % width]
    return number, categories


def _dummies(category_of_cell: list[Integers]) -> Floats:
    return np.hstack([np.eye(int(codes.max()) + 1)[codes] for codes in category_of_cell])


def _fitted(
    auxiliary: Auxiliary, mass: Floats, targets: list[Floats], until: tuple[float, int]
) -> tuple[Floats, int, list[Floats]]:
    """Return the factor of each cell, the sweeps it took, and what each category misses."""
    tolerance, max_sweeps = until
    factors = np.ones(mass.size)
    steps = list(zip(auxiliary.categories, targets, strict=True))
    misses: list[Floats] = []
    for sweep in range(1, max_sweeps + 1):
        for category, target in steps:
            factors *= (target / tally(category, mass * factors, target.size))[category]
        misses = [np.abs(tally(c, mass * factors, t.size) / t - 1) for c, t in steps]
        if max(float(miss.max()) for miss in misses) <= tolerance:
            return factors, sweep, misses
    return factors, max_sweeps, misses


def _worst(tables: list[Margin], misses: list[Floats]) -> MarginMiss:
    at = int(np.argmax([miss.max() for miss in misses]))
    category = int(np.argmax(misses[at]))
    return MarginMiss(
        tables[at].name, tables[at].categories[category], float(misses[at][category])
    )
