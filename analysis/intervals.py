"""The interval of a mean of bounded answers, right also for few and for unanimous ones."""

from dataclasses import dataclass
from typing import overload

import numpy as np
from scipy.special import betaincinv

from analysis.arrays import Floats
from analysis.errors import BadInput
from analysis.estimate import Interval


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
    mean, mean_square : weighted means of x and of x squared
    effective_n : Kish's effective number of answers over the design effect of clusters

    Returns
    -------
    Interval, or Intervals when arrays are given; NaN where effective_n is not positive.

    Examples
    --------
    Nobody of ten is satisfied; Jeffreys' upper limit is 21.7 %:

    >>> interval = bounded_interval(0.0, 0.0, 10.0)
    >>> round(interval.low, 1), round(interval.high, 1)
    (0.0, 21.7)
    """
    if not 0 < level < 1:
        raise BadInput(f"level must lie between 0 and 1, got {level}")
    means = np.asarray(mean, dtype=np.float64)
    n = np.asarray(effective_n, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    centre, variance = half_answer_moments(means, np.asarray(mean_square, dtype=np.float64), n)
    strength = centre * (100 - centre) / variance - 1
    first, second = strength * centre / 100, strength * (1 - centre / 100)
    # The mean itself stays inside: with few answers the half answers pull past it.
    low = np.minimum(100 * betaincinv(first, second, (1 - level) / 2), means)
    high = np.maximum(100 * betaincinv(first, second, (1 + level) / 2), means)
    if low.ndim == 0:
        return Interval(float(low), float(high))
    return Intervals(low, high)


def half_answer_moments(
    mean: Floats, mean_square: Floats, effective_n: Floats
) -> tuple[Floats, Floats]:
    """Mean and variance of the estimated mean after adding half an answer at 0 and at 100."""
    total = effective_n + 1
    centre = (effective_n * mean + 50) / total
    square = (effective_n * mean_square + 5000) / total
    return centre, (square - centre**2) / (total + 1)
