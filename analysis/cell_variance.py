"""Design-based variance of domain means, straight from cells.

The sums are exact: respondents of a group share weight, stratum and primary sampling unit, so the
first two moments of a group's scores hold all that the linearised variance needs.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import Floats, Integers, sums
from analysis.cell_design import CellDesign, Parts, Population, cluster_units
from analysis.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class LinearSums:
    """Sums over a group's respondents of the linearised value and of its square: (group, item).

    ``weighed`` are those of the ``answered`` who have a weight: the others were drawn, but are no
    part of the estimate.
    """

    first: Floats
    second: Floats
    asked: Floats
    answered: Floats
    weighed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class DomainVariances:
    """All of shape (domain, item).

    Attributes
    ----------
    variances : with replacement, as gaps, trends and the blend need them
    corrected : after the finite population correction
    sampling_units : units with an answer in the domain
    """

    variances: Floats
    corrected: Floats
    degrees_of_freedom: Floats
    sampling_units: Floats


def independent_variances(design: CellDesign, linear: LinearSums) -> DomainVariances:
    """Variance as if each respondent were a sampling unit of their own, whatever the population.

    How many respondents the population has is not what is known of clusters.
    """
    alone = replace(design, clusters=np.full_like(design.strata, -1), population=None)
    return cluster_variances(alone, linear)


def cluster_variances(design: CellDesign, linear: LinearSums) -> DomainVariances:
    """Variance with the design's clusters as sampling units, respondents where it names none."""
    parts = design.parts
    if not design.is_clustered:
        return _domain_variances(design, _within_alone(design, linear), linear)
    weights = design.weights[:, None]
    alone = (design.clusters < 0)[:, None]
    clustered = cluster_units(design)
    unit_total = clustered.sums(weights * linear.first)
    has_answer = clustered.sums(linear.weighed) > 0
    square = sums(parts.of_group, alone * weights**2 * linear.second, parts.number)
    units = sums(parts.of_group, alone * linear.weighed, parts.number)
    within = (
        sums(parts.of_group, weights * linear.first, parts.number),
        square + sums(clustered.part, unit_total**2, parts.number),
        units + sums(clustered.part, has_answer.astype(np.float64), parts.number),
    )
    return _domain_variances(design, within, linear)


def _within_alone(design: CellDesign, linear: LinearSums) -> tuple[Floats, Floats, Floats]:
    """Total, sum of squares and number of the sampling units of each part: respondents all."""
    parts = design.parts
    weights = design.weights[:, None]
    return (
        gathered(parts.of_group, weights * linear.first, parts.number),
        gathered(parts.of_group, weights**2 * linear.second, parts.number),
        gathered(parts.of_group, linear.weighed, parts.number),
    )


def gathered(codes: Integers, values: Floats, n_codes: int) -> Floats:
    """`sums`, at no cost where each row has a code of its own, in order."""
    if codes.size == n_codes and np.array_equal(codes, np.arange(n_codes)):
        return values
    return sums(codes, values, n_codes)


def units_with(design: CellDesign, people: Floats) -> Floats:
    """
    Count, per stratum and item, the sampling units where anybody is among ``people``.

    A unit counts for its stratum also where none of it belongs to the domain.
    """
    n_strata = int(design.strata.max(initial=-1)) + 1
    if not design.is_clustered:
        return gathered(design.strata, people, n_strata)
    labelled = np.flatnonzero(design.clusters >= 0)
    cluster = design.clusters[labelled]
    n_clusters = int(cluster.max(initial=-1)) + 1
    stratum = np.zeros(n_clusters, dtype=np.int64)
    stratum[cluster] = design.strata[labelled]
    present = (sums(cluster, people[labelled], n_clusters) > 0).astype(np.float64)
    alone = sums(design.strata, (design.clusters < 0)[:, None] * people, n_strata)
    return alone + sums(stratum, present, n_strata)


def _domain_variances(
    design: CellDesign, within: tuple[Floats, Floats, Floats], linear: LinearSums
) -> DomainVariances:
    total, square, answered = within
    parts = design.parts
    n = units_with(design, linear.asked)[parts.stratum]
    # A stratum with one sampling unit is centred at the sample's own mean, which is zero here.
    lonely = n <= 1
    n_safe = np.where(lonely, 2.0, n)
    centred = np.where(lonely, square, n_safe / (n_safe - 1) * (square - total**2 / n_safe))
    units = sums(parts.domain, answered, design.n_domains)
    strata = sums(parts.domain, (answered > 0).astype(np.float64), design.n_domains)
    variances = np.maximum(sums(parts.domain, centred, design.n_domains), 0.0)
    corrected = variances
    if design.population is not None:
        fraction = _sampled_fraction(design.population, parts, units_with(design, linear.answered))
        centred = (1 - fraction) * centred
        corrected = np.maximum(sums(parts.domain, centred, design.n_domains), 0.0)
    return DomainVariances(variances, corrected, units - strata, units)


def _sampled_fraction(population: Population, parts: Parts, responding: Floats) -> Floats:
    """Answered over population, per part and item; 0 where the population is not known."""
    sizes = np.broadcast_to(population.sizes[:, None], responding.shape)
    fraction = (sizes if population.are_fractions else responding / sizes)[parts.stratum]
    fraction = np.where(population.drawn[parts.domain][:, None], fraction, 0.0)
    if np.any(fraction > 1):
        raise BadInput("population_sizes are smaller than the number of units that answered")
    return np.where(np.isnan(fraction), 0.0, fraction)
