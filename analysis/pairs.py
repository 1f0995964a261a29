"""Pairs of items: what histograms do not hold and covariances need, additive in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats, Integers, not_negative, sums
from analysis.cells import MISSING_KINDS
from analysis.errors import BadInput

Columns = NDArray[np.integer] | Sequence[NDArray[np.integer]]
ROWS_AT_A_TIME = 1 << 15
FINENESS = 2.0**32
ONE_CORE_PRODUCT = 1 << 18  # multiplications


@dataclass(frozen=True, slots=True, eq=False)
class PairMoments:
    """Moments of the scores over the respondents who answered both items of a pair.

    Memory is that of the units alone, however many groups they have.

    Attributes
    ----------
    counts : int32, how many, shape (unit, item, item)
    sums : sum of the first item's scores, shape (unit, item, item)
    products : sum of the products of both, shape (unit, item, item)
    shared
        Sum of the squared weights, shape (unit, item, item); None where no weights were given
    group_units : the unit (domain of an estimate) that a group belongs to, shape (group,)
    """

    counts: NDArray[np.int32]
    sums: Floats
    products: Floats
    shared: Floats | None
    group_units: Integers

    def __add__(self, other: "PairMoments") -> "PairMoments":
        _check_same(self, other)
        return PairMoments(
            self.counts + other.counts,
            self.sums + other.sums,
            self.products + other.products,
            None if self.shared is None else self.shared + np.asarray(other.shared),
            self.group_units,
        )


class PairCounter:
    """Pairs of a dataset that comes in parts, to which every part is added in place.

    One thread at a time may add.
    """

    def __init__(
        self,
        scores: ArrayLike,
        n_items: int,
        *,
        group_units: ArrayLike,
        group_weights: ArrayLike | None = None,
    ) -> None:
        units = np.asarray(group_units)
        if units.ndim != 1 or units.dtype.kind not in "iu" or units.min(initial=0) < 0:
            raise BadInput(f"group_units must be integers from 0, got {units.dtype}")
        self._table = _padded_scores(np.asarray(scores, dtype=np.float64), n_items)
        self._squares = None if group_weights is None else _squares(group_weights, units.size)
        shape = (int(units.max(initial=-1)) + 1, n_items, n_items)
        self._pairs = PairMoments(
            np.zeros(shape, dtype=np.int32),
            np.zeros(shape),
            np.zeros(shape),
            None if group_weights is None else np.zeros(shape),
            units.astype(np.int64),
        )

    def add(self, groups: NDArray[np.integer], codes: Columns) -> None:
        """Add further rows: arguments as of `count_pairs`."""
        self._check(groups, codes)
        units = self._pairs.group_units[groups]
        # Small integers are sorted by radix.
        narrow = np.uint16 if self._pairs.counts.shape[0] <= np.iinfo(np.uint16).max else np.int64
        order = np.argsort(units.astype(narrow), kind="stable")
        for start in range(0, order.size, ROWS_AT_A_TIME):
            rows = order[start : start + ROWS_AT_A_TIME]
            self._add_sorted(groups[rows], units[rows], [column[rows] for column in codes])

    def _check(self, groups: NDArray[np.integer], codes: Columns) -> None:
        n_groups, n_items = self._pairs.group_units.size, self._table.shape[0]
        if groups.size and not 0 <= groups.min() <= groups.max() < n_groups:
            raise BadInput(
                f"groups must lie in 0..{n_groups - 1}, found {groups.min()}..{groups.max()}"
            )
        highest = self._table.shape[1] - len(MISSING_KINDS) - 1
        if len(codes) != n_items:
            raise BadInput(f"codes must have {n_items} columns, got {len(codes)}")
        for item, column in enumerate(codes):
            if column.shape != groups.shape:
                raise BadInput(f"codes of item {item} must have {groups.size} rows")
            if column.min(initial=0) < -len(MISSING_KINDS) or column.max(initial=0) > highest:
                raise BadInput(
                    f"codes of item {item} must lie in {-len(MISSING_KINDS)}..{highest}, "
                    f"found {column.min()}..{column.max()}"
                )

    def _add_sorted(
        self, groups: NDArray[np.integer], units: Integers, codes: list[NDArray[np.integer]]
    ) -> None:
        pairs = self._pairs
        answered = np.empty((len(codes), units.size))
        value = np.empty_like(answered)
        for item, column in enumerate(codes):
            np.greater_equal(column, 0, out=answered[item])
            np.take(
                self._table[item], column.astype(np.intp) + len(MISSING_KINDS), out=value[item]
            )
        squares = None if self._squares is None else answered * self._squares[groups]
        edges = self._edges(units)
        for start, end in pairwise(edges):
            unit, theirs = units[start], answered[:, start:end].T
            pairs.counts[unit] += (answered[:, start:end] @ theirs).astype(np.int32)
            pairs.sums[unit] += value[:, start:end] @ theirs
            pairs.products[unit] += value[:, start:end] @ value[:, start:end].T
            if squares is not None and pairs.shared is not None:
                pairs.shared[unit] += squares[:, start:end] @ theirs

    def _edges(self, units: Integers) -> list[int]:
        """Where to cut sorted rows: at a new unit, and into products small enough for one core.

        Linear algebra libraries share larger products among threads that wait for each other in a
        busy loop: on a loaded machine that is far slower than one core.
        """
        longest = max(1, ONE_CORE_PRODUCT // max(self._table.shape[0], 1) ** 2)
        changes = np.flatnonzero(np.diff(units)) + 1
        regular = np.arange(0, units.size, longest)
        edges = np.unique(np.concatenate([changes, regular, [units.size]]))
        return [int(edge) for edge in edges]

    def merge(self, pairs: PairMoments) -> None:
        """Add what was counted elsewhere, with the same groups and weights."""
        mine = self._pairs
        _check_same(mine, pairs)
        np.add(mine.counts, pairs.counts, out=mine.counts)
        np.add(mine.sums, pairs.sums, out=mine.sums)
        np.add(mine.products, pairs.products, out=mine.products)
        if mine.shared is not None and pairs.shared is not None:
            np.add(mine.shared, pairs.shared, out=mine.shared)

    def pairs(self) -> PairMoments:
        """What was counted so far: count no further while it is used."""
        return self._pairs


def count_pairs(
    groups: NDArray[np.integer],
    codes: Columns,
    scores: ArrayLike,
    *,
    n_groups: int | None = None,
    group_units: ArrayLike | None = None,
    group_weights: ArrayLike | None = None,
) -> PairMoments:
    """Sum the scores of every pair of items over those who answered both.

    The sums are exact, so that parts add up to the whole in any order: scores that are multiples
    of 1/1024 stay exact, and squared weights are rounded to 2^-32 of the largest.

    Parameters
    ----------
    groups, codes : as for `count_cells`
    scores : 0-100 per code, shape (code,) or (item, code)
    n_groups : the highest group plus one when left out; give it where parts are added
    group_units : 0..U-1, shape (group,): keeps the sums per unit; left out, per group
    group_weights
        Weight of each respondent of a group, shape (group,); needed for covariances where the
        groups of a unit differ in weight

    Examples
    --------
    Two people answered both items, with scores 100, 75 and 50, 50:

    >>> import numpy as np
    >>> codes = np.array([[4, 2, -2], [3, 2, 0]], dtype=np.int8)
    >>> pairs = count_pairs(np.array([0, 0, 0]), codes, [0.0, 25.0, 50.0, 75.0, 100.0])
    >>> pairs.counts[0].tolist(), float(pairs.products[0, 0, 1])
    ([[2, 2], [2, 3]], 10000.0)
    """
    size = n_groups if n_groups is not None else int(groups.max(initial=-1)) + 1
    units = np.arange(size) if group_units is None else np.asarray(group_units)
    counter = PairCounter(scores, len(codes), group_units=units, group_weights=group_weights)
    counter.add(groups, codes)
    return counter.pairs()


def within_correlation(pairs: PairMoments, domain_of_unit: Integers) -> Floats:
    """Correlation of the items within domains, pooled over all of them, nearest valid matrix.

    Parameters
    ----------
    domain_of_unit : 0..D-1, shape (unit of the pairs,)
    """
    n_domains = int(domain_of_unit.max(initial=-1)) + 1
    n_items = pairs.counts.shape[1]
    covariance, freedom = np.zeros((2, n_items, n_items))
    for item in range(n_items):
        # Item by item: the moments of a nation are too many for a second copy.
        n = sums(domain_of_unit, pairs.counts[:, item].astype(np.float64), n_domains)
        first = sums(domain_of_unit, pairs.sums[:, item], n_domains)
        second = sums(domain_of_unit, pairs.sums[:, :, item], n_domains)
        products = sums(domain_of_unit, pairs.products[:, item], n_domains)
        freedom[item] = np.maximum(n - 1, 0).sum(axis=0)
        covariance[item] = (products - first * second / np.maximum(n, 1)).sum(axis=0)
    covariance /= np.maximum(freedom, 1)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.outer(spread, spread)
    # Items that nobody answered together are uncorrelated here; they also share no respondents.
    known = (scale > 0) & (freedom > 0)
    return nearest_correlation(np.where(known, covariance / np.where(known, scale, 1.0), 0.0))


def unit_squares(pairs: PairMoments, weights: Floats) -> Floats | None:
    """Squared weight of the respondents of each unit where the moments hold none.

    None where they do. Without it each unit's groups must have one weight, which is so where a
    unit is a group.
    """
    if weights.shape != pairs.group_units.shape:
        raise BadInput(
            f"pairs were counted over {pairs.group_units.size} groups, the cells over "
            f"{weights.size}"
        )
    if pairs.shared is not None:
        return None
    n_units = pairs.counts.shape[0]
    low, high = np.full(n_units, np.inf), np.zeros(n_units)
    np.minimum.at(low, pairs.group_units, weights)
    np.maximum.at(high, pairs.group_units, weights)
    if np.any(low < high):
        raise BadInput("pairs of groups that differ in weight need group_weights of count_pairs")
    return np.asarray(high**2)


def sampling_covariance(correlation: Floats, shared: Floats, variances: Floats) -> Floats:
    """Covariance of the sampling errors of one domain's means, shape (item, item).

    Cov(P_i, P_j) = rho_ij s_i s_j O_ij with O_ij = sum of w^2 over those who answered both, over
    W_i W_j. s_i is such that the diagonal is the variance that the design gave, so that W cancels.

    Parameters
    ----------
    shared : sum of w^2 over those who answered both, shape (item, item)
    variances : of the domain's means, shape (item,); NaN gives NaN
    """
    own = np.diag(shared)
    spread = np.sqrt(np.where(own > 0, variances / np.where(own > 0, own, 1.0), np.nan))
    covariance = correlation * np.outer(spread, spread) * shared
    np.fill_diagonal(covariance, variances)
    return np.asarray(covariance)


def nearest_correlation(matrix: Floats, tolerance: float = 1e-10, sweeps: int = 200) -> Floats:
    """Nearest matrix with unit diagonal and no negative eigenvalue (Higham 2002, algorithm 3.3).

    References
    ----------
    Higham (2002), IMA Journal of Numerical Analysis 22, 329-343, doi:10.1093/imanum/22.3.329.
    """
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


def _squares(group_weights: ArrayLike, n_groups: int) -> Floats:
    """Squared weights on a grid that keeps their sums exact up to two million respondents."""
    squares = not_negative("group_weights", group_weights, n_groups) ** 2
    # A power of two, so that scaling itself rounds nothing.
    step = 2.0 ** np.ceil(np.log2(squares.max(initial=0.0) or 1.0)) / FINENESS
    return np.asarray(np.round(squares / step) * step)


def _padded_scores(scores: Floats, n_items: int) -> Floats:
    """Scores by item and code, with a zero for every kind of missing in front."""
    if scores.ndim not in (1, 2) or scores.shape[:-1] not in ((), (n_items,)):
        raise BadInput(
            f"scores must have a row for {n_items} items or for all, got {scores.shape}"
        )
    if np.isinf(scores).any():
        raise BadInput("scores must be finite, or NaN where a code has none; got infinity")
    rows = np.broadcast_to(scores, (n_items, scores.shape[-1]))
    return np.hstack([np.zeros((n_items, len(MISSING_KINDS))), np.nan_to_num(rows)])


def _check_same(one: PairMoments, other: PairMoments) -> None:
    if not np.array_equal(one.group_units, other.group_units):
        raise BadInput("pairs of different groups do not add up")
    if one.counts.shape != other.counts.shape:
        raise BadInput(f"pairs of shape {one.counts.shape} and {other.counts.shape} do not add up")
    if (one.shared is None) != (other.shared is None):
        raise BadInput("pairs with weights and pairs without do not add up")
