"""The design behind cells: strata, sampling units and the population of each group."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

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

EVIDENCE = ("A", "B", "C")


@dataclass(frozen=True, slots=True, eq=False)
class CellDesign:
    """What is known of each group; every array has shape (group,).

    Attributes
    ----------
    strata : 0..H-1, distinct between units that were sampled apart
    clusters : 0..K-1, nested in the strata; -1: each respondent is a sampling unit
    population : how many sampling units each stratum has, shape (stratum,), where known
    parts : the domains within strata
    """

    weights: Floats
    domains: Integers
    strata: Integers
    clusters: Integers
    population: "Population | None"
    n_domains: int
    parts: "Parts" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _parts(self.domains, self.strata))

    @property
    def is_clustered(self) -> bool:
        return bool((self.clusters >= 0).any())

    @property
    def clustered_domains(self) -> Booleans:
        """Domains with a cluster, if only one."""
        clustered = np.zeros(self.n_domains, dtype=np.bool_)
        clustered[self.domains[self.clusters >= 0]] = True
        return clustered


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """
    What a drawn sample is a part of.

    Attributes
    ----------
    sizes : sampling units by stratum, or sampling fractions; NaN: unknown
    are_fractions : as `Sample` reads it, where no size is above 1
    drawn : per domain; only a drawn sample has a population that its respondents are a share of
    """

    sizes: Floats
    are_fractions: bool
    drawn: Booleans


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A part is a domain within a stratum."""

    of_group: Integers
    domain: Integers
    stratum: Integers

    @property
    def number(self) -> int:
        return self.domain.size


@dataclass(frozen=True, slots=True, eq=False)
class ClusterUnits:
    """What of a cluster lies in one domain.

    Attributes
    ----------
    groups : those that have a cluster
    of_group : the unit of each of them
    part, cluster : of each unit
    """

    groups: Integers
    of_group: Integers
    part: Integers
    cluster: Integers

    def sums(self, values: Floats) -> Floats:
        """Sum by unit what is given by group."""
        return sums(self.of_group, values[self.groups], self.part.size)


def evidence_letters(evidence: ArrayLike, group_domains: ArrayLike) -> NDArray[np.str_]:
    """Return the letter of each domain, from one for all or one each."""
    labels = np.asarray(evidence, dtype=np.str_)
    places = np.asarray(group_domains)
    # Whether these are domains at all is checked with the design.
    domains = int(places.max(initial=-1)) + 1 if places.dtype.kind in "iu" else labels.size
    if labels.ndim == 0:
        labels = np.full(domains, labels)
    if labels.ndim > 1 or labels.size > domains:
        raise BadInput(
            f"evidence must have one letter for each of {domains} domains, "
            f"got shape {labels.shape}"
        )
    unknown = labels[~np.isin(labels, EVIDENCE)]
    if unknown.size:
        raise BadInput(f"evidence must be one of {', '.join(EVIDENCE)}, got {str(unknown[0])!r}")
    return labels


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
    stratum = own if strata is None else coded("group_strata", _labels(strata), n_groups)[1]
    population = None
    if population_sizes is not None:
        sizes = numbers("population_sizes", population_sizes, n_groups)
        population = _population(sizes, stratum, drawn)
    return CellDesign(
        not_negative("group_weights", weights, n_groups),
        own,
        stratum,
        _clusters(clusters, stratum),
        population,
        drawn.size,
    )


def _labels(labels: ArrayLike) -> NDArray[Any]:
    """Keep NaN and None beside text what they are: numpy would spell them out."""
    return labels if isinstance(labels, np.ndarray) else np.array(labels, dtype=object)


def _population(sizes: Floats, strata: Integers, drawn: Booleans) -> Population:
    if np.any(sizes <= 0):
        raise BadInput(f"population_sizes must be positive, got {sizes[sizes <= 0][0]}")
    by_stratum = np.full(int(strata.max(initial=-1)) + 1, np.nan)
    by_stratum[strata] = sizes
    same = (sizes == by_stratum[strata]) | (np.isnan(sizes) & np.isnan(by_stratum[strata]))
    if not same.all():
        group = np.flatnonzero(~same)[0]
        raise BadInput(
            "population_sizes must be the same number throughout a stratum, "
            f"got {sizes[group]} in group {group} and {by_stratum[strata[group]]} in another"
        )
    known = by_stratum[~np.isnan(by_stratum)]
    are_fractions = known.size > 0 and known.max() <= 1 and known.min() < 1
    return Population(by_stratum, bool(are_fractions), drawn)


def _clusters(labels: ArrayLike | None, strata: Integers) -> Integers:
    """Number the clusters within their strata; -1 where the label is absent."""
    clusters = np.full_like(strata, -1)
    if labels is None:
        return clusters
    names = _labels(labels)
    if names.shape != strata.shape:
        raise BadInput(f"group_clusters must have {strata.size} labels, got {names.shape}")
    given = np.flatnonzero(has_label(names) & (names.astype(np.str_) != ""))
    codes = coded("group_clusters", names[given], given.size)[1]
    clusters[given] = combined(strata[given], codes)
    return clusters


def cluster_units(design: CellDesign) -> ClusterUnits:
    groups = np.flatnonzero(design.clusters >= 0)
    of_group = combined(design.parts.of_group[groups], design.clusters[groups])
    part, cluster = np.zeros((2, int(of_group.max(initial=-1)) + 1), dtype=np.int64)
    part[of_group], cluster[of_group] = design.parts.of_group[groups], design.clusters[groups]
    return ClusterUnits(groups, of_group, part, cluster)


def _parts(domains: Integers, strata: Integers) -> Parts:
    of_group = combined(domains, strata)
    n_parts = int(of_group.max(initial=-1)) + 1
    domain, stratum = np.zeros((2, n_parts), dtype=np.int64)
    domain[of_group], stratum[of_group] = domains, strata
    return Parts(of_group, domain, stratum)
