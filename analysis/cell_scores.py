"""Weighted moments of the scores, per group and per domain, from cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, sums
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
    weight_sums: Floats
    kish_n: Floats
    means: Floats
    mean_squares: Floats


def score_table(scores: ArrayLike, cells: CellCounts) -> Floats:
    """Scores per (item, code), from one row for all items or one row each."""
    shape = cells.counts.shape[1:]
    table = np.asarray(scores, dtype=np.float64)
    if table.shape not in (shape, shape[1:]):
        raise BadInput(f"scores must have shape {shape[1:]} or {shape}, got {table.shape}")
    return np.broadcast_to(table, shape)


def score_cells(
    cells: CellCounts, weights: Floats, domains: Integers, scores: Floats, n_domains: int
) -> ScoredCells:
    known = np.nan_to_num(scores)
    answers = cells.answered.astype(np.float64)
    first = np.einsum("gic,ic->gi", cells.counts, known)
    second = np.einsum("gic,ic->gi", cells.counts, known**2)
    column = weights[:, None]
    weight_sums = sums(domains, column * answers, n_domains)
    square_sums = sums(domains, column**2 * answers, n_domains)
    without_score = np.einsum("gic,ic->gi", cells.counts, np.isnan(scores).astype(np.float64))
    total = np.where(sums(domains, without_score, n_domains) > 0, np.nan, weight_sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ScoredCells(
            answers,
            first,
            second,
            weight_sums,
            np.where(square_sums > 0, weight_sums**2 / square_sums, 0.0),
            sums(domains, column * first, n_domains) / total,
            sums(domains, column * second, n_domains) / total,
        )
