"""Means of all domains and items with their variances, in one pass over the cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from analysis.absent import median_present
from analysis.arrays import Booleans, Floats, not_negative, sums
from analysis.cell_design import CellDesign
from analysis.cell_scores import ScoredCells, score_cells
from analysis.cell_variance import (
    DomainVariances,
    LinearSums,
    cluster_variances,
    independent_variances,
)
from analysis.cells import CellCounts
from analysis.intervals import half_answer_moments
from analysis.margin_fit import MarginFit, Margins

FEW_CLUSTERS = 10
ASSUMED_INTRACLASS_CORRELATION = 0.06
EQUAL_ANSWERS = 1e-6  # a variance of the answers that is rounding alone
ITEMS_AT_A_TIME = 8  # bounds memory; what a few items need also stays in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What the estimates are made of, kept for the figures that not everybody asks for."""

    cells: CellCounts
    design: CellDesign
    scores: Floats
    margins: MarginFit | None


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What one pass over the cells gives, shape (domain, item)."""

    means: Floats
    mean_squares: Floats
    n: Floats
    n_asked: Floats
    kish_n: Floats
    square_sums: Floats
    variances: Floats
    corrected: Floats
    degrees_of_freedom: Floats
    sampling_units: Floats
    cluster_effects: Floats  # of each item by itself; NaN where the sample does not tell


def margin_fit(
    cells: CellCounts, design: CellDesign, margins: Margins | None, base_weights: ArrayLike | None
) -> MarginFit | None:
    """Prepare the regression on the margins, with the weights before raking where given."""
    base = design.weights
    if base_weights is not None:
        base = not_negative("group_base_weights", base_weights, base.size)
    if not margins:
        return None
    people = cells.respondents.astype(np.float64)
    return MarginFit(design.domains, base, people, margins, design.n_domains)


def moments_of(source: Answered) -> Moments:
    """Go over the items, a few at a time."""
    blocks = [_block(source.design, scored, linear) for scored, linear in linearised(source)]
    return Moments(*(np.concatenate(parts, axis=1) for parts in zip(*blocks, strict=True)))


def linearised(source: Answered) -> Iterator[tuple[ScoredCells, LinearSums]]:
    design = source.design
    for start in range(0, max(source.scores.shape[0], 1), ITEMS_AT_A_TIME):
        items = slice(start, start + ITEMS_AT_A_TIME)
        cells = CellCounts(source.cells.counts[:, items], source.cells.missing[:, items])
        scored = score_cells(
            cells, design.weights, design.domains, source.scores[items], design.n_domains
        )
        yield scored, _linear_sums(cells, scored, source)


def _block(design: CellDesign, scored: ScoredCells, linear: LinearSums) -> Iterator[Floats]:
    found = cluster_variances(design, linear)
    asked = np.where(design.weights[:, None] > 0, linear.asked, 0.0)
    return iter(
        (
            scored.means,
            scored.mean_squares,
            scored.n,
            sums(design.domains, asked, design.n_domains),
            scored.kish_n,
            scored.square_sums,
            found.variances,
            found.corrected,
            found.degrees_of_freedom,
            found.sampling_units,
            _own_cluster_effects(design, linear, found),
        )
    )


def _linear_sums(cells: CellCounts, scored: ScoredCells, source: Answered) -> LinearSums:
    """Sums over each group of the linearised value (x - mean) / W of its respondents."""
    design = source.design
    means = np.nan_to_num(scored.means)
    totals = np.where(scored.weight_sums > 0, scored.weight_sums, np.inf)
    mean, total = (np.asfortranarray(each[design.domains]) for each in (means, totals))
    first = (scored.first - mean * scored.answers) / total
    second = (scored.second - mean * (2 * scored.first - mean * scored.answers)) / total**2
    asked = cells.asked.astype(np.float64, order="F")
    answered = scored.answers
    weighed = answered
    if not design.weights.all():
        weighed = np.where(design.weights[:, None] > 0, answered, 0.0)
    if source.margins is None:
        return LinearSums(first, second, asked, answered, weighed)
    fit = source.margins.fitted(first)
    everybody = cells.respondents[:, None]
    squares = second - 2 * fit * first + everybody * fit**2
    return LinearSums(first - everybody * fit, squares, asked, answered, weighed)


def typical_ratio(degrees_of_freedom: Floats) -> Floats:
    """Median of a mean square over its expectation (Wilson & Hilferty 1931).

    A design effect of few clusters lies below the truth more often than above it.
    """
    freedom = np.maximum(degrees_of_freedom, 1.0)
    return np.asarray((1 - 2 / (9 * freedom)) ** 3)


def _own_cluster_effects(
    design: CellDesign, linear: LinearSums, clustered: DomainVariances
) -> Floats:
    if not design.is_clustered:
        return np.full(clustered.variances.shape, np.nan)
    independent = independent_variances(design, linear).variances
    usable = (clustered.sampling_units >= FEW_CLUSTERS) & (independent > 0)
    ratio = clustered.variances / np.where(usable, independent, 1.0)
    # Where respondents are sampling units of their own the two variances are one.
    has_clusters = design.clustered_domains[:, None]
    typical = np.where(has_clusters, typical_ratio(clustered.degrees_of_freedom), 1.0)
    return np.where(usable, ratio / typical, np.nan)


def cluster_effects(moments: Moments, design: CellDesign, enough: Booleans) -> Floats:
    """Design effect of clusters: the domain's median item, or the item's own where that is larger.

    A median steadies what few clusters tell, but an item that divides the clusters more than the
    others do would seem far too sure. Where clusters are few the effect is assumed.
    """
    if not design.is_clustered:
        return np.ones_like(moments.n)
    units = moments.sampling_units
    # The loss by unequal weights is in Kish's number already.
    size = moments.kish_n / np.maximum(units, 1)
    assumed = 1 + np.maximum(size - 1, 0) * ASSUMED_INTRACLASS_CORRELATION
    median = median_present(np.where(enough, moments.cluster_effects, np.nan), axis=1)[:, None]
    found = np.maximum(np.fmax(moments.cluster_effects, median), 1.0)
    return np.where((units >= FEW_CLUSTERS) & ~np.isnan(median), found, assumed)


def silent(moments: Moments) -> Booleans:
    """Where the sampling units say nothing of the variance.

    That is where all answers are equal, where those of each sampling unit balance each other, and
    where no degree of freedom is left.
    """
    spread = moments.mean_squares - moments.means**2
    return np.asarray(
        (moments.degrees_of_freedom <= 0)
        | (spread < EQUAL_ANSWERS)
        | (moments.variances < EQUAL_ANSWERS**2)
    )


def spoken(moments: Moments, variances: Floats, effective_n: Floats) -> Floats:
    """The design's variance, or the half-answer beta's where the design says nothing.

    It says nothing where `silent`.
    """
    n = np.where(effective_n > 0, effective_n, np.nan)
    floor = half_answer_moments(moments.means, moments.mean_squares, n)[1]
    return cast("Floats", np.where(silent(moments) & (floor > 0), floor, variances))
