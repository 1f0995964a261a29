"""Pairs of items: what histograms do not hold and covariances need, exact and additive."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, Integers, sums
from analysis.cells import MISSING_KINDS
from analysis.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class PairMoments:
    """Moments of the scores over the respondents who answered both items of a pair.

    Attributes
    ----------
    counts : how many, shape (group, item, item)
    group_units : the unit (with audience) that a group belongs to, shape (group,)
    sums : sum of the first item's scores, shape (unit, item, item)
    products : sum of the products of both, shape (unit, item, item)
    """

    counts: NDArray[np.int32]
    group_units: Integers
    sums: Floats
    products: Floats

    def __add__(self, other: "PairMoments") -> "PairMoments":
        if not np.array_equal(self.group_units, other.group_units):
            raise BadInput("pairs of different groups do not add up")
        return PairMoments(
            self.counts + other.counts,
            self.group_units,
            self.sums + other.sums,
            self.products + other.products,
        )


def count_pairs(
    groups: NDArray[np.integer],
    codes: NDArray[np.integer],
    scores: ArrayLike,
    *,
    n_groups: int | None = None,
    group_units: Integers | None = None,
) -> PairMoments:
    """Sum the scores of every pair of items over those who answered both.

    Parameters
    ----------
    groups, codes : as for `count_cells`
    scores : 0-100 per code, shape (code,) or (item, code); multiples of 1/1024 stay exact
    n_groups : the highest group plus one when left out; give it where parts are added
    group_units : 0..U-1, shape (group,): keeps the sums per unit instead of per group
    """
    size = n_groups if n_groups is not None else int(groups.max(initial=-1)) + 1
    units = np.arange(size) if group_units is None else np.asarray(group_units, dtype=np.int64)
    n_items = len(codes)
    table = _padded_scores(np.asarray(scores, dtype=np.float64), n_items)
    counts = np.zeros((size, n_items, n_items), dtype=np.int32)
    first, products = np.zeros((2, int(units.max(initial=-1)) + 1, n_items, n_items))
    order = np.lexsort((groups, units[groups]))
    for rows in _runs(order, units[groups]):
        part = np.asarray(codes)[:, rows]
        value = np.take_along_axis(table, part.astype(np.int64) + len(MISSING_KINDS), axis=1)
        answered = (part >= 0).astype(np.float64)
        unit = units[groups[rows[0]]]
        first[unit] = value @ answered.T
        products[unit] = value @ value.T
        for members in _runs(np.arange(rows.size), groups[rows]):
            chosen = answered[:, members]
            counts[groups[rows[members[0]]]] = chosen @ chosen.T
    return PairMoments(counts, units, first, products)


def within_correlation(pairs: PairMoments, domains: Integers) -> Floats:
    """Correlation of the items within domains, pooled over all of them, nearest valid matrix.

    Parameters
    ----------
    domains : 0..D-1, shape (group,); each unit of the pairs lies in one domain
    """
    n_domains = int(domains.max(initial=-1)) + 1
    domain_of_unit = np.zeros(pairs.sums.shape[0], dtype=np.int64)
    domain_of_unit[pairs.group_units] = domains
    shape = (n_domains, *pairs.sums.shape[1:])

    def gathered(labels: Integers, moments: Floats) -> Floats:
        return sums(labels, moments.reshape(labels.size, -1), n_domains).reshape(shape)

    n = gathered(domains, pairs.counts.astype(np.float64))
    first = gathered(domain_of_unit, pairs.sums)
    products = gathered(domain_of_unit, pairs.products)
    freedom = np.maximum(n - 1, 0).sum(axis=0)
    deviations = products - first * first.swapaxes(1, 2) / np.maximum(n, 1)
    covariance = deviations.sum(axis=0) / np.maximum(freedom, 1)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.outer(spread, spread)
    # Items that nobody answered together are uncorrelated here; they also share no respondents.
    known = (scale > 0) & (freedom > 0)
    return nearest_correlation(np.where(known, covariance / np.where(known, scale, 1.0), 0.0))


def sampling_covariance(
    pairs: PairMoments, correlation: Floats, weights: Floats, variances: Floats
) -> Floats:
    """Covariance of the sampling errors of one domain's means, shape (item, item).

    Cov(P_i, P_j) = rho_ij s_i s_j O_ij with O_ij = sum of w^2 over those who answered both, over
    W_i W_j; s_i is such that the diagonal is the variance that the design gave.

    Parameters
    ----------
    weights : per respondent of each group, 0 outside the domain, shape (group,)
    variances : of the domain's means, shape (item,)
    """
    inside = np.flatnonzero(weights)
    counts, w = pairs.counts[inside], weights[inside]
    total = w @ np.diagonal(counts, axis1=1, axis2=2)
    shared = np.einsum("g,gij->ij", w**2, counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        overlap = shared / np.outer(total, total)
        spread = np.sqrt(variances / np.diag(overlap))
        covariance = correlation * np.outer(spread, spread) * overlap
    np.fill_diagonal(covariance, variances)
    return np.asarray(covariance)


def nearest_correlation(matrix: Floats, tolerance: float = 1e-10, sweeps: int = 200) -> Floats:
    """Nearest matrix with unit diagonal and no negative eigenvalue (Higham 2002, algorithm 3.3)."""
    current = np.array((matrix + matrix.T) / 2)
    np.fill_diagonal(current, 1.0)
    correction = np.zeros_like(current)
    for _ in range(sweeps):
        shifted = current - correction
        values, vectors = np.linalg.eigh(shifted)
        if values.min(initial=0.0) >= -tolerance and not correction.any():
            break
        positive = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = positive - shifted
        following = positive.copy()
        np.fill_diagonal(following, 1.0)
        change = float(np.abs(following - current).max(initial=0.0))
        current = following
        if change < tolerance:
            break
    return current


def _padded_scores(scores: Floats, n_items: int) -> Floats:
    """Scores by item and code, with a zero for every kind of missing in front."""
    rows = np.broadcast_to(scores, (n_items, scores.shape[-1]))
    return np.hstack([np.zeros((n_items, len(MISSING_KINDS))), np.nan_to_num(rows)])


def _runs(order: Integers, labels: NDArray[np.integer]) -> list[Integers]:
    """Cut an order into runs of equal labels."""
    if order.size == 0:
        return []
    changes: Booleans = np.diff(labels[order]) != 0
    return np.split(order, np.flatnonzero(changes) + 1)
