"""Pairs of items: what histograms do not hold and covariances need, additive in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats, Integers, floats, not_negative
from analysis.cells import LARGEST_SIZE, MISSING_KINDS, check_range, integer_rows
from analysis.errors import BadInput
from analysis.whole_numbers import whole_number

Columns = NDArray[np.integer] | Sequence[ArrayLike]
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
        if units.ndim != 1 or units.dtype.kind not in "iu":
            raise BadInput(
                f"group_units must be integers of one dimension, got {units.dtype} "
                f"of shape {units.shape}"
            )
        if units.min(initial=0) < 0:
            raise BadInput(f"group_units must not be negative, got {units.min()}")
        n_items = whole_number("n_items", n_items, 0, LARGEST_SIZE)
        padded = _padded_scores(floats("scores", scores), n_items)
        self._has_score = 1.0 - np.isnan(padded)
        self._table = np.nan_to_num(padded)
        self._squares = None if group_weights is None else _squares(group_weights, units.size)
        shape = (int(units.max(initial=-1)) + 1, n_items, n_items)
        self._pairs = PairMoments(
            np.zeros(shape, dtype=np.int32),
            np.zeros(shape),
            np.zeros(shape),
            None if group_weights is None else np.zeros(shape),
            units.astype(np.int64),
        )

    def add(self, groups: ArrayLike, codes: Columns) -> None:
        """Add further rows: arguments as of `count_pairs`."""
        of_row, columns = integer_rows(groups, codes, self._table.shape[0])
        self._check(of_row, columns)
        units = self._pairs.group_units[of_row]
        # Small integers are sorted by radix.
        narrow = np.uint16 if self._pairs.counts.shape[0] <= np.iinfo(np.uint16).max else np.int64
        order = np.argsort(units.astype(narrow), kind="stable")
        for start in range(0, order.size, ROWS_AT_A_TIME):
            rows = order[start : start + ROWS_AT_A_TIME]
            self._add_sorted(of_row[rows], units[rows], [column[rows] for column in columns])

    def _check(self, groups: NDArray[np.integer], codes: Sequence[NDArray[np.integer]]) -> None:
        check_range("groups", groups, 0, self._pairs.group_units.size - 1)
        highest = self._table.shape[1] - len(MISSING_KINDS) - 1
        for item, column in enumerate(codes):
            check_range(f"codes of item {item}", column, -len(MISSING_KINDS), highest)

    def _add_sorted(
        self, groups: NDArray[np.integer], units: Integers, codes: list[NDArray[np.integer]]
    ) -> None:
        pairs = self._pairs
        answered = np.empty((len(codes), units.size))
        value = np.empty_like(answered)
        for item, column in enumerate(codes):
            place = column.astype(np.intp) + len(MISSING_KINDS)
            np.take(self._has_score[item], place, out=answered[item])
            np.take(self._table[item], place, out=value[item])
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
    groups: ArrayLike,
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
    scores : 0-100 per code, shape (code,) or (item, code); NaN: the code has none, and whoever
        gave it did not answer
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
    of_row, columns = integer_rows(groups, codes, None)
    size = int(of_row.max(initial=-1)) + 1
    if n_groups is not None:
        size = whole_number("n_groups", n_groups, 0, LARGEST_SIZE)
    units = np.arange(size) if group_units is None else np.asarray(group_units)
    counter = PairCounter(scores, len(columns), group_units=units, group_weights=group_weights)
    counter.add(of_row, columns)
    return counter.pairs()


def _squares(group_weights: ArrayLike, n_groups: int) -> Floats:
    """Squared weights on a grid that keeps their sums exact up to two million respondents."""
    squares = not_negative("group_weights", group_weights, n_groups) ** 2
    # A power of two, so that scaling itself rounds nothing.
    step = 2.0 ** np.ceil(np.log2(squares.max(initial=0.0) or 1.0)) / FINENESS
    return np.asarray(np.round(squares / step) * step)


def _padded_scores(scores: Floats, n_items: int) -> Floats:
    """Scores by item and code, with NaN for every kind of missing in front."""
    if scores.ndim == 0 or scores.shape[:-1] not in ((), (n_items,)):
        raise BadInput(
            f"scores must have a row for {n_items} items or for all, got {scores.shape}"
        )
    if np.isinf(scores).any():
        raise BadInput("scores must be finite, or NaN where a code has none; got infinity")
    rows = np.broadcast_to(scores, (n_items, scores.shape[-1]))
    return np.hstack([np.full((n_items, len(MISSING_KINDS)), np.nan), rows])


def _check_same(one: PairMoments, other: object) -> None:
    if not isinstance(other, PairMoments):
        raise BadInput(f"pairs add up with pairs, got {type(other).__name__}")
    if not np.array_equal(one.group_units, other.group_units):
        raise BadInput("pairs of different groups do not add up")
    if one.counts.shape != other.counts.shape:
        raise BadInput(f"pairs of shape {one.counts.shape} and {other.counts.shape} do not add up")
    if (one.shared is None) != (other.shared is None):
        raise BadInput("pairs with weights and pairs without do not add up")
