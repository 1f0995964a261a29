"""What people answered: every domain (unit, audience, series) and item at once, from cells."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, Integers
from analysis.cell_covariance import ClusterSums
from analysis.cell_design import cell_design, evidence_letters
from analysis.cell_moments import (
    Answered,
    Moments,
    cluster_effects,
    margin_fit,
    moments_of,
    silent,
    spoken,
)
from analysis.cell_scores import score_table
from analysis.cell_shares import Shares, share_cells, top_two_scores
from analysis.cells import CellCounts
from analysis.errors import BadInput
from analysis.intervals import (
    TOP_SCORE,
    Intervals,
    answers_worth,
    bounded_interval,
    exact_limits,
)
from analysis.margin_fit import Margins
from analysis.pairing import Pairing, pairing_of
from analysis.pairs import PairMoments
from analysis.scalars import real_number
from analysis.whole_numbers import whole_number


@dataclass(frozen=True, eq=False)
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
    enough : n is at least minimum_n
    sampling_variances : without finite population correction, for gaps, trends and blends
    """

    values: Floats
    standard_errors: Floats
    degrees_of_freedom: Floats
    n: Integers
    n_asked: Integers
    effective_n: Floats
    mean_squares: Floats
    enough: Booleans
    sampling_variances: Floats
    evidence: NDArray[np.str_]
    answered: Answered = field(repr=False)
    pairing: Pairing | None = field(repr=False)

    @property
    def low(self) -> Floats:
        """Lower 95 % limit, of the half-answer beta; NaN for scores that are not 0-100."""
        return self._interval.low

    @property
    def high(self) -> Floats:
        return self._interval.high

    @property
    def dispersion(self) -> Floats:
        """(mean square - mean^2) / (mean (100 - mean)), NaN at 0 and 100."""
        return dispersion(self.values, self.mean_squares)

    @property
    def distribution(self) -> Floats:
        """Weighted share of each code, shape (domain, item, code)."""
        return self._shares.distribution

    @property
    def dont_know_share(self) -> Floats:
        """Among those asked, weighted; who refused is apart."""
        return self._shares.dont_know

    @property
    def refused_share(self) -> Floats:
        return self._shares.refused

    @cached_property
    def top_two(self) -> Floats:
        """Weighted share of the two codes with the highest scores."""
        best = top_two_scores(self.answered.scores) / TOP_SCORE
        return np.asarray((self.distribution * best).sum(axis=2))

    @property
    def top_two_low(self) -> Floats:
        """Lower 95 % limit of `top_two`, exact for the answers that its own variance amounts to.

        Korn and Graubard's p (1 - p) / V, corrected for degrees of freedom, at most Kish's number;
        at 0, at 1 and where V says nothing `effective_n`.
        """
        return self._top_two_interval.low

    @property
    def top_two_high(self) -> Floats:
        return self._top_two_interval.high

    @cached_property
    def top_two_standard_errors(self) -> Floats:
        """By linearisation, of the share as a mean of zeros and ones; never zero, as for means."""
        moments = self._top_two_moments
        found = np.sqrt(spoken(moments, moments.corrected, self.effective_n)) / TOP_SCORE
        return np.where(self._inferred, found, np.nan)

    def covariance(self, domain: int) -> Floats:
        """Sampling covariance of a domain's items, shape (item, item); NaN where one is absent.

        From the sampling units where the domain has clusters, otherwise from the pairs; without
        finite population correction, as `sampling_variances`.
        """
        place = whole_number("domain", domain, 0, self.values.shape[0] - 1)
        variances = self.sampling_variances[place]
        if np.isnan(variances).all():
            return np.full((variances.size, variances.size), np.nan)
        if self.is_clustered[place]:
            is_told = self.degrees_of_freedom[place] > 0
            return self._cluster_sums.covariance(place, variances, is_told, self.pairing)
        if self.pairing is None:
            raise BadInput("covariance needs the pairs of count_pairs: cells do not hold it")
        return self.pairing.covariance(place, variances)

    @property
    def is_clustered(self) -> Booleans:
        """Domains with a cluster, if only one, shape (domain,)."""
        return self.answered.design.clustered_domains

    @cached_property
    def _cluster_sums(self) -> ClusterSums:
        return ClusterSums.of(self.answered)

    @property
    def _inferred(self) -> Booleans:
        return np.asarray((self.evidence != "C")[:, None] & ~np.isnan(self.values))

    @cached_property
    def _interval(self) -> Intervals:
        scores = self.answered.scores
        bounded = ~((scores < 0) | (scores > TOP_SCORE)).any(axis=1)
        means = np.where(self._inferred & bounded, self.values, np.nan)
        return bounded_interval(means, self.mean_squares, self.effective_n)

    @cached_property
    def _top_two_interval(self) -> Intervals:
        moments = self._top_two_moments
        spread = np.nan_to_num(moments.mean_squares - moments.means**2)
        answers = answers_worth(spread, moments.corrected, self.n, moments.degrees_of_freedom)
        # Unequal weights make a variance that is too small by chance: few then carry the rest.
        found = np.where(silent(moments), self.effective_n, np.fmin(answers, moments.kish_n))
        share = np.where(self._inferred, self.top_two, np.nan)
        return exact_limits(share, np.minimum(self.n, found))

    @cached_property
    def _top_two_moments(self) -> Moments:
        return moments_of(replace(self.answered, scores=top_two_scores(self.answered.scores)))

    @cached_property
    def _shares(self) -> Shares:
        return share_cells(self.answered.cells, self.answered.design)


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
    group_base_weights: ArrayLike | None = None,
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
        a code was given `distribution` has it, but `values` and all that follows from it is NaN
    group_strata : labels, distinct between units that were sampled apart; a stratum may hold
        several domains (subgroups of one sample). None: every domain is a stratum of its own
    group_clusters : labels of the sampling units, read within their stratum; where a label is
        absent (None, NaN or empty text) each respondent is one
    population_sizes : sampling units in the population of the group's stratum, for the finite
        population correction, which evidence A alone gets; NaN: unknown. One number per stratum;
        where none is above 1 they are sampling fractions, as for `Sample`
    margins : as given to `rake` when every domain was raked by itself; the standard errors are
        then those of the residuals on the margins
    group_base_weights : weights before raking, shape (group,), with which the regression on the
        margins is done, as `weighted_sample` does; left out, the final weights
    pairs : from `count_pairs`, for `covariance` of domains without clusters
    evidence : "A", "B" or "C", shape (domain,), or one letter for all
    minimum_n : answers that an item needs to be `enough`, and to tell of clusters

    Raises
    ------
    BadInput
        Names the argument: lengths, negative or infinite weights or scores, an unknown letter of
        evidence, population sizes that differ within a stratum, pairs of other groups, answers,
        scores or weights.

    References
    ----------
    Lumley (2010), Complex Surveys, chapters 2 and 7, doi:10.1002/9780470580066; Sarndal, Swensson
    & Wretman (1992), Model Assisted Survey Sampling, 5.10.

    Examples
    --------
    >>> from analysis import count_cells
    >>> cells = count_cells(np.zeros(4, dtype=int), np.array([[0, 2, 4, 4]]), 1, 5)
    >>> people = perception(
    ...     cells, [1.0], [0], [0, 25, 50, 75, 100], group_strata=None, evidence=["A"]
    ... )
    >>> float(people.values[0, 0]), float(people.standard_errors[0, 0].round(2))
    (62.5, 23.94)
    """
    if not isinstance(cells, CellCounts):
        raise BadInput(f"cells must come from count_cells, got {type(cells).__name__}")
    table = score_table(scores, cells)
    labels = evidence_letters(evidence, group_domains)
    least = real_number("minimum_n", minimum_n, 0)
    design = cell_design(
        weights=group_weights,
        domains=group_domains,
        strata=group_strata,
        clusters=group_clusters,
        population_sizes=population_sizes,
        drawn=labels == "A",
        n_groups=cells.counts.shape[0],
    )
    source = Answered(cells, design, table, margin_fit(cells, design, margins, group_base_weights))
    moments = moments_of(source)
    enough = moments.n >= least
    effective_n = moments.kish_n / cluster_effects(moments, design, enough)
    inferred = (labels != "C")[:, None] & ~np.isnan(moments.means)
    corrected = spoken(moments, moments.corrected, effective_n)
    return PerceptionEstimates(
        values=moments.means,
        standard_errors=np.where(inferred, np.sqrt(corrected), np.nan),
        degrees_of_freedom=np.where(inferred, moments.degrees_of_freedom, np.nan),
        n=moments.n.astype(np.int64),
        n_asked=moments.n_asked.astype(np.int64),
        effective_n=effective_n,
        mean_squares=moments.mean_squares,
        enough=enough,
        sampling_variances=np.where(
            inferred, spoken(moments, moments.variances, effective_n), np.nan
        ),
        evidence=labels,
        answered=source,
        pairing=pairing_of(pairs, design, cells, table),
    )


def dispersion(means: Floats, mean_squares: Floats) -> Floats:
    """Variance of the answers over the largest variance that a mean of 0-100 allows."""
    largest = means * (100 - means)
    inside = largest > 0
    return np.where(inside, (mean_squares - means**2) / np.where(inside, largest, 1.0), np.nan)
