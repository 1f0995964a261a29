"""Proportions and the intervals that stay between zero and one."""

from dataclasses import replace
from math import exp, inf, isnan, nan, sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, expit, logit

from analysis.arrays import Floats, numbers
from analysis.designs import Design, checked_design
from analysis.errors import BadInput
from analysis.estimate import Estimate, Interval, checked_level, t_quantile
from analysis.logistic import LogisticFit, fitted, refitted
from analysis.means import mean
from analysis.profiles import profile_interval
from analysis.sample import Sample
from analysis.scalars import one_of, positive

ROUNDING = 1e-18
Missing = Literal["outside", "asked"]


def proportion(sample: Design, is_member: ArrayLike, *, missing: Missing = "outside") -> Estimate:
    """
    Estimate the share of those who are members.

    R's ``svymean`` of a factor or ``svyciprop``; the intervals are functions of the estimate.

    Parameters
    ----------
    is_member : (n,) true or false, or 1, 0 and NaN
    missing : what NaN says. "outside": not in the domain, as R's ``subset``, and the intervals are
        those of the domain however it is named. "asked": no answer, as NA in R's variable; the
        intervals "beta" and "likelihood" take size and degrees of freedom of all who were asked.
        The estimate and its standard error are the same
    """
    members = numbers("is_member", is_member, checked_design(sample).mass.size)
    odd = np.flatnonzero(~np.isnan(members) & (members != 0) & (members != 1))
    if odd.size:
        raise BadInput(f"is_member must be 0, 1 or NaN, got {members[odd[0]]} in row {odd[0]}")
    inside = np.flatnonzero(~np.isnan(members)).astype(np.int64)
    if one_of("missing", missing, get_args(Missing)) == "asked" or inside.size == members.size:
        return _share(sample, members)
    share = _share(sample.domain(inside), members[inside])
    deviations = np.zeros(0) if share.deviations is None else share.deviations
    return replace(share, deviations=sample.spread(deviations, inside, members.size))


def _share(sample: Design, members: Floats) -> Estimate:
    estimate = mean(sample, members)
    if not 0 < estimate.value < 1:
        return estimate
    rows = np.flatnonzero(~np.isnan(members) & (sample.mass > 0))
    mean_weight = float(sample.mass.sum()) / sample.respondents
    counts = sample.counts[rows]
    weights = sample.mass[rows] / counts / mean_weight
    calibrated = isinstance(sample, Sample) and sample.calibration is not None
    respondents = sample.respondents if calibrated else estimate.n
    return replace(estimate, logistic=fitted(weights, counts, members[rows], respondents))


def logit_interval(estimate: Estimate, level: float = 0.95) -> Interval:
    """
    Interval of Student's t on the log odds; that of ``beta_interval`` at a share of 0 or 1.

    R's ``svyciprop(method="logit")``: the intercept of a logistic regression, in closed form. With
    replicate weights the log odds are replicated.
    """
    if _share_of(estimate) in (0, 1) or not estimate.standard_error > 0:
        return exact_logit_interval(estimate, level)
    fit = estimate.logistic or LogisticFit.of(estimate.value, estimate.n)
    return _around(fit.log_odds, estimate, level, _log_odds_error(estimate))


def exact_logit_interval(estimate: Estimate, level: float = 0.95) -> Interval:
    """
    Interval of Student's t on the log odds, by the delta rule; as above at a share of 0 or 1.

    R's ``svyciprop(method="xlogit")``.
    """
    share = _share_of(estimate)
    if share in (0, 1):
        return beta_interval(estimate, level)
    spread = share * (1 - share)
    if not spread > 0:
        return _no_interval(estimate)
    return _around(float(logit(share)), estimate, level, estimate.standard_error / spread)


def _share_of(estimate: Estimate) -> float:
    if not isinstance(estimate, Estimate):
        raise BadInput(f"estimate must be an Estimate, got {type(estimate).__name__}")
    if estimate.value < 0 or estimate.value > 1:
        raise BadInput(f"estimate must be a proportion between 0 and 1, got {estimate.value}")
    return estimate.value


def _log_odds_error(estimate: Estimate) -> float:
    fit = estimate.logistic or LogisticFit.of(estimate.value, estimate.n)
    replicates = estimate.replicates
    if replicates is None:
        return estimate.standard_error / fit.spread
    of_odds = replicates.of(lambda shares: refitted(shares, fit.log_odds))
    known = np.isfinite(of_odds.values)
    squares = [float(r.deviations[known] ** 2 @ r.rscales[known]) for r in (of_odds, replicates)]
    # The scale of the replicates cancels.
    return estimate.standard_error * sqrt(squares[0] / squares[1])


def _around(centre: float, estimate: Estimate, level: float, standard_error: float) -> Interval:
    reach = t_quantile(level, estimate.degrees_of_freedom) * standard_error
    return Interval(float(expit(centre - reach)), float(expit(centre + reach)))


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
    share = _share_of(estimate)
    effective = _effective_n(estimate, cluster_effect)
    if share not in (0, 1):
        effective *= _shrinkage(estimate, level) ** 2
    if at_most_n:
        effective = min(effective, estimate.n)
    if not 0 < effective < inf:
        return _no_interval(estimate)
    tail = (1 - checked_level(level)) / 2
    members, others = effective * share, effective * (1 - share)
    low = float(betaincinv(members, others + 1, tail)) if members > 0 else 0.0
    high = float(betaincinv(members + 1, others, 1 - tail)) if others > 0 else 1.0
    return Interval(low, high)


def likelihood_interval(
    estimate: Estimate, level: float = 0.95, *, cluster_effect: float = 1.0
) -> Interval:
    """
    Shares whose likelihood-ratio statistic, at the effective sample size, is at most t^2.

    The limits are read off a spline through R's own points of the profile, as
    ``svyciprop(method="likelihood")`` does; at a share of 0 or 1 they are exact.
    """
    share = _share_of(estimate)
    if estimate.n <= 1:
        return _no_interval(estimate)
    reach = t_quantile(level, estimate.degrees_of_freedom)
    if share in (0, 1):
        effective = _effective_n(estimate, cluster_effect) * (estimate.n - 1) / estimate.n
        other = exp(-(reach**2) / (2 * effective))
        return Interval(0.0, 1 - other) if share == 0 else Interval(other, 1.0)
    if not 0 < share < 1 or not estimate.standard_error > 0 or isnan(reach):
        return _no_interval(estimate)
    fit = estimate.logistic or LogisticFit.of(share, estimate.n)
    return profile_interval(estimate, fit, _log_odds_error(estimate), reach)


def _shrinkage(estimate: Estimate, level: float) -> float:
    """Quantile of t with n - 1 over that of the design, n and design of all who were asked."""
    if isnan(estimate.sample_n):
        n, degrees = float(estimate.n), estimate.degrees_of_freedom
    else:
        n, degrees = estimate.sample_n, estimate.sample_degrees_of_freedom
    return t_quantile(level, n - 1) / t_quantile(level, degrees)


def _effective_n(estimate: Estimate, cluster_effect: float) -> float:
    share = estimate.value
    if share in (0, 1):
        return estimate.kish_n / positive("cluster_effect", cluster_effect)
    spread = share * (1 - share)
    # A variance that is but rounding (of a share that the weights were fitted to) is none.
    return spread / estimate.variance if estimate.variance > ROUNDING * spread else inf


def _no_interval(estimate: Estimate) -> Interval:
    known = estimate.variance <= ROUNDING and estimate.degrees_of_freedom > 0
    return Interval(estimate.value, estimate.value) if known else Interval(nan, nan)
