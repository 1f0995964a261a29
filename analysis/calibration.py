"""Calibration of weights to totals of any auxiliary variables."""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import lstsq

from analysis.arrays import Floats, finite, finite_table, not_negative, numbers, whole
from analysis.auxiliaries import Auxiliary
from analysis.errors import BadInput
from analysis.scalars import one_of, positive
from analysis.weighting import MarginMiss, Weighting

Distance = Literal["linear", "raking", "logit"]
Bounds = tuple[float, float]
# A distance gives, for u = x'lambda, the factor of the weight and its slope.
Factors = Callable[[Floats], tuple[Floats, Floats]]

NEWTON_STEPS = 100
HALVINGS = 30
SMALL_RESIDUAL = 1e-13


def calibrate(
    weights: ArrayLike,
    matrix: ArrayLike,
    totals: ArrayLike,
    distance: Distance = "linear",
    bounds: Bounds | None = None,
    *,
    tolerance: float = 1e-8,
    counts: ArrayLike | None = None,
) -> Weighting:
    """
    Find the weights nearest to ``weights`` that reproduce the totals: R's ``calibrate``.

    Parameters
    ----------
    matrix : (n, p) auxiliary variables of one respondent of each row
    totals : (p,) their totals in the population
    distance : "linear" (GREG; factors may be negative without bounds), "raking" (always
        positive), "logit" (within the bounds)
    bounds : smallest and largest factor, around 1; required by "logit", clips the others
    tolerance : largest |total - target| / max(|target|, 1) that counts as converged

    References
    ----------
    Deville and Sarndal (1992), doi:10.1080/01621459.1992.10475217.
    """
    base = not_negative("weights", weights)
    times = np.ones(base.size) if counts is None else whole("counts", counts, base.size)
    variables = finite_table("matrix", matrix, base.size)
    targets = finite("totals", totals, variables.shape[1])
    mass = base * times
    positive("tolerance", tolerance)
    factors, steps = _newton(variables, mass, targets, _factors(distance, bounds))
    misses = np.abs(variables.T @ (mass * factors) - targets) / np.maximum(np.abs(targets), 1)
    worst = int(np.argmax(misses))
    return Weighting(
        weights=base * factors,
        converged=bool(misses[worst] <= tolerance),
        sweeps=steps,
        worst_margin=MarginMiss("matrix", worst, float(misses[worst])),
        auxiliary=Auxiliary(
            cells=np.arange(base.size, dtype=np.int64),
            matrix=variables,
            categories=(),
            mass=mass,
            counts=times,
        ),
    )


def _newton(
    variables: Floats, mass: Floats, targets: Floats, factors_of: Factors
) -> tuple[Floats, int]:
    # Columns of one size: an intercept beside a total in millions must not look collinear.
    sizes = np.sqrt(mass @ variables**2)
    scaled = variables / np.where(sizes > 0, sizes, 1.0)
    goals = targets / np.where(sizes > 0, sizes, 1.0)
    along = np.zeros(goals.size)
    factors, slopes = factors_of(scaled @ along)
    residual = goals - scaled.T @ (mass * factors)
    for step in range(NEWTON_STEPS):
        if np.abs(residual).max() <= SMALL_RESIDUAL * max(1.0, float(np.abs(goals).max())):
            return factors, step
        direction = lstsq(scaled.T @ (scaled * (mass * slopes)[:, None]), residual)[0]
        for _ in range(HALVINGS):
            factors, slopes = factors_of(scaled @ (along + direction))
            shrunk = goals - scaled.T @ (mass * factors)
            if np.linalg.norm(shrunk) < np.linalg.norm(residual):
                break
            direction = direction / 2
        else:
            return factors_of(scaled @ along)[0], step
        along, residual = along + direction, shrunk
    return factors, NEWTON_STEPS


def _factors(distance: Distance, bounds: Bounds | None) -> Factors:
    one_of("distance", distance, get_args(Distance))
    limits = None if bounds is None else _limits(bounds)
    if distance == "linear":
        return _linear(limits or (-np.inf, np.inf))
    if distance == "raking":
        return _exponential if limits is None else _bounded_exponential(limits)
    if limits is None or not np.isfinite(limits).all():
        raise BadInput(f"bounds must be given and finite for distance 'logit', got {bounds}")
    return _logit(limits)


def _limits(bounds: Bounds) -> Bounds:
    pair = numbers("bounds", bounds, 2)
    if not pair[0] < 1 < pair[1]:
        raise BadInput(f"bounds must lie around 1, got {bounds}")
    return float(pair[0]), float(pair[1])


def _linear(bounds: Bounds) -> Factors:
    low, high = bounds

    def factors(along: Floats) -> tuple[Floats, Floats]:
        inside = (along > low - 1) & (along < high - 1)
        return np.clip(1 + along, low, high), inside.astype(np.float64)

    return factors


def _exponential(along: Floats) -> tuple[Floats, Floats]:
    factors = np.exp(np.minimum(along, 700.0))  # e^700 is near the largest float
    return factors, factors


def _bounded_exponential(bounds: Bounds) -> Factors:
    low, high = bounds

    def factors(along: Floats) -> tuple[Floats, Floats]:
        free = _exponential(along)[0]
        inside = (free > low) & (free < high)
        return np.clip(free, low, high), np.where(inside, free, 0.0)

    return factors


def _logit(bounds: Bounds) -> Factors:
    low, high = bounds
    rate = (high - low) / ((1 - low) * (high - 1))

    def factors(along: Floats) -> tuple[Floats, Floats]:
        growth = np.exp(np.clip(rate * along, -700.0, 700.0))
        below = (high - 1) + (1 - low) * growth
        value = (low * (high - 1) + high * (1 - low) * growth) / below
        return value, rate * (value - low) * (high - value) / (high - low)

    return factors
