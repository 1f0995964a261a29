"""Answers to several items as the methods of this package need them."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats, Integers, floats, not_negative
from analysis.errors import BadInput
from analysis.scalars import one_of

Missing = Literal["pairwise", "complete"]

ROWS_AND_COLUMNS = 2
NO_ANSWER = -1


def score_matrix(answers: ArrayLike) -> Floats:
    """Return scores (n, items) with NaN for no answer; integers must not be negative (codes)."""
    given = _table(answers)
    if given.dtype.kind in "iu" and given.size and given.min() < 0:
        row, item = np.argwhere(given < 0)[0]
        raise BadInput(
            f"answers must be scores with NaN for no answer, got the code {given[row, item]} "
            f"in row {row}, item {item} (negative scores are given as floats)"
        )
    scores: Floats = given.astype(np.float64)
    wrong = np.argwhere(np.isinf(scores))
    if wrong.size:
        row, item = wrong[0]
        raise BadInput(f"answers must be finite or NaN, got {scores[row, item]} in row {row}")
    return scores


def code_matrix(answers: ArrayLike) -> Integers:
    """Return codes (n, items); what is negative or NaN in ``answers`` is -1: no answer."""
    given = _table(answers)
    if given.dtype.kind not in "iub":
        numbers = given.astype(np.float64)
        answered = ~np.isnan(numbers)
        wrong = np.argwhere(answered & (numbers != np.trunc(numbers)))
        if wrong.size or np.isinf(numbers).any():
            row, item = wrong[0] if wrong.size else np.argwhere(np.isinf(numbers))[0]
            raise BadInput(
                f"answers must be integers, got {numbers[row, item]} in row {row}, item {item}"
            )
        given = np.where(answered, numbers, NO_ANSWER)
    return np.maximum(given.astype(np.int64), NO_ANSWER)


def row_weights(weights: ArrayLike | None, n: int) -> Floats:
    """Return weights that average 1."""
    if weights is None:
        return np.ones(n)
    given = not_negative("weights", weights, n)
    if not given.sum():
        raise BadInput("weights must not all be 0")
    average_one: Floats = given * (n / given.sum())
    return average_one


def effective_rows(mass: Floats) -> float:
    """Return Kish's number: rows of equal weight that tell as much as these."""
    return float(mass.sum() ** 2 / (mass @ mass))


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """
    Means and covariances of the items that vary.

    Attributes
    ----------
    items : places of those items in ``answers``
    flat : places of the items that do not vary, or that nobody answered: left out
    means, covariance, pair_counts : (items,), (items, items) and rows behind each covariance
    effective_n : rows, those with gaps too, less what unequal weights cost (Kish)
    scores, mass : (rows, items) and (rows,) what they were taken from
    """

    items: Integers
    flat: Integers
    means: Floats
    covariance: Floats
    pair_counts: Integers
    effective_n: float
    scores: Floats
    mass: Floats

    @property
    def correlation(self) -> Floats:
        errors = np.sqrt(np.diag(self.covariance))
        ratio: Floats = self.covariance / np.outer(errors, errors)
        return ratio


def item_moments(
    answers: ArrayLike, missing: Missing = "pairwise", weights: ArrayLike | None = None
) -> Moments:
    """
    Return the moments over the rows that answered both items of a pair, or all of them.

    "pairwise" is what R's ``psych::alpha`` does by default (``cov(use = "pairwise")``).
    """
    one_of("missing", missing, get_args(Missing))
    scores = score_matrix(answers)
    mass = row_weights(weights, scores.shape[0])
    kept = mass > 0
    if missing == "complete":
        kept &= ~np.isnan(scores).any(axis=1)
    scores, mass = scores[kept], mass[kept]
    varies = _varies(scores)
    items, flat = np.flatnonzero(varies), np.flatnonzero(~varies)
    if items.size < ROWS_AND_COLUMNS:
        raise BadInput(
            f"answers must hold two items that vary, got {items.size} over {mass.size} rows"
        )
    return _moments(scores[:, items], mass, items, flat)


def _moments(scores: Floats, mass: Floats, items: Integers, flat: Integers) -> Moments:
    answered = ~np.isnan(scores)
    seen = answered.astype(np.float64)
    counts = np.rint(seen.T @ seen).astype(np.int64)
    if counts.min() < ROWS_AND_COLUMNS:
        one, other = items[np.argwhere(counts == counts.min())[0]]
        raise BadInput(
            f"answers must meet in two rows per pair of items, got {counts.min()} for items "
            f"{one} and {other}"
        )
    weighted = mass[:, None] * seen
    means = np.nansum(weighted * scores, axis=0) / weighted.sum(axis=0)
    centred = np.where(answered, scores - means, 0.0)
    weights = weighted.T @ seen
    sums = (mass[:, None] * centred).T @ seen
    products = (mass[:, None] * centred).T @ centred - sums * sums.T / weights
    covariance = products / (weights * (1 - 1 / counts))
    if np.diag(covariance).min() <= 0:
        raise BadInput("weights must leave each item two answers that differ")
    covariance = (covariance + covariance.T) / 2
    return Moments(items, flat, means, covariance, counts, effective_rows(mass), scores, mass)


def _varies(scores: Floats) -> NDArray[np.bool_]:
    answered = ~np.isnan(scores)
    low = np.where(answered, scores, np.inf).min(axis=0, initial=np.inf)
    high = np.where(answered, scores, -np.inf).max(axis=0, initial=-np.inf)
    return np.asarray(low < high)


def _table(answers: ArrayLike) -> NDArray[Any]:
    floats("answers", answers)
    given = np.asarray(answers)
    if given.ndim != ROWS_AND_COLUMNS:
        raise BadInput(f"answers must be (rows, items), got shape {given.shape}")
    if given.dtype.kind not in "iubf":
        raise BadInput(f"answers must be numbers, got {given.dtype}")
    return given
