"""What flagged answers do to a result: estimates with and without, and the most they could do."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, finite, not_negative, numbers
from analysis.designs import Design
from analysis.errors import BadInput
from analysis.estimate import Estimate
from analysis.integrity.answers import truths
from analysis.scale_ends import scale_ends
from analysis.whole_numbers import whole_number


@dataclass(frozen=True, slots=True)
class WithAndWithout:
    """The same estimate from all answers and from those that are not flagged."""

    with_flagged: Estimate
    without_flagged: Estimate
    flagged: int

    @property
    def shift(self) -> float:
        """What the flagged answers add to the result."""
        return self.with_flagged.value - self.without_flagged.value


@dataclass(frozen=True, slots=True)
class MaximumShift:
    """
    How far flagged answers can have moved a weighted mean.

    Attributes
    ----------
    without : mean of the others
    actual : what the flagged answers, as given, add to it
    down, up : what they would add if all of them stood at the lower, the upper end of the scale
    share : of the weight that is flagged
    """

    without: float
    actual: float
    down: float
    up: float
    share: float


def with_and_without(
    estimator: Callable[[Design, ArrayLike], Estimate],
    sample: Design,
    values: ArrayLike,
    flagged: ArrayLike,
) -> WithAndWithout:
    """
    Estimate with and without the flagged answers, which stay in the design (outside the domain).

    Parameters
    ----------
    estimator : `mean`, `total` or another function of a sample and (n,) values
    flagged : (n,) truth values

    Examples
    --------
    >>> from analysis import Sample, mean
    >>> both = with_and_without(mean, Sample([1.0] * 4), [20, 40, 60, 100], [False] * 3 + [True])
    >>> both.with_flagged.value, both.without_flagged.value, both.shift
    (55.0, 40.0, 15.0)
    """
    given = numbers("values", values)
    out = truths("flagged", flagged, given.size)
    without = estimator(sample, np.where(out, np.nan, given))
    return WithAndWithout(estimator(sample, given), without, int(out.sum()))


def maximum_shift(
    values: ArrayLike,
    weights: ArrayLike,
    flagged: ArrayLike,
    *,
    scale: tuple[float, float] = (0.0, 100.0),
) -> MaximumShift:
    """
    Bound what the flagged answers can do to a weighted mean, exactly, in both directions.

    Parameters
    ----------
    values : (n,) scores within the scale
    weights : (n,) not negative, taken as fixed
    flagged : (n,) truth values; at least one answer with weight is not flagged

    Notes
    -----
    With H the mean of the others and s the flagged share of the weight the mean is
    H + s (x - H), x the flagged mean: between s (low - H) and s (high - H) away from H.
    """
    low, high = scale_ends("scale", scale)
    scores, mass = _weighted(values, weights, (low, high))
    out = truths("flagged", flagged, scores.size)
    total, kept = float(mass.sum()), float(mass[~out].sum())
    if kept <= 0:
        raise BadInput("flagged must leave an answer with a positive weight")
    without = float(mass[~out] @ scores[~out]) / kept
    share = float(mass[out].sum()) / total
    whole = float(mass @ scores) / total
    return MaximumShift(
        without=without,
        actual=whole - without,
        down=share * (low - without),
        up=share * (high - without),
        share=share,
    )


def most_influential(values: ArrayLike, weights: ArrayLike, k: int) -> tuple[float, float]:
    """
    Find the lowest and the highest weighted mean that leaving out any k answers can give.

    Says how much hangs on k answers before anybody is suspected.

    Notes
    -----
    Exact: for a level m, leaving out the k largest w (x - m) makes the rest's sum smallest; m is
    the lowest mean when that sum is zero (Dinkelbach 1967, doi:10.1287/mnsc.13.7.492).

    Examples
    --------
    >>> most_influential([0, 50, 100], [1, 1, 1], 1)
    (25.0, 75.0)
    """
    scores, mass = _weighted(values, weights, (-np.inf, np.inf))
    scores, mass = scores[mass > 0], mass[mass > 0]
    out = whole_number("k", k, 0, scores.size - 1, "one answer with weight must stay")
    return _lowest_mean(scores, mass, out), -_lowest_mean(-scores, mass, out)


def _lowest_mean(scores: Floats, mass: Floats, k: int) -> float:
    level = float(mass @ scores) / float(mass.sum())
    while True:
        order = np.argsort(mass * (scores - level), kind="stable")
        kept = order[: scores.size - k]
        lower = float(mass[kept] @ scores[kept]) / float(mass[kept].sum())
        # Each step is lower until none is: rounding alone must not keep it going.
        if not lower < level - 1e-12 * (1 + abs(level)):
            return lower
        level = lower


def _weighted(
    values: ArrayLike, weights: ArrayLike, scale: tuple[float, float]
) -> tuple[Floats, Floats]:
    scores = finite("values", values)
    mass = not_negative("weights", weights, scores.size)
    outside = np.flatnonzero((scores < scale[0]) | (scores > scale[1]))
    if outside.size:
        raise BadInput(
            f"values must lie on the scale {scale}, got {scores[outside[0]]} in row {outside[0]}"
        )
    if not mass.sum() > 0:
        raise BadInput("weights must have a positive sum")
    return scores, mass
