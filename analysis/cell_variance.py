"""Design-based variance of domain means, straight from cells.

The sums are exact: respondents of a group share weight, stratum and primary sampling unit, so the
first two moments of a group's scores hold all that the linearised variance needs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import (
    Booleans,
    Floats,
    Integers,
    coded,
    combined,
    not_negative,
    numbers,
    sums,
)


@dataclass(frozen=True, slots=True, eq=False)
class CellDesign:
    """What is known of each group; every array has shape (group,).

    Attributes
    ----------
    strata : 0..H-1, distinct between units that were sampled apart
    clusters : 0..K-1, nested in the strata; None: each respondent is a sampling unit
    population_sizes : sampling units in the population of the group's stratum; NaN: unknown
    """

    weights: Floats
    domains: Integers
    strata: Integers
    clusters: Integers | None
    population_sizes: Floats | None
    n_domains: int


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
        raise ValueError(f"group_domains must be {n_groups} integers, got shape {places.shape}")
    if places.size and not 0 <= places.min() <= places.max() < drawn.size:
        raise ValueError(
            f"group_domains must lie in 0..{drawn.size - 1} (one evidence per domain), "
            f"found {places.min()}..{places.max()}"
        )
    own = places.astype(np.int64)
    stratum = own if strata is None else coded("group_strata", strata, n_groups)[1]
    cluster = None if clusters is None else coded("group_clusters", clusters, n_groups)[1]
    sizes = None
    if population_sizes is not None:
        # Only a drawn sample has a population that its respondents are a share of.
        known = numbers("population_sizes", population_sizes, n_groups)
        sizes = np.where(drawn[own], known, np.nan)
    return CellDesign(
        not_negative("group_weights", weights, n_groups),
        own,
        stratum,
        None if cluster is None else combined(stratum, cluster),
        sizes,
        drawn.size,
    )


def independent_variances(design: CellDesign, linear: LinearSums) -> DomainVariances:
    """Variance with each respondent a sampling unit of their own."""
    parts = _parts(design)
    weights = design.weights[:, None]
    total = sums(parts.of_group, weights * linear.first, parts.number)
    square = sums(parts.of_group, weights**2 * linear.second, parts.number)
    answered = sums(parts.of_group, linear.answered, parts.number)
    n_strata = int(design.strata.max(initial=-1)) + 1
    sampled = sums(design.strata, linear.asked, n_strata)
    responding = sums(design.strata, linear.answered, n_strata)
    return _domain_variances(design, parts, (total, square, answered), (sampled, responding))


def cluster_variances(design: CellDesign, linear: LinearSums) -> DomainVariances:
    """Variance with the groups' clusters as sampling units."""
    if design.clusters is None:
        return independent_variances(design, linear)
    parts = _parts(design)
    unit_of_group = combined(parts.of_group, design.clusters)
    n_units = int(unit_of_group.max(initial=-1)) + 1
    part_of_unit = np.zeros(n_units, dtype=np.int64)
    part_of_unit[unit_of_group] = parts.of_group
    unit_total = sums(unit_of_group, design.weights[:, None] * linear.first, n_units)
    has_answer = (sums(unit_of_group, linear.answered, n_units) > 0).astype(np.float64)
    within = (
        sums(part_of_unit, unit_total, parts.number),
        sums(part_of_unit, unit_total**2, parts.number),
        sums(part_of_unit, has_answer, parts.number),
    )
    # A cluster counts for its stratum also where none of it belongs to the domain.
    of_strata = (_clusters_with(design, linear.asked), _clusters_with(design, linear.answered))
    return _domain_variances(design, parts, within, of_strata)


def _parts(design: CellDesign) -> _Parts:
    of_group = combined(design.domains, design.strata)
    n_parts = int(of_group.max(initial=-1)) + 1
    domain, stratum = np.zeros((2, n_parts), dtype=np.int64)
    domain[of_group], stratum[of_group] = design.domains, design.strata
    return _Parts(of_group, domain, stratum)


def _clusters_with(design: CellDesign, people: Floats) -> Floats:
    """Count, per stratum and item, the clusters where anybody is among ``people``."""
    assert design.clusters is not None  # noqa: S101
    n_clusters = int(design.clusters.max(initial=-1)) + 1
    stratum = np.zeros(n_clusters, dtype=np.int64)
    stratum[design.clusters] = design.strata
    present = (sums(design.clusters, people, n_clusters) > 0).astype(np.float64)
    return sums(stratum, present, int(design.strata.max(initial=-1)) + 1)


def _domain_variances(
    design: CellDesign,
    parts: _Parts,
    within: tuple[Floats, Floats, Floats],
    of_strata: tuple[Floats, Floats],
) -> DomainVariances:
    total, square, answered = within
    sampled, responding = of_strata
    n = sampled[parts.stratum]
    # A stratum with one sampling unit is centred at the sample's own mean, which is zero here.
    lonely = n <= 1
    n_safe = np.where(lonely, 2.0, n)
    centred = np.where(lonely, square, n_safe / (n_safe - 1) * (square - total**2 / n_safe))
    fraction = _sampled_fraction(design, responding)[parts.stratum]
    units = sums(parts.domain, answered, design.n_domains)
    strata = sums(parts.domain, (answered > 0).astype(np.float64), design.n_domains)
    return DomainVariances(
        np.maximum(sums(parts.domain, centred, design.n_domains), 0.0),
        np.maximum(sums(parts.domain, (1 - fraction) * centred, design.n_domains), 0.0),
        units - strata,
        units,
    )


def _sampled_fraction(design: CellDesign, responding: Floats) -> Floats:
    """Answered over population, per stratum and item; 0 where the population is not known."""
    if design.population_sizes is None:
        return np.zeros_like(responding)
    population = np.full(responding.shape[0], np.nan)
    population[design.strata] = design.population_sizes
    fraction = responding / population[:, None]
    if np.any(fraction > 1):
        raise ValueError("population_sizes are smaller than the number of units that answered")
    return np.where(np.isnan(fraction), 0.0, fraction)
