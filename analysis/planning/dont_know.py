"""What the mean could be if those who do not know had an opinion."""

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from analysis.arrays import numbers
from analysis.designs import Design
from analysis.errors import BadInput
from analysis.estimate import Estimate, Interval, t_quantile
from analysis.means import mean
from analysis.scale_ends import scale_ends
from analysis.solvers import brentq


@dataclass(frozen=True, slots=True)
class DontKnowBounds:
    """
    The mean if all who do not know stood at the lower, at the upper end of the scale.

    Attributes
    ----------
    low, high : estimates of the two bounds; share : of those who do not know, among those asked
    """

    low: Estimate
    high: Estimate
    share: Estimate

    def interval(self, level: float = 0.95) -> Interval:
        """
        Cover the true mean, wherever it lies between the bounds, with the level.

        Imbens & Manski (2004), doi:10.1111/j.1468-0262.2004.00555.x: the bounds are widened by C
        standard errors with F(C + width / SE) - F(-C) = level, one-sided where they are far apart,
        two-sided where everybody knows; Student's t in place of the normal.
        """
        degrees = min(self.low.degrees_of_freedom, self.high.degrees_of_freedom)
        largest = t_quantile(level, degrees)
        errors = self.low.standard_error, self.high.standard_error
        if not degrees > 0 or any(error != error for error in errors):
            return Interval(nan, nan)
        if max(errors) == 0:
            return Interval(self.low.value, self.high.value)
        width = (self.high.value - self.low.value) / max(errors)

        def excess(reach: float) -> float:
            return float(stdtr(degrees, reach + width) - stdtr(degrees, -reach)) - level

        smallest = 0.0
        reach = smallest if excess(smallest) >= 0 else float(brentq(excess, 0, largest + 1))
        return Interval(
            self.low.value - reach * self.low.standard_error,
            self.high.value + reach * self.high.standard_error,
        )


def dont_know_bounds(
    sample: Design,
    values: ArrayLike,
    dont_know: ArrayLike,
    *,
    scale: tuple[float, float] = (0.0, 100.0),
) -> DontKnowBounds:
    """
    Bound the mean of all who were asked.

    Parameters
    ----------
    values : (n,) answers; NaN without one
    dont_know : (n,) True where the answer was "don't know"; refused and not asked are left out
    scale : its ends

    Notes
    -----
    Worst-case bounds of Manski (1989), Journal of Human Resources 24: with share d and mean P of
    those with an opinion, (1 - d) P and (1 - d) P + 100 d on 0-100.

    Examples
    --------
    >>> from analysis import Sample
    >>> bounds = dont_know_bounds(Sample([1.0] * 4), [50, 75, 100, None], [False] * 3 + [True])
    >>> bounds.low.value, bounds.high.value, bounds.share.value
    (56.25, 81.25, 0.25)
    """
    given = numbers("values", values)
    unknown = np.asarray(dont_know)
    if unknown.shape != given.shape or unknown.dtype != np.bool_:
        raise BadInput(
            f"dont_know must hold {given.size} truth values, "
            f"got {unknown.dtype} of shape {unknown.shape}"
        )
    low, high = scale_ends("scale", scale)
    both = np.flatnonzero(unknown & ~np.isnan(given))
    if both.size:
        raise BadInput(
            f"values must be NaN where dont_know, got {given[both[0]]} in row {both[0]}"
        )
    outside = np.flatnonzero((given < low) | (given > high))
    if outside.size:
        raise BadInput(
            f"values must lie on the scale {scale}, got {given[outside[0]]} in row {outside[0]}"
        )
    asked = unknown | ~np.isnan(given)
    return DontKnowBounds(
        mean(sample, np.where(unknown, low, given)),
        mean(sample, np.where(unknown, high, given)),
        mean(sample, np.where(asked, unknown, np.nan)),
    )
