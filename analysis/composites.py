"""Scores of pillars, of everything together and of both audiences, with their covariance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers, finite, floats
from analysis.errors import BadInput
from analysis.intervals import answers_worth, bounded_interval
from analysis.perception import PerceptionEstimates
from analysis.scalars import real_number

TOP_SCORE = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class CompositeScores:
    """
    Weighted means of scores 0-100 with 95 % intervals; NaN where a component is absent.

    Shape (domain, composite) from `composite_scores`, (pair of domains, item) from
    `combine_audiences`. Evidence C has values alone.
    """

    values: Floats
    standard_errors: Floats
    degrees_of_freedom: Floats
    low: Floats
    high: Floats


def composite_scores(estimates: PerceptionEstimates, weights: ArrayLike) -> CompositeScores:
    """
    Estimate pillar and overall scores of every domain.

    V = a' Cov a with the covariance of the items' sampling errors, since the same respondents
    answer several items: taken as independent, the error of an overall score is 1.9 to 4 times too
    small. Degrees of freedom are the smallest component's. The interval is `bounded_interval` with
    as many single answers as would give this variance; where clusters were sampled, fewer by
    (t_(n-1) / t_df)^2, since few clusters do not know their variance well. The covariance has no
    finite population correction: where items' standard errors have one, those here are larger.

    Parameters
    ----------
    estimates : from `perception`, with pairs for domains without clusters
    weights : not negative, shape (composite, item) or (item,); each row is scaled to sum to one.
        An item of weight 0 does not belong to the composite and may be absent

    Raises
    ------
    BadInput
        Weights of another length, negative or all zero; estimates without pairs.

    Examples
    --------
    >>> from analysis import count_cells, count_pairs, perception
    >>> five, codes = [0, 25, 50, 75, 100], np.array([[0, 2, 4, 4], [1, 2, 4, 3]])
    >>> groups = np.zeros(4, dtype=int)
    >>> people = perception(
    ...     count_cells(groups, codes, 1, 5), [1.0], [0], five, group_strata=None,
    ...     pairs=count_pairs(groups, codes, five), evidence=["A"],
    ... )
    >>> overall = composite_scores(people, [1, 1])
    >>> float(overall.values[0, 0]), float(overall.standard_errors[0, 0].round(2))
    (62.5, 19.76)
    """
    _check_estimates(estimates)
    shares = _shares(weights, estimates.values.shape[1])
    used: Booleans = shares > 0
    values = _weighted(shares, estimates.values)
    spread = _weighted(shares, estimates.mean_squares - estimates.values**2)
    freedom = np.full(values.shape, np.nan)
    smallest_n, respondents = np.full((2, *values.shape), np.nan)
    for place, members in enumerate(used):
        freedom[:, place] = estimates.degrees_of_freedom[:, members].min(axis=1)
        smallest_n[:, place] = estimates.effective_n[:, members].min(axis=1)
        respondents[:, place] = estimates.n[:, members].min(axis=1)
    variances = _variances(estimates, shares)
    # As many independent answers as the variance amounts to; unanimity says nothing of that.
    counted = (spread > 0) & (variances > 0)
    answers = np.where(counted, spread / np.where(counted, variances, 1.0), smallest_n)
    corrected = answers_worth(spread, variances, respondents, freedom)
    few_units = counted & estimates.is_clustered[:, None] & ~np.isnan(corrected)
    answers = np.where(few_units, corrected, answers)
    mean_squares = np.clip(values**2 + np.maximum(spread, 0.0), values**2, TOP_SCORE * values)
    inferred = ~np.isnan(variances)
    interval = bounded_interval(np.where(inferred, values, np.nan), mean_squares, answers)
    return CompositeScores(values, np.sqrt(variances), freedom, interval.low, interval.high)


def combine_audiences(
    estimates: PerceptionEstimates,
    residents: ArrayLike,
    businesses: ArrayLike,
    *,
    omega: float,
) -> CompositeScores:
    """
    Combine residents and businesses by a declared share; they stay two rows everywhere else.

    V = omega^2 V_R + (1 - omega)^2 V_B; the samples are independent. Degrees of freedom are
    Satterthwaite's; the interval recovers the variances from both bounded intervals.

    Parameters
    ----------
    estimates : from `perception`
    residents, businesses : the domains (rows) to combine, in parallel
    omega : share of the residents, 0-1, declared and printed with the result

    References
    ----------
    Zou & Donner (2008), Statistics in Medicine 27, 1693-1702, doi:10.1002/sim.3095.
    """
    _check_estimates(estimates)
    omega = real_number("omega", omega, 0, 1)
    first = _rows("residents", residents, estimates)
    second = _rows("businesses", businesses, estimates)
    if first.shape != second.shape:
        raise BadInput(
            f"residents and businesses must be parallel, got {first.size} and {second.size}"
        )
    if omega in (0, 1):
        return _one_audience(estimates, first if omega else second)
    parts = [(omega, first), (1 - omega, second)]
    values = sum(share * estimates.values[rows] for share, rows in parts)
    each = [(share * estimates.standard_errors[rows]) ** 2 for share, rows in parts]
    freedom = [np.maximum(estimates.degrees_of_freedom[rows], 1) for _share, rows in parts]
    variances = each[0] + each[1]
    below, above = (
        np.sqrt(
            sum((share * (estimates.values[rows] - limit[rows])) ** 2 for share, rows in parts)
        )
        for limit in (estimates.low, estimates.high)
    )
    return CompositeScores(
        np.asarray(values),
        np.sqrt(variances),
        variances**2 / (each[0] ** 2 / freedom[0] + each[1] ** 2 / freedom[1]),
        np.asarray(values - below),
        np.asarray(values + above),
    )


def _one_audience(estimates: PerceptionEstimates, rows: Integers) -> CompositeScores:
    return CompositeScores(
        estimates.values[rows],
        estimates.standard_errors[rows],
        estimates.degrees_of_freedom[rows],
        estimates.low[rows],
        estimates.high[rows],
    )


def _check_estimates(estimates: object) -> None:
    if not isinstance(estimates, PerceptionEstimates):
        raise BadInput(f"estimates must come from perception, got {type(estimates).__name__}")


def _shares(weights: ArrayLike, n_items: int) -> Floats:
    table = np.atleast_2d(floats("weights", weights))
    if table.shape[1:] != (n_items,):
        raise BadInput(f"weights must have {n_items} items, got shape {np.shape(weights)}")
    finite("weights", table.ravel())
    if np.any(table < 0) or np.any(table.sum(axis=1) <= 0):
        raise BadInput("weights must not be negative, and not all zero")
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def _weighted(shares: Floats, values: Floats) -> Floats:
    """Weighted means, shape (domain, composite); NaN where a component with weight is absent."""
    absent = np.isnan(values).astype(np.float64) @ (shares > 0).T.astype(np.float64) > 0
    return np.where(absent, np.nan, np.nan_to_num(values) @ shares.T)


def _variances(estimates: PerceptionEstimates, shares: Floats) -> Floats:
    found = np.empty((estimates.values.shape[0], shares.shape[0]))
    for domain in range(found.shape[0]):
        covariance = estimates.covariance(domain)
        absent = np.isnan(np.diag(covariance))
        variances = ((shares @ np.nan_to_num(covariance)) * shares).sum(axis=1)
        lacking = ((shares > 0) & absent).any(axis=1)
        found[domain] = np.where(lacking, np.nan, np.maximum(variances, 0.0))
    return found


def _rows(name: str, rows: ArrayLike, estimates: PerceptionEstimates) -> Integers:
    places = np.atleast_1d(np.asarray(rows))
    n = estimates.values.shape[0]
    if places.dtype.kind not in "iu" or np.any((places < 0) | (places >= n)):
        raise BadInput(f"{name} must be domains 0..{n - 1}, got {places.tolist()}")
    return places.astype(np.int64)
