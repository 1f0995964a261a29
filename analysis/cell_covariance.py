"""How the means of a domain's items err together where clusters were sampled."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analysis.arrays import Booleans, Floats, Integers, sums
from analysis.cell_design import CellDesign, ClusterUnits, cluster_units
from analysis.cell_moments import EQUAL_ANSWERS, Answered, linearised
from analysis.cell_variance import units_with
from analysis.errors import BadInput
from analysis.pairing import Pairing, nearest_correlation


@dataclass(frozen=True, slots=True, eq=False)
class ClusterSums:
    """
    Sums of the linearised values over sampling units, of all items.

    Attributes
    ----------
    totals : of what of a cluster lies in one domain, shape (unit, item)
    strata : of each cluster
    asked : whether anybody of a cluster was asked, shape (cluster, item)
    sizes : sampling units where anybody was asked, shape (stratum, item)
    part_totals : shape (part, item)
    alone_totals, alone_squares, alone_asked
        Of the respondents who are sampling units of their own, shape (part, item), the last one
        (stratum, item)
    """

    design: CellDesign
    units: ClusterUnits
    strata: Integers
    totals: Floats
    asked: Floats
    sizes: Floats
    part_totals: Floats
    alone_totals: Floats
    alone_squares: Floats
    alone_asked: Floats

    @classmethod
    def of(cls, source: Answered) -> Self:
        design = source.design
        units, parts = cluster_units(design), design.parts
        n_clusters, n_strata = (
            int(codes.max(initial=-1)) + 1 for codes in (design.clusters, design.strata)
        )
        weights = design.weights[:, None]
        alone = (design.clusters < 0)[:, None]
        clusters = design.clusters[units.groups]
        blocks = [
            (
                units.sums(weights * linear.first),
                (sums(clusters, linear.asked[units.groups], n_clusters) > 0).astype(np.float64),
                units_with(design, linear.asked),
                sums(parts.of_group, weights * linear.first, parts.number),
                sums(parts.of_group, alone * weights * linear.first, parts.number),
                sums(parts.of_group, alone * weights**2 * linear.second, parts.number),
                sums(design.strata, alone * linear.asked, n_strata),
            )
            for _scored, linear in linearised(source)
        ]
        strata = np.zeros(n_clusters, dtype=np.int64)
        strata[clusters] = design.strata[units.groups]
        found = (np.concatenate(each, axis=1) for each in zip(*blocks, strict=True))
        return cls(design, units, strata, *found)

    def covariance(
        self, domain: int, variances: Floats, is_told: Booleans, pairing: Pairing | None
    ) -> Floats:
        """
        Covariance of a domain's means: sum of n/(n-1) (z_i - mean) (z_j - mean) over clusters.

        Items correlate far more between clusters than between people, which a correlation of the
        answers does not tell. That one is used for respondents without a cluster, and for items
        whose clusters tell nothing (all answers equal).

        Parameters
        ----------
        variances : the diagonal, shape (item,); NaN gives NaN
        is_told : whether it is the variance that the sampling units gave
        """
        between, alone = self._between(domain), self._alone(domain)
        total = np.diag(between) + alone
        told = is_told & (total > EQUAL_ANSWERS**2)
        present = ~np.isnan(variances)
        answers = np.zeros_like(between)
        if (present & (~told | (alone > 0))).any():
            if pairing is None:
                raise BadInput(
                    f"covariance of domain {domain} needs the pairs of count_pairs: it has "
                    "respondents without a cluster, or items whose answers are all equal"
                )
            answers = pairing.correlations(domain)
        spread = np.sqrt(alone)
        scale = np.sqrt(np.where(told, total, 1.0))
        correlation = (between + answers * np.outer(spread, spread)) / np.outer(scale, scale)
        if (present & ~told).any():
            correlation = nearest_correlation(np.where(np.outer(told, told), correlation, answers))
        error = np.sqrt(variances)
        covariance = correlation * np.outer(error, error)
        np.fill_diagonal(covariance, variances)
        return np.asarray(covariance)

    def _between(self, domain: int) -> Floats:
        """Sum of products over the clusters of the domain's strata, those without members too."""
        parts, units = self.design.parts, self.units
        own = np.flatnonzero(parts.domain == domain)
        place_of_stratum = np.full(self.sizes.shape[0], -1)
        place_of_stratum[parts.stratum[own]] = np.arange(own.size)
        place_of_cluster = place_of_stratum[self.strata]
        clusters = np.flatnonzero(place_of_cluster >= 0)
        place = place_of_cluster[clusters]
        members = np.flatnonzero(parts.domain[units.part] == domain)
        factor, centre = self._centring(own)
        deviations = -self.asked[clusters] * centre[place]
        deviations[np.searchsorted(clusters, units.cluster[members])] += self.totals[members]
        deviations *= np.sqrt(factor)[place]
        return np.asarray(deviations.T @ deviations)

    def _alone(self, domain: int) -> Floats:
        """Sum of squares of the respondents without a cluster."""
        own = np.flatnonzero(self.design.parts.domain == domain)
        factor, centre = self._centring(own)
        asked = self.alone_asked[self.design.parts.stratum[own]]
        squares = self.alone_squares[own] - 2 * centre * self.alone_totals[own] + asked * centre**2
        return np.asarray(np.maximum((factor * squares).sum(axis=0), 0.0))

    def _centring(self, parts: Integers) -> tuple[Floats, Floats]:
        """n/(n-1) and the mean of the sampling units; a lonely one is centred at zero."""
        n = self.sizes[self.design.parts.stratum[parts]]
        lonely = n <= 1
        factor = np.where(lonely, 1.0, n / np.where(lonely, 1.0, n - 1))
        return factor, np.where(lonely, 0.0, self.part_totals[parts] / np.where(lonely, 1.0, n))
