"""Correlations of the normal traits behind ordered answers, many pairs at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from analysis.arrays import Booleans, Floats, Integers
from analysis.errors import BadInput
from analysis.items.answers import NO_ANSWER, code_matrix, effective_rows, row_weights
from analysis.items.bivariate_normal import FARTHEST, normal_below, normal_density
from analysis.scalars import real_number, strictly_between

BOUND = 0.9999  # beyond, the likelihood only says "as close as can be"
MOST_STEPS = 100
AT_REST = 1e-12
SMALLEST_PROBABILITY = 1e-17
ROWS_AT_ONCE = 50_000
TWO = 2
MOST_CATEGORIES = 30  # more are measurements: use their plain correlation

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Polychoric:
    """
    Correlations of the traits behind ordered answers.

    Attributes
    ----------
    correlations, standard_errors : (items, items); the error of a pair at its bound is infinite
    thresholds : per item, the limits between the categories that occur
    at_bound : (items, items) pairs that order each other perfectly; shown as .9999
    pair_counts : (items, items) rows that answered both
    items, flat : places of the items that vary, in the order above, and of the others
    positive_definite : False where pairs contradict each other (few answers, many missing)
    """

    correlations: Floats
    standard_errors: Floats
    thresholds: tuple[Floats, ...]
    at_bound: Booleans
    pair_counts: Integers
    items: Integers
    flat: Integers
    positive_definite: bool

    def confidence_intervals(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return low and high, (items, items), by Fisher's z; -1 and 1 for a pair at its bound."""
        two_sided = (1 + strictly_between("level", level)) / 2
        inside = np.where(np.eye(self.items.size) > 0, 0.0, self.correlations)
        z = np.arctanh(inside)
        reach = ndtri(two_sided) * self.standard_errors / (1 - inside**2)
        low, high = np.tanh(z - reach), np.tanh(z + reach)
        np.fill_diagonal(low, 1.0)
        np.fill_diagonal(high, 1.0)
        return low, high


def polychoric_correlation(
    answers: ArrayLike, *, weights: ArrayLike | None = None, empty_cell: float = 0.0
) -> Polychoric:
    """
    Return polychoric correlations by two-step maximum likelihood (2 x 2: tetrachoric).

    Step one takes the thresholds from all answers to an item; step two finds each correlation for
    these. Categories that nobody chose do not count. The standard errors include step one.

    Parameters
    ----------
    answers : (n, items) integer codes; negative or NaN: no answer
    weights : (n,) of the rows
    empty_cell : what an empty cell of a 2 x 2 table counts (R's ``psych::tetrachoric``: 0.5)

    Raises
    ------
    BadInput
        Fewer than two items vary; two items that nobody answered both; codes that are no integers.

    References
    ----------
    Olsson (1979), doi:10.1007/BF02296207; standard errors: Joreskog (1994),
    doi:10.1007/BF02296131. R: ``psych::polychoric(correct = 0)``, which searches to 1e-4.

    Examples
    --------
    Both halved at the mean: sin(pi (2p - 1/2)) with p the share of a diagonal cell (Sheppard).

    >>> import numpy as np
    >>> pairs = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [40, 20, 20, 40], axis=0)
    >>> round(float(polychoric_correlation(pairs).correlations[0, 1]), 9)
    0.5
    """
    extra = real_number("empty_cell", empty_cell, 0)
    given = code_matrix(answers)
    mass = row_weights(weights, given.shape[0])
    given, mass = given[mass > 0], mass[mass > 0]
    categories = [np.unique(column[column != NO_ANSWER]) for column in given.T]
    sizes = np.array([each.size for each in categories])
    items, flat = np.flatnonzero(sizes >= TWO), np.flatnonzero(sizes < TWO)
    if items.size < TWO:
        raise BadInput(f"answers must hold two items that vary, got {items.size}")
    if sizes.max() > MOST_CATEGORIES:
        item = int(sizes.argmax())
        raise BadInput(
            f"answers must have {MOST_CATEGORIES} categories at most, item {item} has {sizes[item]}"
        )
    ranks = np.column_stack([_ranks(given[:, item], categories[item]) for item in items])
    pairs = _Pairs.of(ranks, mass, sizes[items], extra)
    _refuse_strangers(pairs, items)
    rho, at_bound = _most_likely(pairs)
    k, effective = items.size, effective_rows(mass) / mass.size
    errors = np.where(at_bound, np.inf, _standard_errors(pairs, rho) / np.sqrt(effective))
    correlations = _square(k, pairs, rho, 1.0)
    return Polychoric(
        correlations=correlations,
        standard_errors=_square(k, pairs, errors, 0.0),
        thresholds=tuple(
            limits[1:size] for limits, size in zip(pairs.limits, sizes[items], strict=True)
        ),
        at_bound=_square(k, pairs, at_bound.astype(np.float64), 0.0) > 0,
        pair_counts=pairs.counts,
        items=items,
        flat=flat,
        positive_definite=bool(np.linalg.eigvalsh(correlations)[0] > 0),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """
    Tables of all pairs of items, filled up with empty categories to one size.

    Attributes
    ----------
    first, second : (pairs,) the items
    tables : (pairs, categories, categories) weighted answers
    limits : (items, categories + 1) thresholds with -inf and inf around
    shares : (items, categories)
    masses : (items,) weighted answers to an item
    counts : (items, items) rows that answered both
    """

    first: Integers
    second: Integers
    tables: Array
    limits: Array
    shares: Array
    masses: Array
    counts: Integers

    @classmethod
    def of(cls, ranks: Integers, mass: Floats, sizes: Integers, empty_cell: float) -> "_Pairs":
        k, width = sizes.size, int(sizes.max())
        together, counts = _together(ranks, mass, width)
        totals = np.diagonal(together.reshape(k * width, k * width)).reshape(k, width)
        shares = totals / totals.sum(axis=1, keepdims=True)
        reached = np.minimum(np.cumsum(shares, axis=1), 1.0)
        reached[np.arange(width) >= sizes[:, None] - 1] = 1.0
        limits = np.column_stack([np.full(k, -np.inf), ndtri(reached)])
        first, second = np.triu_indices(k, 1)
        tables = together[first, :, second, :]
        if empty_cell:
            small = (sizes[first] == TWO) & (sizes[second] == TWO)
            inside = np.arange(width) < TWO
            empty = small[:, None, None] & inside[:, None] & inside & (tables == 0)
            tables = np.where(empty, empty_cell, tables)
        return cls(first, second, tables, limits, shares, totals.sum(axis=1), counts)

    def probabilities(self, rho: Array) -> tuple[Array, Array]:
        """Return the cells' probabilities, and their derivatives in rho."""
        h = self.limits[self.first][:, :, None]
        k = self.limits[self.second][:, None, :]
        r = rho[:, None, None]
        below = np.diff(np.diff(normal_below(h, k, r), axis=1), axis=2)
        slopes = np.diff(np.diff(normal_density(h, k, r), axis=1), axis=2)
        return below, slopes

    def scores(self, rho: Array) -> tuple[Array, Array]:
        """Return per cell d log P / d rho, and per pair the information of one answer."""
        below, slopes = self.probabilities(rho)
        scores = np.where(below > 0, slopes / np.maximum(below, SMALLEST_PROBABILITY), 0.0)
        return scores, np.maximum((scores * slopes).sum(axis=(1, 2)), SMALLEST_PROBABILITY)


def _ranks(codes: Integers, categories: Integers) -> Integers:
    """Number the categories that occur; no answer stays no answer."""
    ranks = np.searchsorted(categories, codes)
    return np.where(codes == NO_ANSWER, NO_ANSWER, ranks).astype(np.int64)


def _together(ranks: Integers, mass: Floats, width: int) -> tuple[Array, Integers]:
    """Return the tables (items, categories, items, categories), and rows of each pair."""
    n, k = ranks.shape
    tables = np.zeros((k * width, k * width))
    counts = np.zeros((k, k))
    for start in range(0, n, ROWS_AT_ONCE):
        some = ranks[start : start + ROWS_AT_ONCE]
        chosen = (some[:, :, None] == np.arange(width)).reshape(some.shape[0], -1).astype(float)
        tables += (chosen * mass[start : start + ROWS_AT_ONCE, None]).T @ chosen
        answered = (some != NO_ANSWER).astype(float)
        counts += answered.T @ answered
    return tables.reshape(k, width, k, width), np.rint(counts).astype(np.int64)


def _refuse_strangers(pairs: _Pairs, items: Integers) -> None:
    strangers = np.argwhere(pairs.counts == 0)
    if strangers.size:
        one, other = items[strangers[0]]
        raise BadInput(f"answers must meet per pair of items, nobody answered {one} and {other}")


def _most_likely(pairs: _Pairs) -> tuple[Array, Booleans]:
    """Solve for all pairs at once: Fisher's steps, halving the bracket where one leaves it."""
    low, high = np.full(pairs.first.size, -BOUND), np.full(pairs.first.size, BOUND)
    rho = np.zeros(pairs.first.size)
    mass = pairs.tables.sum(axis=(1, 2))
    for _ in range(MOST_STEPS):
        scores, information = pairs.scores(rho)
        slope = (pairs.tables * scores).sum(axis=(1, 2)) / mass
        low, high = np.where(slope > 0, rho, low), np.where(slope > 0, high, rho)
        stepped = rho + slope / information
        inside = (stepped > low) & (stepped < high)
        following = np.where(inside, stepped, (low + high) / 2)
        moved, rho = np.abs(following - rho).max(), following
        if moved <= AT_REST:
            break
    at_bound = np.abs(rho) >= BOUND - 1e-6
    return np.where(at_bound, np.copysign(BOUND, rho), rho), at_bound


def _standard_errors(pairs: _Pairs, rho: Array) -> Array:
    """
    Return the root of the variance of the influence of the answers on each correlation.

    A row moves rho by its own score, and by what it moves the thresholds of both items; rows that
    answered one of the two move that item's thresholds only.
    """
    scores, information = pairs.scores(rho)
    mass = pairs.tables.sum(axis=(1, 2))
    by_first = _through_thresholds(pairs, rho, scores, pairs.first, pairs.second)
    by_second = _through_thresholds(
        pairs, rho, scores.transpose(0, 2, 1), pairs.second, pairs.first
    )
    f_first, f_second = mass / pairs.masses[pairs.first], mass / pairs.masses[pairs.second]
    influence = (
        scores
        - (f_first[:, None] * by_first)[:, :, None]
        - (f_second[:, None] * by_second)[:, None]
    )
    variance = (pairs.tables * influence**2).sum(axis=(1, 2))
    for item, by, f in ((pairs.first, by_first, f_first), (pairs.second, by_second, f_second)):
        alone = np.maximum(pairs.masses[item] - mass, 0.0)
        variance += alone * f**2 * (pairs.shares[item] * by**2).sum(axis=1)
    errors: Array = np.sqrt(variance) / (information * mass)
    return errors


def _through_thresholds(
    pairs: _Pairs, rho: Array, scores: Array, own: Integers, other: Integers
) -> Array:
    """Return, per category of ``own``, what its thresholds' errors do to the score."""
    limits = np.clip(pairs.limits, -FARTHEST, FARTHEST)
    inner = limits[own][:, 1:-1]
    root = np.sqrt(1 - rho**2)[:, None, None]
    ahead = limits[other][:, None, :] - rho[:, None, None] * inner[:, :, None]
    given = np.diff(ndtr(ahead / root), axis=2)
    effect = (given * (scores[:, :-1] - scores[:, 1:])).sum(axis=2)
    category = np.arange(limits.shape[1] - 1)
    below = category[:, None] <= category[:-1]
    reached = np.cumsum(pairs.shares[own], axis=1)[:, :-1]
    moves = below - reached[:, None, :]
    through: Array = (moves * effect[:, None, :]).sum(axis=2)
    return through


def _square(k: int, pairs: _Pairs, values: Array, diagonal: float) -> Array:
    matrix = np.full((k, k), diagonal)
    matrix[pairs.first, pairs.second] = values
    matrix[pairs.second, pairs.first] = values
    return matrix
