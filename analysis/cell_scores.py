"""Weighted moments of the scores, per group and per domain, from cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, floats, sums
from analysis.cells import CellCounts
from analysis.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class ScoredCells:
    """Answers, sum and sum of squares per (group, item); the rest per (domain, item).

    ``means`` is NaN where nobody answered, or where a code without a score was given.
    """

    answers: Floats
    first: Floats
    second: Floats
    n: Floats
    weight_sums: Floats
    square_sums: Floats
    means: Floats
    mean_squares: Floats

    @property
    def kish_n(self) -> Floats:
        some = self.square_sums > 0
        return np.where(some, self.weight_sums**2 / np.where(some, self.square_sums, 1.0), 0.0)


def score_table(scores: ArrayLike, cells: CellCounts) -> Floats:
    """Scores per (item, code), from one row for all items or one row each."""
    shape = cells.counts.shape[1:]
    table = floats("scores", scores)
    if table.shape not in (shape, shape[1:]):
        raise BadInput(f"scores must have shape {shape[1:]} or {shape}, got {table.shape}")
    if np.isinf(table).any():
        raise BadInput("scores must be finite, or NaN where a code has none; got infinity")
    return np.broadcast_to(table, shape)


def score_cells(
    cells: CellCounts, weights: Floats, domains: Integers, scores: Floats, n_domains: int
) -> ScoredCells:
    n_groups, n_items, _ = cells.counts.shape
    # Item by item in memory: every sum by domain runs along the groups.
    answers, first, second, unscored = (np.empty((n_groups, n_items), order="F") for _ in range(4))
    for item in range(n_items):
        known = np.nan_to_num(scores[item])
        moments = np.stack([np.ones_like(known), known, known**2, np.isnan(scores[item])])
        counts = cells.counts[:, item].astype(np.float64)
        answers[:, item], first[:, item], second[:, item], unscored[:, item] = moments @ counts.T
    column = weights[:, None]
    weighted = column * answers
    weight_sums = sums(domains, weighted, n_domains)
    has_mean = weight_sums > 0
    if np.isnan(scores).any():
        has_mean &= sums(domains, unscored, n_domains) == 0
    total = np.where(has_mean, weight_sums, np.nan)
    return ScoredCells(
        answers,
        first,
        second,
        sums(domains, np.where(column > 0, answers, 0.0), n_domains),
        weight_sums,
        sums(domains, column * weighted, n_domains),
        sums(domains, column * first, n_domains) / total,
        sums(domains, column * second, n_domains) / total,
    )
