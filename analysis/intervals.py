"""The interval of a mean of bounded answers, right also for few and for unanimous ones."""

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, stdtrit

from analysis.arrays import Floats, Integers, floats
from analysis.errors import BadInput
from analysis.estimate import Interval
from analysis.scalars import strictly_between

TOP_SCORE = 100.0
ROUNDING = 1e-6  # squared points by which sums in floating point may miss the bounds


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Parallel arrays of lower and upper limits."""

    low: Floats
    high: Floats


@overload
def bounded_interval(
    mean: float, mean_square: float, effective_n: float, level: float = 0.95
) -> Interval: ...
@overload
def bounded_interval(
    mean: Floats, mean_square: Floats, effective_n: Floats, level: float = 0.95
) -> Intervals: ...
def bounded_interval(
    mean: float | Floats,
    mean_square: float | Floats,
    effective_n: float | Floats,
    level: float = 0.95,
) -> Interval | Intervals:
    """Interval of a mean score on 0-100: a beta distribution after half an answer at each end.

    Adding half an answer of 0 and half an answer of 100 keeps the interval wide where all
    answers agree, where the interval of Student's t has no width. With two codes (0 and 100)
    this is the interval of Jeffreys (Brown, Cai & DasGupta 2001, Statistical Science 16).

    Parameters
    ----------
    mean, mean_square : weighted means of x and of x squared, in points and squared points
    effective_n : Kish's effective number of answers over the design effect of clusters

    Returns
    -------
    Interval, or Intervals when arrays are given; NaN where the mean is: nobody answered.

    Raises
    ------
    BadInput
        A mean outside 0-100; beside a mean, a mean square that no scores with this mean have, or
        an effective_n that is not above zero; arrays of different shapes, a level outside 0-1.

    Examples
    --------
    Nobody of ten is satisfied; Jeffreys' upper limit is 21.7 %:

    >>> interval = bounded_interval(0.0, 0.0, 10.0)
    >>> round(interval.low, 1), round(interval.high, 1)
    (0.0, 21.7)
    """
    strictly_between("level", level)
    means, squares, n = _checked(mean, mean_square, effective_n)
    means = np.clip(means, 0.0, TOP_SCORE)
    n = np.where(n > 0, n, np.nan)
    centre, variance = half_answer_moments(means, squares, n)
    strength = centre * (100 - centre) / variance - 1
    first, second = strength * centre / 100, strength * (1 - centre / 100)
    # The mean itself stays inside: with few answers the half answers pull past it.
    low = np.minimum(100 * betaincinv(first, second, (1 - level) / 2), means)
    high = np.maximum(100 * betaincinv(first, second, (1 + level) / 2), means)
    if low.ndim == 0:
        return Interval(float(low), float(high))
    return Intervals(low, high)


def exact_limits(shares: Floats, effective_n: Floats, level: float = 0.95) -> Intervals:
    """Limits of Clopper and Pearson for shares of an effective number of answers.

    References
    ----------
    Korn & Graubard (1998), Survey Methodology 24, 193-201.
    """
    n = np.where(effective_n > 0, effective_n, np.nan)
    hits = np.clip(shares, 0.0, 1.0) * n
    misses = n - hits
    none, all_of_them = hits <= 0, misses <= 0
    low = betaincinv(np.where(none, 1.0, hits), misses + 1, (1 - level) / 2)
    high = betaincinv(hits + 1, np.where(all_of_them, 1.0, misses), (1 + level) / 2)
    return Intervals(np.where(none, 0.0, low), np.where(all_of_them, 1.0, high))


def answers_worth(
    spread: Floats, variances: Floats, n: Floats | Integers, degrees_of_freedom: Floats
) -> Floats:
    """Independent answers that a variance amounts to: spread / V (t_(n-1) / t_df)^2, at 95 %.

    Few sampling units do not know their own variance well, which the quotient of the quantiles of
    Student's distribution makes up for (Korn & Graubard 1998). NaN where there is no variance.
    """
    known = (variances > 0) & (degrees_of_freedom > 0) & (n > 1)
    quotient = stdtrit(np.where(known, n - 1.0, 1.0), 0.975) / stdtrit(
        np.where(known, degrees_of_freedom, 1.0), 0.975
    )
    return np.where(known, spread / np.where(known, variances, 1.0) * quotient**2, np.nan)


def _checked(
    mean: ArrayLike, mean_square: ArrayLike, effective_n: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    means = floats("mean", mean)
    squares = floats("mean_square", mean_square)
    n = floats("effective_n", effective_n)
    for name, array in {"mean_square": squares, "effective_n": n}.items():
        if array.shape not in ((), means.shape):
            raise BadInput(f"{name} must have shape {means.shape}, got {array.shape}")
    _check(means, squares, n)
    return means, squares, n


def _check(means: Floats, squares: Floats, n: Floats) -> None:
    outside = (means < -ROUNDING) | (means > TOP_SCORE + ROUNDING)
    if np.any(outside):
        raise BadInput(f"mean must lie in 0..100, got {means[outside].flat[0]}")
    impossible = (squares < means**2 - ROUNDING) | (squares > TOP_SCORE * means + ROUNDING)
    if np.any(impossible):
        wrong = np.broadcast_to(squares, impossible.shape)[impossible].flat[0]
        raise BadInput(f"mean_square {wrong} is not that of scores 0..100 with this mean")
    present = ~np.isnan(means)
    if np.any(present & np.isnan(squares)):
        raise BadInput("mean_square must be there where mean is, got nan")
    useless = present & ~((n > 0) & (n < np.inf))
    if np.any(useless):
        wrong = np.broadcast_to(n, useless.shape)[useless].flat[0]
        raise BadInput(f"effective_n must be finite and above zero, got {wrong}")


def half_answer_moments(
    mean: Floats, mean_square: Floats, effective_n: Floats
) -> tuple[Floats, Floats]:
    """Mean and variance of the estimated mean after adding half an answer at 0 and at 100."""
    total = effective_n + 1
    centre = (effective_n * mean + 50) / total
    square = (effective_n * mean_square + 5000) / total
    return centre, (square - centre**2) / (total + 1)
