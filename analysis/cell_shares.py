"""Weighted shares of the answers per domain and item, from cells."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats, Integers, sums
from analysis.cell_variance import CellDesign
from analysis.cells import DONT_KNOW, REFUSED, CellCounts


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shape (domain, item), the distribution (domain, item, code); NaN where there is nobody."""

    distribution: Floats
    top_two: Floats
    dont_know: Floats
    refused: Floats
    n_asked: Integers


def share_cells(cells: CellCounts, design: CellDesign, scores: Floats) -> Shares:
    n_groups, n_items, n_codes = cells.counts.shape
    column = design.weights[:, None]

    def weighted(people: Integers) -> Floats:
        return sums(design.domains, column * people, design.n_domains)

    by_code = weighted(cells.counts.reshape(n_groups, n_items * n_codes))
    by_code = by_code.reshape(design.n_domains, n_items, n_codes)
    n_asked = sums(design.domains, cells.asked.astype(np.float64), design.n_domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        distribution = by_code / by_code.sum(axis=2, keepdims=True)
        asked = weighted(cells.asked)
        return Shares(
            distribution,
            _top_two(distribution, scores),
            weighted(cells.missing_of(DONT_KNOW)) / asked,
            weighted(cells.missing_of(REFUSED)) / asked,
            n_asked.astype(np.int64),
        )


def _top_two(distribution: Floats, scores: Floats) -> Floats:
    has_score = ~np.isnan(scores)
    best = np.argsort(np.where(has_score, scores, -np.inf), axis=1)[:, -2:]
    share = np.take_along_axis(distribution, best[None], axis=2).sum(axis=2)
    return np.where(has_score.any(axis=1), share, np.nan)
