"""What an estimator asks of a design, linearised or replicated, and the estimate it makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, finite_or_none
from analysis.errors import BadInput
from analysis.estimate import Estimate, Replicates, standard_error_of
from analysis.replication import ReplicateSample
from analysis.sample import Sample


class Design(Protocol):
    """``Sample`` and ``ReplicateSample`` answer it."""

    @property
    def counts(self) -> Floats: ...
    @property
    def mass(self) -> Floats: ...
    @property
    def respondents(self) -> float: ...
    @property
    def first_stage_units(self) -> float: ...
    @property
    def degrees_of_freedom(self) -> float: ...
    def domain(self, rows: Integers) -> Self: ...
    def replicated(self, value_at: Callable[[Floats], float]) -> Replicates | None: ...
    def covariance(self, deviations: Floats) -> Floats: ...
    def spread(self, deviations: Floats, rows: Integers, n: int) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """The part of a design that has a weight and every variable asked for."""

    whole: Design
    part: Design
    rows: Integers
    variables: tuple[Floats, ...]

    @property
    def mass(self) -> Floats:
        return self.part.mass

    @property
    def n(self) -> int:
        return round(float(self.part.counts.sum()))

    @property
    def sample_degrees_of_freedom(self) -> float:
        """Degrees of freedom of everybody with a weight, whether they have a value or not."""
        weighted = np.flatnonzero(self.whole.mass != 0).astype(np.int64)
        if weighted.size == self.rows.size:
            return self.part.degrees_of_freedom
        return self.whole.domain(weighted).degrees_of_freedom

    def estimate(
        self,
        value_at: Callable[[Floats], float],
        scores: Floats,
        *,
        centred: bool = True,
        simple_variance: float = nan,
    ) -> Estimate:
        """
        Estimate a number with its linearised (or replicated) variance.

        Parameters
        ----------
        value_at : the number under given weights of the rows
        scores : its derivative by the weight of a respondent
        centred : the scores sum to zero over the domain, so one unit tells nothing of the variance
        simple_variance : variance under simple random sampling with replacement
        """
        mass = self.mass
        replicates = self.part.replicated(value_at)
        deviations = scores if replicates is None else replicates.deviations
        variance = float(self.part.covariance(deviations[:, None])[0, 0])
        if centred and self.part.first_stage_units <= 1:
            variance = nan  # R answers 0 here, which would read as certainty
        population = float(mass.sum())
        not_drawn = max(population - self.n, 0) / population
        return Estimate(
            value=value_at(mass),
            standard_error=standard_error_of(variance),
            degrees_of_freedom=self.part.degrees_of_freedom,
            n=self.n,
            design_effect=_ratio(variance, simple_variance * not_drawn),
            design_effect_with_replacement=_ratio(variance, simple_variance),
            kish_n=population**2 / float(mass @ (mass / self.part.counts)),
            sample_n=self.whole.respondents,
            sample_degrees_of_freedom=self.sample_degrees_of_freedom,
            deviations=self.whole.spread(deviations, self.rows, self.whole.mass.size),
            replicates=replicates,
        )


def answered(design: Design, **variables: ArrayLike) -> Answered:
    """Keep the rows that have a weight and every variable; NaN is "not in the domain"."""
    mass = checked_design(design).mass
    arrays = [finite_or_none(name, variable, mass.size) for name, variable in variables.items()]
    kept = mass != 0
    for array in arrays:
        kept = kept & ~np.isnan(array)
    rows = np.flatnonzero(kept).astype(np.int64)
    part = design if rows.size == mass.size else design.domain(rows)
    return Answered(design, part, rows, tuple(array[rows] for array in arrays))


def checked_design(design: Design) -> Design:
    if not isinstance(design, Sample | ReplicateSample):
        got = type(design).__name__
        raise BadInput(f"sample must be a Sample or a ReplicateSample, got {got}")
    return design


def no_data(design: Design) -> Estimate:
    """Return the estimate of an empty domain."""
    none = np.zeros(0)
    nothing = design.spread(none, np.zeros(0, dtype=np.int64), design.mass.size)
    return Estimate(nan, nan, 0.0, 0, deviations=nothing)


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else nan
