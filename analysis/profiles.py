"""The profile of the likelihood of a proportion, read off as R reads it."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.linalg import solve_banded
from scipy.special import expit, ndtr, stdtrit, xlogy

from analysis.arrays import Floats
from analysis.estimate import Estimate, Interval
from analysis.logistic import LogisticFit
from analysis.solvers import brentq

STEPS_TO_THE_END = 5
MOST_STEPS = 9


@dataclass(frozen=True, slots=True)
class Profile:
    """Signed roots of the likelihood-ratio statistic along the log odds, over a dispersion."""

    share: float
    centre: float
    scale: float

    def roots(self, odds: Floats) -> Floats:
        lost = self._distance(odds) - self._distance(np.array([self.centre]))
        length = np.sqrt(self.scale * np.maximum(lost, 0.0))
        roots = np.copysign(length, odds - self.centre)
        return np.asarray(roots, dtype=np.float64)

    def _distance(self, odds: Floats) -> Floats:
        distance = xlogy(self.share, expit(odds)) + xlogy(1 - self.share, expit(-odds))
        return np.asarray(-2 * distance, dtype=np.float64)

    def walk(self, step: float, furthest: float) -> list[float]:
        """Log odds one step after the other, until the root passes ``furthest``."""
        walked: list[float] = []
        for steps in range(1, MOST_STEPS + 1):
            walked.append(self.centre + steps * step)
            if abs(self.roots(np.array(walked[-1:]))[0]) >= furthest:
                break
        return walked


def profile_interval(
    estimate: Estimate, fit: LogisticFit, log_odds_error: float, reach: float
) -> Interval:
    """
    Shares whose likelihood-ratio statistic, at the effective sample size, is within ``reach``.

    Parameters
    ----------
    log_odds_error : standard error of the log odds, the length of the steps of the profile
    reach : quantile of Student's t

    Notes
    -----
    R's ``MASS:::profile.glm`` steps along the log odds until the tail is passed, lays a cubic
    spline through the points and interpolates linearly between three times as many points of it.
    """
    share, n = estimate.value, estimate.n
    dispersion = n / (n - 1) * share * (1 - share) / fit.spread
    profile = Profile(share, fit.log_odds, fit.respondents / dispersion)
    cutoff = reach * log_odds_error * sqrt(fit.curvature)
    furthest = -float(stdtrit(n - 1, ndtr(-cutoff) / 4))
    step = furthest / STEPS_TO_THE_END * log_odds_error
    below, above = profile.walk(-step, furthest), profile.walk(step, furthest)
    odds = np.array([*reversed(below), fit.log_odds, *above])
    points = np.linspace(odds[0], odds[-1], 3 * odds.size)
    along = _spline(odds, profile.roots(odds), points)
    if not along[0] <= -cutoff <= cutoff <= along[-1]:
        return _exact(profile, cutoff)
    low, high = np.interp([-cutoff, cutoff], along, points)
    return Interval(float(expit(low)), float(expit(high)))


def _exact(profile: Profile, cutoff: float) -> Interval:
    """Solve for the limits: R has none where its profile ends before them."""

    def beyond(odds: float, root: float) -> float:
        return float(profile.roots(np.array([odds]))[0]) - root

    low, high = (brentq(beyond, -700, 700, args=(root,)) for root in (-cutoff, cutoff))
    return Interval(float(expit(low)), float(expit(high)))


def _spline(x: Floats, y: Floats, points: Floats) -> Floats:
    """
    Evaluate the cubic spline of Forsythe, Malcolm and Moler (1977), R's ``spline``.

    Its ends have the third derivative of the cubic through the four outermost points.
    """
    width = np.diff(x)
    slope = np.diff(y) / width
    bands = np.zeros((3, x.size))
    bands[0, 1:] = bands[2, :-1] = width
    bands[1] = np.concatenate([-width[:1], 2 * (width[:-1] + width[1:]), -width[-1:]])
    right = np.zeros(x.size)
    right[1:-1] = np.diff(slope)
    second = right[1:-1] / (x[2:] - x[:-2])
    right[0] = (second[1] - second[0]) * width[0] ** 2 / (x[3] - x[0])
    right[-1] = -(second[-1] - second[-2]) * width[-1] ** 2 / (x[-1] - x[-4])
    bend = solve_banded((1, 1), bands, right)
    at = np.clip(np.searchsorted(x, points, side="right") - 1, 0, width.size - 1)
    along = points - x[at]
    first = slope[at] - width[at] * (bend[at + 1] + 2 * bend[at])
    third = (bend[at + 1] - bend[at]) / width[at]
    values: Floats = y[at] + along * (first + along * (3 * bend[at] + along * third))
    return values
