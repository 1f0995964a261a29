"""The likeliest graded response model: EM over points of the trait, in leaps."""

import numpy as np
from scipy.special import logsumexp

from analysis.arrays import Floats
from analysis.items.graded_answers import Patterns
from analysis.items.graded_items import (
    HIGHEST_DISCRIMINATION,
    LOWEST_DISCRIMINATION,
    GradedItem,
    likeliest_item,
)

MOST_ROUNDS = 200
AT_REST = 1e-7
FARTHEST_LEAP = 2.0
ROWS_AT_ONCE = 50_000


def _posterior(
    patterns: Patterns, rows: slice, table: Floats, share: Floats
) -> tuple[Floats, Floats]:
    """Return the posterior over the points per pattern, and the log-likelihood of each."""
    logs = patterns.chosen[rows] @ table + np.log(share)
    each = logsumexp(logs, axis=1)
    return np.exp(logs - each[:, None]), each


def _chunks(patterns: Patterns) -> list[slice]:
    return [slice(at, at + ROWS_AT_ONCE) for at in range(0, patterns.mass.size, ROWS_AT_ONCE)]


def _table(items: list[GradedItem], theta: Floats) -> Floats:
    return np.vstack([item.log_probabilities(theta) for item in items])


def _em(
    patterns: Patterns, items: list[GradedItem], theta: Floats, share: Floats
) -> tuple[list[GradedItem], float]:
    """Return the next items, and the log-likelihood of the given ones."""
    table = _table(items, theta)
    counts, reached = np.zeros_like(table), 0.0
    for rows in _chunks(patterns):
        posterior, each = _posterior(patterns, rows, table, share)
        mass = patterns.mass[rows]
        counts += patterns.chosen[rows].T @ (posterior * mass[:, None])
        reached += float(mass @ each)
    ends = np.cumsum([item.limits.size + 1 for item in items])
    parts = np.split(counts, ends[:-1])
    return [likeliest_item(c, theta, item) for c, item in zip(parts, items, strict=True)], reached


def squared_em(
    patterns: Patterns, start: list[GradedItem], theta: Floats, share: Floats
) -> tuple[list[GradedItem], float, bool]:
    items, best = start, -np.inf
    for _ in range(MOST_ROUNDS):
        once, reached = _em(patterns, items, theta, share)
        x0, x1 = _packed(items), _packed(once)
        if np.abs(x1 - x0).max() <= AT_REST:
            return once, reached, True
        twice, _ = _em(patterns, once, theta, share)
        x2 = _packed(twice)
        change, bend = x1 - x0, x2 - 2 * x1 + x0
        far = float(np.linalg.norm(change) / np.maximum(np.linalg.norm(bend), AT_REST))
        length = max(far, 1.0)
        aim = x0 + 2 * length * change + length**2 * bend
        leap = _unpacked(np.clip(aim, x2 - FARTHEST_LEAP, x2 + FARTHEST_LEAP), items)
        landed, after = _em(patterns, leap, theta, share)
        # A leap that loses likelihood is not taken: EM's own steps never lose any.
        items, best = (landed, after) if after >= reached else (twice, reached)
    return items, best, False


def _packed(items: list[GradedItem]) -> Floats:
    """Return the parameters where any value is allowed."""
    return np.concatenate(
        [[np.log(i.slope), i.limits[0], *np.log(np.diff(i.limits))] for i in items]
    )


def _unpacked(values: Floats, like: list[GradedItem]) -> list[GradedItem]:
    items, at = [], 0
    for item in like:
        size = item.limits.size
        low, high = np.log([LOWEST_DISCRIMINATION, HIGHEST_DISCRIMINATION])
        slope = float(np.exp(np.clip(values[at], low, high)))
        steps = np.exp(np.clip(values[at + 2 : at + 1 + size], -10.0, 4.0))
        items.append(GradedItem(slope, values[at + 1] + np.concatenate([[0.0], np.cumsum(steps)])))
        at += size + 1
    return items


def trait(
    patterns: Patterns, items: list[GradedItem], theta: Floats, share: Floats
) -> tuple[Floats, Floats]:
    table = _table(items, theta)
    means, squares = [], []
    for rows in _chunks(patterns):
        posterior, _ = _posterior(patterns, rows, table, share)
        means.append(posterior @ theta)
        squares.append(posterior @ theta**2)
    mean = np.concatenate(means)
    return mean, np.sqrt(np.maximum(np.concatenate(squares) - mean**2, 0.0))


def standard_errors(
    patterns: Patterns, items: list[GradedItem], theta: Floats, share: Floats
) -> list[Floats]:
    """
    Return per item the errors of (a, b_1, ...): from the cross-products of the rows' scores.

    Weights enter as probabilities do (sandwich): information from sum w s s', spread from
    sum w^2 s s'. Where all are equal, this is the inverse of the cross-products.
    """
    table = _table(items, theta)
    scores = []
    for item in items:
        probabilities = item.probabilities(theta)
        scores.append(item.slopes(theta) / probabilities)
    size = sum(item.limits.size + 1 for item in items)
    information, spread = np.zeros((size, size)), np.zeros((size, size))
    for rows in _chunks(patterns):
        posterior, _ = _posterior(patterns, rows, table, share)
        chosen = patterns.chosen[rows]
        columns, at = [], 0
        for score in scores:
            width = score.shape[1]
            mine = chosen[:, at : at + width]
            by_category = np.einsum("nq,pcq->npc", posterior, score)
            columns.append((by_category * mine.toarray()[:, None, :]).sum(axis=2))
            at += width
        per_row = np.hstack(columns)
        information += per_row.T @ (per_row * patterns.mass[rows][:, None])
        spread += per_row.T @ (per_row * patterns.squares[rows][:, None])
    return _to_difficulties(information, spread, items)


def _to_difficulties(information: Floats, spread: Floats, items: list[GradedItem]) -> list[Floats]:
    bounds = (LOWEST_DISCRIMINATION, HIGHEST_DISCRIMINATION)
    free = np.concatenate([[i.slope not in bounds] + [True] * i.limits.size for i in items])
    covariance = np.zeros_like(information)
    among = np.ix_(free, free)
    inverse = np.linalg.pinv(information[among])
    covariance[among] = inverse @ spread[among] @ inverse
    errors, at = [], 0
    for item in items:
        size = item.limits.size + 1
        block = covariance[at : at + size, at : at + size]
        jacobian = np.eye(size) / item.slope  # b = limits / a
        jacobian[0, 0] = 1.0
        jacobian[1:, 0] = -item.limits / item.slope**2
        found = np.sqrt(np.maximum(np.diag(jacobian @ block @ jacobian.T), 0.0))
        found[0] = found[0] if free[at] else np.inf
        errors.append(found)
        at += size
    return errors
