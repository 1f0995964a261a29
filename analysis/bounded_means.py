"""The score test of a mean on a bounded scale, for few answers and at the ends of the scale."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analysis.arrays import Booleans, Floats

PRIOR_ANSWERS = 8
DISPERSION_WITHOUT_DATA = 0.45
UNITS_TO_POOL = 8


@dataclass(frozen=True, slots=True, eq=False)
class BoundedMeans:
    """Means on 0-100 with the dispersion of their answers, all of one shape."""

    means: Floats
    dispersion: Floats
    effective_n: Floats

    @property
    def degrees_of_freedom(self) -> Floats:
        return self.effective_n + PRIOR_ANSWERS - 1

    def standard_error(self, mean: Floats) -> Floats:
        """Error that the estimate would have if ``mean`` were the truth."""
        truth = np.clip(mean, 0.5, 99.5)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sqrt(self.dispersion * truth * (100 - truth) / self.effective_n)

    def tail(self, distance: Floats, truth: Floats) -> Floats:
        """Student's distribution function of a distance in standard errors at ``truth``."""
        return self.cumulative(distance / self.standard_error(truth))

    def cumulative(self, statistic: Floats) -> Floats:
        return np.asarray(stdtr(self.degrees_of_freedom, statistic))


def bounded_means(means: Floats, mean_squares: Floats, effective_n: Floats) -> BoundedMeans:
    """Steady each cell's dispersion by that of its indicator; shape (unit, indicator)."""
    largest = means * (100 - means)
    spread = mean_squares - means**2
    n = np.where(np.isnan(means), np.nan, effective_n)
    prior = _prior(n * spread, n * largest)
    inside = largest > 0
    own = np.where(inside, spread / np.where(inside, largest, 1.0), prior)
    weight = np.maximum(n - 1, 0)
    steadied = (PRIOR_ANSWERS * prior + weight * own) / (PRIOR_ANSWERS + weight)
    return BoundedMeans(means, np.where(inside, steadied, prior), n)


def _prior(spread: Floats, largest: Floats) -> Floats:
    """Dispersion pooled over units, or over the unit's items where units are few."""
    present: Booleans = ~np.isnan(largest)
    over_units = _ratio(spread, largest, axis=0)
    over_items = _ratio(spread, largest, axis=1)
    # One cell is not a pool: its prior would be itself.
    over_items = np.where(
        present.sum(axis=1, keepdims=True) > 1, over_items, DISPERSION_WITHOUT_DATA
    )
    enough = present.sum(axis=0, keepdims=True) >= UNITS_TO_POOL
    prior = np.where(enough & ~np.isnan(over_units), over_units, over_items)
    return np.where(np.isnan(prior), DISPERSION_WITHOUT_DATA, prior)


def _ratio(spread: Floats, largest: Floats, axis: int) -> Floats:
    total = np.nansum(largest, axis=axis, keepdims=True)
    summed = np.nansum(spread, axis=axis, keepdims=True)
    # A pool of unanimous cells, of single answers above all, says nothing of dispersion.
    held = (total > 0) & (summed > 0)
    return np.where(held, summed / np.where(held, total, 1.0), np.nan)
