"""A logistic regression on nothing but an intercept, step by step as R's ``glm`` takes it.

R stops when the deviance changes by less than 1e-8 of itself, which is seen in the ninth digit of
the intervals that ``svyciprop`` makes of it. Whoever checks against R finds the same digits here.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, xlogy

from analysis.arrays import Booleans, Floats

STEPS = 25
SMALL_CHANGE = 1e-8


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """
    Where R's regression ends.

    Attributes
    ----------
    log_odds : the intercept
    before : the intercept one step before, which the curvature is taken at
    weight : sum of the weights of who answered, where the mean of all who were asked is 1
    respondents : who is behind the dispersion; after calibration everybody in the sample
    """

    log_odds: float
    before: float
    weight: float
    respondents: float

    @classmethod
    def of(cls, share: float, respondents: float) -> "LogisticFit":
        """Return the fit that a share itself stands for."""
        exactly = float(logit(share))
        return cls(exactly, exactly, respondents, respondents)

    @property
    def spread(self) -> float:
        """Share times its complement."""
        return float(expit(self.log_odds) * expit(-self.log_odds))

    @property
    def curvature(self) -> float:
        share = float(expit(self.before))
        return share * (1 - share) * self.weight


def fitted(weights: Floats, counts: Floats, members: Floats, respondents: float) -> LogisticFit:
    """
    Fit the log odds of a share strictly between 0 and 1.

    Parameters
    ----------
    weights : (n,) positive, of one respondent of each row, on R's scale (mean 1 over the sample)
    counts : (n,) respondents of each row
    members : (n,) 0 or 1
    """
    start = (weights * members + 0.5) / (weights + 1)
    leverage = counts * weights * start * (1 - start)
    working = logit(start) + (members - start) / (start * (1 - start))
    mass = counts * weights
    weight = float(mass.sum())
    share = float(mass @ members) / weight
    deviance = -2 * np.atleast_1d(mass @ (xlogy(members, start) + xlogy(1 - members, 1 - start)))
    first = float(leverage @ working / leverage.sum())
    steps = [np.nan, first]
    shares, changed = np.array([share]), weight * _deviances(np.array([share]), np.array([first]))
    while not _settled(changed, deviance)[0] and len(steps) <= STEPS:
        deviance = changed
        at = _newton_step(shares, np.array(steps[-1:]))
        steps.append(float(at[0]))
        changed = weight * _deviances(shares, at)
    return LogisticFit(steps[-1], steps[-2], weight, respondents)


def refitted(shares: Floats, start: float) -> Floats:
    """Log odds of the shares of replicates, each from the log odds of the full sample on."""
    at = np.full(shares.size, start)
    deviance = _deviances(shares, at)
    going = np.isfinite(shares)
    for _ in range(STEPS):
        at = np.where(going, _newton_step(shares, at), at)
        changed = _deviances(shares, at)
        going = going & ~_settled(changed, deviance)
        deviance = changed
        if not going.any():
            break
    return np.where(np.isfinite(shares), at, np.nan)


def _newton_step(shares: Floats, at: Floats) -> Floats:
    step: Floats = at + (shares - expit(at)) / (expit(at) * expit(-at))
    return step


def _deviances(shares: Floats, at: Floats) -> Floats:
    deviance = -2 * (xlogy(shares, expit(at)) + xlogy(1 - shares, expit(-at)))
    return np.asarray(deviance, dtype=np.float64)


def _settled(changed: Floats, before: Floats) -> Booleans:
    small: Booleans = np.abs(changed - before) / (np.abs(changed) + 0.1) < SMALL_CHANGE
    return small
