"""The score test of a difference between two means on a bounded scale."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analysis.arrays import Floats
from analysis.bounded_means import BoundedMeans


@dataclass(frozen=True, slots=True, eq=False)
class TwoMeans:
    """
    Two sets of means of one shape, with what else moves their difference.

    Attributes
    ----------
    correlation : of the sampling errors of the two, below 1: at 1 nothing is left to test by
    other_variance, other_freedom : of a correction that is subtracted from the difference
    """

    first: BoundedMeans
    second: BoundedMeans
    correlation: Floats
    correction: Floats
    other_variance: Floats
    other_freedom: Floats

    @property
    def difference(self) -> Floats:
        return self.second.means - self.first.means - self.correction

    def below(self, null: float) -> Floats:
        """Chance of so small a difference if ``null`` were the truth."""
        error, freedom = self.error_and_freedom(null)
        return np.asarray(stdtr(freedom, (self.difference - null) / error))

    def above(self, null: float) -> Floats:
        error, freedom = self.error_and_freedom(null)
        return np.asarray(stdtr(freedom, (null - self.difference) / error))

    def error_and_freedom(self, null: float | Floats | None = None) -> tuple[Floats, Floats]:
        """
        Standard error and degrees of freedom (Welch 1947) of the difference.

        With a ``null`` the two means are the likeliest that lie so far apart, else the estimates.
        Where the two samples share units the degrees of freedom are the smaller of the two.
        """
        means = self.first.means, self.second.means
        if null is not None:
            means = restricted_means(self.first, self.second, null + self.correction)
        errors = self.first.standard_error(means[0]), self.second.standard_error(means[1])
        each = np.stack([errors[0] ** 2, errors[1] ** 2, self.other_variance])
        degrees = np.stack(
            [self.first.degrees_of_freedom, self.second.degrees_of_freedom, self.other_freedom]
        )
        welch = each.sum(axis=0) ** 2 / (each**2 / degrees).sum(axis=0)
        smaller = np.minimum(degrees[0], degrees[1])
        shared = 2 * self.correlation * errors[0] * errors[1]
        return np.sqrt(each.sum(axis=0) - shared), np.where(self.correlation == 0, welch, smaller)


def restricted_means(
    first: BoundedMeans, second: BoundedMeans, difference: Floats
) -> tuple[Floats, Floats]:
    """
    Likeliest pair of means on 0-100 with second - first = difference.

    A mean of n answers with dispersion phi counts as n / phi answers of all or nothing, so that
    this is the cubic of Farrington & Manning (1990), Statistics in Medicine 9,
    doi:10.1002/sim.4780091208, appendix.
    """
    p1, p2 = second.means / 100, first.means / 100
    gap = np.clip(difference / 100, -1.0, 1.0)
    theta = (first.effective_n / first.dispersion) / (second.effective_n / second.dispersion)
    a = 1 + theta
    b = -(1 + theta + p1 + theta * p2 + gap * (theta + 2))
    c = gap**2 + gap * (2 * p1 + theta + 1) + p1 + theta * p2
    d = -p1 * gap * (1 + gap)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.where(v < 0, -1.0, 1.0) * np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0.0))
    cosine = v / np.where(u == 0, 1.0, u) ** 3
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    higher = 2 * u * np.cos(angle) - b / (3 * a)
    higher = np.clip(higher, np.maximum(0.0, gap), np.minimum(1.0, 1 + gap))
    return 100 * (higher - gap), 100 * higher
