"""What people answered: every domain (unit, audience, series) and item at once, from cells."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.absent import median_present
from analysis.arrays import Booleans, Floats, Integers, sums
from analysis.cell_scores import ScoredCells, score_cells, score_table
from analysis.cell_shares import share_cells
from analysis.cell_variance import (
    CellDesign,
    DomainVariances,
    LinearSums,
    cell_design,
    cluster_variances,
    independent_variances,
)
from analysis.cells import CellCounts
from analysis.errors import BadInput
from analysis.intervals import bounded_interval, half_answer_moments
from analysis.margin_fit import Margins, margin_fit
from analysis.pairs import PairMoments, sampling_covariance, within_correlation

FEW_CLUSTERS = 10
ASSUMED_INTRACLASS_CORRELATION = 0.06
EQUAL_ANSWERS = 1e-6  # a variance of the answers that is rounding alone


@dataclass(frozen=True, slots=True, eq=False)
class PerceptionEstimates:
    """
    Arrays of shape (domain, item), NaN where nobody answered.

    Domains of evidence C (open link) have values, shares and counts but no standard error, degrees
    of freedom or interval: nobody knows how its respondents came to answer.

    Attributes
    ----------
    standard_errors
        By linearisation; the spread of the half-answer beta where the design says nothing (all
        answers equal, or one sampling unit): never zero.
    n, n_asked : respondents, unweighted; asked = answered, did not know or refused
    effective_n : Kish's number of answers over the design effect of clusters
    mean_squares : weighted mean of x squared
    dispersion : (mean square - mean^2) / (mean (100 - mean)), NaN at 0 and 100
    distribution : weighted share of each code, shape (domain, item, code)
    top_two : weighted share of the two codes with the highest scores
    dont_know_share, refused_share : among those asked, weighted
    enough : n is at least minimum_n
    sampling_variances : without finite population correction, for gaps, trends and blends
    """

    values: Floats
    standard_errors: Floats
    low: Floats
    high: Floats
    degrees_of_freedom: Floats
    n: Integers
    n_asked: Integers
    effective_n: Floats
    mean_squares: Floats
    dispersion: Floats
    distribution: Floats
    top_two: Floats
    dont_know_share: Floats
    refused_share: Floats
    enough: Booleans
    sampling_variances: Floats
    evidence: NDArray[np.str_]
    pairing: "Pairing | None" = field(repr=False)

    def covariance(self, domain: int) -> Floats:
        """Sampling covariance of a domain's items, shape (item, item); NaN where one is absent."""
        if self.pairing is None:
            raise BadInput("covariance needs the pairs of count_pairs: cells do not hold it")
        pairing = self.pairing
        weights = np.where(pairing.domains == domain, pairing.weights, 0.0)
        variances = self.sampling_variances[domain]
        return sampling_covariance(pairing.pairs, pairing.correlation, weights, variances)


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """What the covariance of one domain is made of when it is asked for."""

    pairs: PairMoments
    correlation: Floats
    weights: Floats
    domains: Integers


def perception(
    cells: CellCounts,
    group_weights: ArrayLike,
    group_domains: ArrayLike,
    scores: ArrayLike,
    *,
    group_strata: ArrayLike | None,
    group_clusters: ArrayLike | None = None,
    population_sizes: ArrayLike | None = None,
    margins: Margins | None = None,
    pairs: PairMoments | None = None,
    evidence: ArrayLike,
    minimum_n: int = 10,
) -> PerceptionEstimates:
    """
    Estimate the mean score of every domain and item with its uncertainty.

    Parameters
    ----------
    cells : from `count_cells`
    group_weights : weight of each respondent of a group, shape (group,)
    group_domains : 0..D-1, shape (group,)
    scores : 0-100 per code, shape (code,) or (item, code); NaN: the code has none, and where such
        a code was given there is a distribution but no mean
    group_strata : labels, distinct between units that were sampled apart; a stratum may hold
        several domains (subgroups of one sample). None: every domain is a stratum of its own
    group_clusters : labels of the sampling units, read within their stratum; where a label is
        absent (None, NaN or empty text) each respondent is one
    population_sizes : sampling units in the population of the group's stratum, for the finite
        population correction, which evidence A alone gets; NaN: unknown
    margins : as given to `rake` when every domain was raked by itself; the standard errors are
        then those of the residuals on the margins
    pairs : from `count_pairs`, for `covariance`
    evidence : "A", "B" or "C", shape (domain,)

    References
    ----------
    Lumley (2010), Complex Surveys, chapters 2 and 7; Sarndal, Swensson & Wretman (1992), 5.10.
    """
    table = score_table(scores, cells)
    labels = np.atleast_1d(np.asarray(evidence, dtype=np.str_))
    design = cell_design(
        weights=group_weights,
        domains=group_domains,
        strata=group_strata,
        clusters=group_clusters,
        population_sizes=population_sizes,
        drawn=labels == "A",
        n_groups=cells.counts.shape[0],
    )
    scored = score_cells(cells, design.weights, design.domains, table, labels.size)
    linear = _linear_sums(cells, scored, design, margins)
    variances = cluster_variances(design, linear)
    n = sums(design.domains, scored.answers, labels.size)
    enough = n >= minimum_n
    effective_n = scored.kish_n / _cluster_effects(design, linear, variances, n, enough)
    inferred = (labels != "C")[:, None] & ~np.isnan(scored.means)
    shares = share_cells(cells, design, table)
    interval = bounded_interval(scored.means, scored.mean_squares, effective_n)
    floor = _floor(scored, variances, effective_n)
    return PerceptionEstimates(
        values=scored.means,
        standard_errors=np.where(
            inferred, np.sqrt(np.where(floor > 0, floor, variances.corrected)), np.nan
        ),
        low=np.where(inferred, interval.low, np.nan),
        high=np.where(inferred, interval.high, np.nan),
        degrees_of_freedom=np.where(inferred, variances.degrees_of_freedom, np.nan),
        n=n.astype(np.int64),
        n_asked=shares.n_asked,
        effective_n=effective_n,
        mean_squares=scored.mean_squares,
        dispersion=dispersion(scored.means, scored.mean_squares),
        distribution=shares.distribution,
        top_two=shares.top_two,
        dont_know_share=shares.dont_know,
        refused_share=shares.refused,
        enough=enough,
        sampling_variances=np.where(
            inferred, np.where(floor > 0, floor, variances.variances), np.nan
        ),
        evidence=labels,
        pairing=_pairing(pairs, design),
    )


def dispersion(means: Floats, mean_squares: Floats) -> Floats:
    """Variance of the answers over the largest variance that a mean of 0-100 allows."""
    largest = means * (100 - means)
    inside = largest > 0
    return np.where(inside, (mean_squares - means**2) / np.where(inside, largest, 1.0), np.nan)


def _linear_sums(
    cells: CellCounts, scored: ScoredCells, design: CellDesign, margins: Margins | None
) -> LinearSums:
    """Sums over each group of the linearised value (x - mean) / W of its respondents."""
    mean = np.nan_to_num(scored.means)[design.domains]
    total = np.where(scored.weight_sums > 0, scored.weight_sums, np.inf)[design.domains]
    first = (scored.first - mean * scored.answers) / total
    second = (scored.second - 2 * mean * scored.first + mean**2 * scored.answers) / total**2
    asked = cells.asked.astype(np.float64)
    if not margins:
        return LinearSums(first, second, asked, scored.answers)
    people = cells.respondents.astype(np.float64)
    fit = margin_fit(
        design.domains,
        design.weights * people,
        design.weights[:, None] * first,
        margins,
        design.n_domains,
    )
    everybody = people[:, None]
    return LinearSums(
        first - everybody * fit,
        second - 2 * fit * first + everybody * fit**2,
        asked,
        scored.answers,
    )


def _cluster_effects(
    design: CellDesign,
    linear: LinearSums,
    clustered: DomainVariances,
    n: Floats,
    enough: Booleans,
) -> Floats:
    """Design effect of clusters: the domain's median item, or assumed where clusters are few."""
    if not (design.clusters >= 0).any():
        return np.ones_like(n)
    units = clustered.sampling_units
    size = n / np.maximum(units, 1)
    assumed = 1 + np.maximum(size - 1, 0) * ASSUMED_INTRACLASS_CORRELATION
    independent = independent_variances(design, linear).variances
    usable = (units >= FEW_CLUSTERS) & enough & (independent > 0)
    ratio = np.where(usable, clustered.variances / np.where(usable, independent, 1.0), np.nan)
    median = median_present(ratio, axis=1)[:, None]
    return np.where((units >= FEW_CLUSTERS) & ~np.isnan(median), np.maximum(median, 1.0), assumed)


def _floor(scored: ScoredCells, variances: DomainVariances, effective_n: Floats) -> Floats:
    """Variance where the design gives none (equal answers, no degree of freedom), 0 elsewhere."""
    spread = scored.mean_squares - scored.means**2
    silent = (variances.degrees_of_freedom <= 0) | (spread < EQUAL_ANSWERS)
    n = np.where(effective_n > 0, effective_n, np.nan)
    return np.where(silent, half_answer_moments(scored.means, scored.mean_squares, n)[1], 0.0)


def _pairing(pairs: PairMoments | None, design: CellDesign) -> Pairing | None:
    if pairs is None:
        return None
    correlation = within_correlation(pairs, design.domains)
    return Pairing(pairs, correlation, design.weights, design.domains)
