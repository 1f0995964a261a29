"""Weighted shares of the answers per domain and item, from cells."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats, sums
from analysis.cell_design import CellDesign
from analysis.cells import DONT_KNOW, REFUSED, CellCounts


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shape (domain, item), the distribution (domain, item, code); NaN where there is nobody."""

    distribution: Floats
    dont_know: Floats
    refused: Floats


def share_cells(cells: CellCounts, design: CellDesign) -> Shares:
    column = design.weights[:, None]
    n_items, n_codes = cells.counts.shape[1:]
    by_code = np.empty((design.n_domains, n_items, n_codes))
    for code in range(n_codes):
        people = column * cells.counts[:, :, code]
        by_code[:, :, code] = sums(design.domains, people, design.n_domains)
    answered = by_code.sum(axis=2)

    def share(kind: int) -> Floats:
        people = column * cells.missing_of(kind)
        return sums(design.domains, people, design.n_domains)

    dont_know, refused = share(DONT_KNOW), share(REFUSED)
    asked = answered + dont_know + refused
    return Shares(
        by_code / _present(answered)[:, :, None],
        dont_know / _present(asked),
        refused / _present(asked),
    )


def top_two_scores(scores: Floats) -> Floats:
    """100 for the two codes with the highest scores, 0 for the rest; NaN for items without any."""
    has_score = ~np.isnan(scores)
    best = np.argsort(np.where(has_score, scores, -np.inf), axis=1)[:, -2:]
    top = np.zeros_like(scores)
    np.put_along_axis(top, best, 100.0, axis=1)
    some = has_score.any(axis=1, keepdims=True)
    return np.where(some, np.where(has_score, top, 0.0), np.nan)


def _present(total: Floats) -> Floats:
    return np.where(total > 0, total, np.nan)
