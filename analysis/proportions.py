"""Proportions and the intervals that stay between zero and one."""

from math import exp, inf, nan

from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betaincinv, xlogy

from analysis.designs import Design
from analysis.estimate import Estimate, Interval, t_quantile
from analysis.means import mean


def proportion(sample: Design, is_member: ArrayLike) -> Estimate:
    """
    Estimate the share of those who are members.

    Parameters
    ----------
    is_member : (n,) true or false, or 1, 0 and NaN for "not in the domain"
    """
    return mean(sample, is_member)


def logit_interval(estimate: Estimate, level: float = 0.95) -> Interval:
    """
    Interval of Student's t on the log odds; that of ``beta_interval`` at a share of 0 or 1.

    R's ``svyciprop(method="logit")`` finds the same limits by iteration.
    """
    share = estimate.value
    if share in (0, 1):
        return beta_interval(estimate, level)
    spread = share * (1 - share)
    if not spread > 0:
        return _no_interval(estimate)
    reach = t_quantile(level, estimate.degrees_of_freedom) * estimate.standard_error / spread
    odds = share / (1 - share)
    return Interval(_share(odds * exp(-reach)), _share(odds * exp(reach)))


exact_logit_interval = logit_interval
"""R's ``xlogit`` is the same interval without the iteration, which is how we compute both."""


def beta_interval(
    estimate: Estimate,
    level: float = 0.95,
    *,
    at_most_n: bool = False,
    cluster_effect: float = 1.0,
) -> Interval:
    """
    Interval of Clopper and Pearson at the effective sample size (Korn and Graubard 1998).

    n* = p (1 - p) / V (t_(n-1) / t_df)^2, as in R; at a share of 0 or 1, where V says nothing,
    Kish's effective size over ``cluster_effect``.

    Parameters
    ----------
    at_most_n : bound n* by the number of respondents, as for whatever is published
    cluster_effect : design effect of clustering, used at a share of 0 or 1 only
    """
    share = estimate.value
    effective = _effective_n(estimate, cluster_effect)
    if share not in (0, 1):
        shrinkage = t_quantile(level, estimate.n - 1) / t_quantile(
            level, estimate.degrees_of_freedom
        )
        effective *= shrinkage**2
    if at_most_n:
        effective = min(effective, estimate.n)
    if not 0 < effective < inf:
        return _no_interval(estimate)
    tail = (1 - level) / 2
    members, others = effective * share, effective * (1 - share)
    low = float(betaincinv(members, others + 1, tail)) if members > 0 else 0.0
    high = float(betaincinv(members + 1, others, 1 - tail)) if others > 0 else 1.0
    return Interval(low, high)


def likelihood_interval(
    estimate: Estimate, level: float = 0.95, *, cluster_effect: float = 1.0
) -> Interval:
    """
    Shares whose likelihood-ratio statistic, at the effective sample size, is at most t^2.

    The effective size is p (1 - p) / V, less the dispersion n / (n - 1) of the quasi-likelihood.
    R's ``svyciprop(method="likelihood")`` reads the limits off a spline of the same profile.
    """
    share = estimate.value
    if estimate.n <= 1:
        return _no_interval(estimate)
    effective = _effective_n(estimate, cluster_effect) * (estimate.n - 1) / estimate.n
    bound = t_quantile(level, estimate.degrees_of_freedom) ** 2 / (2 * effective)
    if not 0 < bound < inf:
        return _no_interval(estimate)

    def excess(other: float) -> float:
        return (
            float(
                xlogy(share, share)
                - xlogy(share, other)
                + xlogy(1 - share, 1 - share)
                - xlogy(1 - share, 1 - other)
            )
            - bound
        )

    tiny = 1e-300
    low = brentq(excess, tiny, share, xtol=1e-14) if share > 0 else 0.0
    high = (
        1 - brentq(lambda rest: excess(1 - rest), 1e-16, 1 - share, xtol=1e-14)
        if share < 1
        else 1.0
    )
    return Interval(low, high)


def _effective_n(estimate: Estimate, cluster_effect: float) -> float:
    share = estimate.value
    if share in (0, 1):
        return estimate.kish_n / cluster_effect
    return share * (1 - share) / estimate.variance if estimate.variance > 0 else inf


def _share(odds: float) -> float:
    return odds / (1 + odds)


def _no_interval(estimate: Estimate) -> Interval:
    known = estimate.standard_error == 0 and estimate.degrees_of_freedom > 0
    return Interval(estimate.value, estimate.value) if known else Interval(nan, nan)
