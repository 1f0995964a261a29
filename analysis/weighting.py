"""Weights that reproduce known margins of the population, and the price of weighting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, finite, not_negative, tally, whole
from analysis.auxiliaries import Auxiliary, CalibrationVariance
from analysis.errors import BadInput
from analysis.margins import Margin, agreeing, check_weighed, crossed, dummies, margins_of
from analysis.sample import Sample, checked_sample
from analysis.scalars import one_of, positive, real_number
from analysis.whole_numbers import whole_number

TRIM_ROUNDS = 1000
MOST_SWEEPS = 1_000_000
ROUNDING = 1e-9


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
    BadInput
        a category without respondents (collapse it with its neighbour first), without a total or
        with a total that is not positive; totals of margins that differ by more than 0.1 %.
        Smaller differences are scaled to the first margin.

    References
    ----------
    Deming and Stephan (1940), doi:10.1214/aoms/1177731829.
    """
    positive("tolerance", tolerance)
    whole_number("max_sweeps", max_sweeps, 1, MOST_SWEEPS)
    base = not_negative("weights", weights)
    times = _counts(counts, base.size)
    mass = base if counts is None else base * times
    tables = margins_of(margins, mass.size)
    targets = agreeing(tables)
    cells, category_of_cell = crossed(tables)
    cell_mass = tally(cells, mass, category_of_cell[0].size)
    for table, category in zip(tables, category_of_cell, strict=True):
        check_weighed(table, tally(category, cell_mass, table.totals.size))
    auxiliary = Auxiliary(
        cells=cells,
        matrix=dummies(category_of_cell),
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
    hold: rake again, from the trimmed weights. Negative weights, which "linear" calibration can
    make, are refused: give it bounds.
    """
    trimmed = _not_negative(weights)
    times = _counts(counts, trimmed.size)
    real_number("lower", lower, low=0)
    if upper != np.inf:
        real_number("upper", upper)
    if not lower < upper:
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

    Negative weights have no such measure and are refused.

    Examples
    --------
    >>> from analysis import kish
    >>> kish([1, 1, 2, 4])
    Kish(n=4, effective_n=2.909090909090909, design_effect=1.375)
    """
    each = _not_negative(weights)
    times = _counts(counts, each.size)
    n = float(times[each != 0].sum())
    if n == 0:
        raise BadInput("weights must not all be zero")
    # Squares must not overflow; by a power of two nothing is rounded.
    each = each / 2.0 ** np.floor(np.log2(each.max()))
    squares = float(times @ each**2)
    effective = float(times @ each) ** 2 / squares
    return Kish(n=round(n), effective_n=effective, design_effect=n / effective)


def weighted_sample(
    sample: Sample,
    weighting: Weighting,
    variance: CalibrationVariance = "regression",
    *,
    allow_unconverged: bool = False,
) -> Sample:
    """
    Give a sample its fitted weights, and to its variances what the margins explain.

    Parameters
    ----------
    variance : "regression", residuals of the regression on all auxiliary variables; "R", ten
        sweeps of category means for raked weights, which exists to equal R
    allow_unconverged : take weights that miss their margins, too

    Raises
    ------
    BadInput
        a weighting that has not converged, that was fitted to other base weights or counts than
        the sample has; a sample that carries a fitted weighting already
    """
    one_of("variance", variance, get_args(CalibrationVariance))
    if not isinstance(weighting, Weighting):
        raise BadInput(f"weighting must be a Weighting, got {type(weighting).__name__}")
    if checked_sample(sample).calibration is not None:
        raise BadInput("sample must not be weighted already: fit all margins in one weighting")
    if weighting.weights.size != sample.weights.size:
        raise BadInput(
            f"weighting must have {sample.weights.size} rows, got {weighting.weights.size}"
        )
    finite("weighting", weighting.weights)
    if not weighting.converged and allow_unconverged is not True:
        raise BadInput(
            f"weighting has not converged, it misses by {weighting.worst_margin}; "
            "allow_unconverged=True takes it all the same"
        )
    auxiliary = weighting.auxiliary
    if auxiliary is None:
        return sample.calibrated(weighting.weights, None)
    if not np.array_equal(auxiliary.counts, sample.counts):
        raise BadInput("weighting must have been made with the counts of the sample")
    other = np.flatnonzero(~np.isclose(auxiliary.mass, sample.mass, rtol=ROUNDING, atol=0))
    if other.size:
        raise BadInput(
            "weighting must have been fitted to the weights of the sample, got another base "
            f"weight in row {other[0]}"
        )
    return sample.calibrated(weighting.weights, auxiliary.residuals(variance))


def _counts(counts: ArrayLike | None, n: int) -> Floats:
    return np.ones(n) if counts is None else whole("counts", counts, n)


def _not_negative(weights: ArrayLike) -> Floats:
    each = finite("weights", weights)
    if (each < 0).any():
        raise BadInput(
            f"weights must not have a negative weight, got {each[each < 0][0]}; where linear "
            "calibration made it, calibrate with bounds"
        )
    return each


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
