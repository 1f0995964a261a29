"""Design-based variance of domain means, straight from cells.

The sums are exact: respondents of a group share weight, stratum and primary sampling unit, so the
first two moments of a group's scores hold all that the linearised variance needs.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import (
    Booleans,
    Floats,
    Integers,
    coded,
    combined,
    has_label,
    not_negative,
    numbers,
    sums,
)
from analysis.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class CellDesign:
    """What is known of each group; every array has shape (group,).

    Attributes
    ----------
    strata : 0..H-1, distinct between units that were sampled apart
    clusters : 0..K-1, nested in the strata; -1: each respondent is a sampling unit
    population_sizes : sampling units in the population of the group's stratum; NaN: unknown
    parts : the domains within strata
    """

    weights: Floats
    domains: Integers
    strata: Integers
    clusters: Integers
    population_sizes: Floats | None
    n_domains: int
    parts: "_Parts" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _parts(self.domains, self.strata))

    @property
    def is_clustered(self) -> bool:
        return bool((self.clusters >= 0).any())


@dataclass(frozen=True, slots=True, eq=False)
class LinearSums:
    """Sums over a group's respondents of the linearised value and of its square: (group, item)."""

    first: Floats
    second: Floats
    asked: Floats
    answered: Floats


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


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """A part is a domain within a stratum."""

    of_group: Integers
    domain: Integers
    stratum: Integers

    @property
    def number(self) -> int:
        return self.domain.size


def cell_design(
    *,
    weights: ArrayLike,
    domains: ArrayLike,
    strata: ArrayLike | None,
    clusters: ArrayLike | None,
    population_sizes: ArrayLike | None,
    drawn: Booleans,
    n_groups: int,
) -> CellDesign:
    """Check and number what `perception` was given; ``drawn`` tells the domains of evidence A."""
    places = np.asarray(domains)
    if places.shape != (n_groups,) or places.dtype.kind not in "iu":
        raise BadInput(f"group_domains must be {n_groups} integers, got shape {places.shape}")
    if places.size and not 0 <= places.min() <= places.max() < drawn.size:
        raise BadInput(
            f"group_domains must lie in 0..{drawn.size - 1} (one evidence per domain), "
            f"found {places.min()}..{places.max()}"
        )
    own = places.astype(np.int64)
    stratum = own if strata is None else coded("group_strata", strata, n_groups)[1]
    sizes = None
    if population_sizes is not None:
        # Only a drawn sample has a population that its respondents are a share of.
        known = numbers("population_sizes", population_sizes, n_groups)
        if np.any(known <= 0):
            raise BadInput(f"population_sizes must be positive, got {known[known <= 0][0]}")
        sizes = np.where(drawn[own], known, np.nan)
    return CellDesign(
        not_negative("group_weights", weights, n_groups),
        own,
        stratum,
        _clusters(clusters, stratum),
        sizes,
        drawn.size,
    )


def _clusters(labels: ArrayLike | None, strata: Integers) -> Integers:
    """Number the clusters within their strata; -1 where the label is absent."""
    clusters = np.full_like(strata, -1)
    if labels is None:
        return clusters
    names = np.asarray(labels)
    if names.shape != strata.shape:
        raise BadInput(f"group_clusters must have {strata.size} labels, got {names.shape}")
    given = np.flatnonzero(has_label(names) & (names.astype(np.str_) != ""))
    codes = coded("group_clusters", names[given], given.size)[1]
    clusters[given] = combined(strata[given], codes)
    return clusters


def independent_variances(design: CellDesign, linear: LinearSums) -> DomainVariances:
    """Variance as if each respondent were a sampling unit of their own."""
    return cluster_variances(replace(design, clusters=np.full_like(design.strata, -1)), linear)


def cluster_variances(design: CellDesign, linear: LinearSums) -> DomainVariances:
    """Variance with the design's clusters as sampling units, respondents where it names none."""
    parts = design.parts
    if not design.is_clustered:
        return _domain_variances(design, _within_alone(design, linear), linear)
    weights = design.weights[:, None]
    alone = (design.clusters < 0)[:, None]
    labelled = np.flatnonzero(design.clusters >= 0)
    unit_of_group = combined(parts.of_group[labelled], design.clusters[labelled])
    n_units = int(unit_of_group.max(initial=-1)) + 1
    part_of_unit = np.zeros(n_units, dtype=np.int64)
    part_of_unit[unit_of_group] = parts.of_group[labelled]
    unit_total = sums(unit_of_group, (weights * linear.first)[labelled], n_units)
    has_answer = sums(unit_of_group, linear.answered[labelled], n_units) > 0
    square = sums(parts.of_group, alone * weights**2 * linear.second, parts.number)
    units = sums(parts.of_group, alone * linear.answered, parts.number)
    within = (
        sums(parts.of_group, weights * linear.first, parts.number),
        square + sums(part_of_unit, unit_total**2, parts.number),
        units + sums(part_of_unit, has_answer.astype(np.float64), parts.number),
    )
    return _domain_variances(design, within, linear)


def _within_alone(design: CellDesign, linear: LinearSums) -> tuple[Floats, Floats, Floats]:
    """Total, sum of squares and number of the sampling units of each part: respondents all."""
    parts = design.parts
    weights = design.weights[:, None]
    return (
        gathered(parts.of_group, weights * linear.first, parts.number),
        gathered(parts.of_group, weights**2 * linear.second, parts.number),
        gathered(parts.of_group, linear.answered, parts.number),
    )


def gathered(codes: Integers, values: Floats, n_codes: int) -> Floats:
    """`sums`, at no cost where each row has a code of its own, in order."""
    if codes.size == n_codes and np.array_equal(codes, np.arange(n_codes)):
        return values
    return sums(codes, values, n_codes)


def _parts(domains: Integers, strata: Integers) -> _Parts:
    of_group = combined(domains, strata)
    n_parts = int(of_group.max(initial=-1)) + 1
    domain, stratum = np.zeros((2, n_parts), dtype=np.int64)
    domain[of_group], stratum[of_group] = domains, strata
    return _Parts(of_group, domain, stratum)


def _units_with(design: CellDesign, people: Floats) -> Floats:
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
    n = _units_with(design, linear.asked)[parts.stratum]
    # A stratum with one sampling unit is centred at the sample's own mean, which is zero here.
    lonely = n <= 1
    n_safe = np.where(lonely, 2.0, n)
    centred = np.where(lonely, square, n_safe / (n_safe - 1) * (square - total**2 / n_safe))
    units = sums(parts.domain, answered, design.n_domains)
    strata = sums(parts.domain, (answered > 0).astype(np.float64), design.n_domains)
    variances = np.maximum(sums(parts.domain, centred, design.n_domains), 0.0)
    corrected = variances
    if design.population_sizes is not None:
        fraction = _sampled_fraction(
            design.strata, design.population_sizes, _units_with(design, linear.answered)
        )
        centred = (1 - fraction[parts.stratum]) * centred
        corrected = np.maximum(sums(parts.domain, centred, design.n_domains), 0.0)
    return DomainVariances(variances, corrected, units - strata, units)


def _sampled_fraction(strata: Integers, population_sizes: Floats, responding: Floats) -> Floats:
    """Answered over population, per stratum and item; 0 where the population is not known."""
    population = np.full(responding.shape[0], np.nan)
    population[strata] = population_sizes
    fraction = responding / population[:, None]
    if np.any(fraction > 1):
        raise BadInput("population_sizes are smaller than the number of units that answered")
    return np.where(np.isnan(fraction), 0.0, fraction)
