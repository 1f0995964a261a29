"""A sample: weights and design as frozen arrays; refuses bad input once, at the door."""

from copy import copy
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, not_negative, whole
from analysis.errors import BadInput
from analysis.scalars import one_of
from analysis.stages import Stage, stages_of
from analysis.variance import Singleton, covariance_of_totals

S = TypeVar("S")


class Residuals(Protocol):
    """What calibrated weights leave of a linearised variable (see ``analysis.weighting``)."""

    def of(self, scores: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The whole calibrated sample, the rows of it that are looked at, and its residuals."""

    whole: "Sample"
    rows: Integers
    residuals: Residuals


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Sample:
    """
    Respondents with their weights and design.

    Parameters
    ----------
    weights : (n,) weight of each respondent, zero or more
    strata : (n,) labels, or (n, stages)
    clusters : (n,) labels, read within their stratum; (n, 2) for two stages. None: each
        respondent was drawn on their own
    population_sizes : shape of ``clusters`` ((n,) without): units in the population of the
        stratum, or throughout a stage the sampling fractions. None: with replacement, no finite
        population correction
    counts : (n,) identical respondents that a row stands for, 1 when left out
    singleton : what a stratum with one unit drawn does: "fail", "remove" or "certainty" (adds
        nothing), "adjust" (deviates from the grand mean), "average" (as the other strata)

    Raises
    ------
    BadInput
        naming the argument and the value; for a singleton under "fail" when a variance is asked

    References
    ----------
    The design object of R's survey package (Lumley 2004, doi:10.18637/jss.v009.i08).
    """

    weights: Floats
    counts: Floats
    stages: tuple[Stage, ...]
    singleton: Singleton
    calibration: Calibration | None

    def __init__(  # noqa: PLR0917  (the face of a sample, all of it by place, too)
        self,
        weights: ArrayLike,
        strata: ArrayLike | None = None,
        clusters: ArrayLike | None = None,
        population_sizes: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        singleton: Singleton = "fail",
    ) -> None:
        one_of("singleton", singleton, get_args(Singleton))
        checked = not_negative("weights", weights)
        times = np.ones(checked.size)
        if counts is not None:
            times = whole("counts", counts, checked.size)
        stages = stages_of(times, strata, clusters, population_sizes)
        _put(
            self,
            weights=checked,
            counts=times,
            stages=stages,
            singleton=singleton,
            calibration=None,
        )

    @property
    def mass(self) -> Floats:
        """Weight of each row: of one respondent, times the respondents it stands for."""
        return self.weights * self.counts

    def domain(self, rows: Integers) -> Self:
        """Keep some rows of the same design: what is outside counts as zero, not as absent."""
        calibration = self.calibration
        if calibration is not None:
            calibration = Calibration(
                calibration.whole, calibration.rows[rows], calibration.residuals
            )
        return _put(
            copy(self),
            weights=self.weights[rows],
            counts=self.counts[rows],
            stages=tuple(stage.rows(rows) for stage in self.stages),
            calibration=calibration,
        )

    def calibrated(self, weights: Floats, residuals: Residuals | None) -> Self:
        """Return the sample with other weights, whose variance is that of the residuals."""
        whole = _put(copy(self), weights=weights, calibration=None)
        if residuals is None:
            return whole
        calibration = Calibration(whole, np.arange(weights.size), residuals)
        return _put(copy(whole), calibration=calibration)

    def covariance(self, deviations: Floats) -> Floats:
        """Return the covariance of estimates, from their (rows, estimates) linearised values."""
        if self.calibration is None:
            weighted = self.weights[:, None] * deviations
            return covariance_of_totals(weighted, self.counts, self.stages, self.singleton)
        whole = self.calibration.whole
        scores = np.zeros((whole.weights.size, deviations.shape[1]))
        scores[self.calibration.rows] = deviations
        return whole.covariance(self.calibration.residuals.of(scores))

    def replicated(self, _value_at: object) -> None:
        """Nothing: the variance of this design is linearised."""

    def spread(self, deviations: Floats, rows: Integers, n: int) -> Floats:
        """Return the deviations of a domain as those of the ``n`` rows it was taken from."""
        spread = np.zeros(n)
        spread[rows] = deviations
        return spread

    @property
    def respondents(self) -> float:
        """Respondents drawn; after calibration those outside the domain too, as R counts them."""
        whole = self if self.calibration is None else self.calibration.whole
        return float(whole.counts.sum())

    @property
    def first_stage_units(self) -> float:
        """Units of the first stage that have a row here."""
        stage = self.stages[0]
        return float(self.counts.sum() if stage.units is None else stage.strata.size)

    @property
    def degrees_of_freedom(self) -> float:
        """Units of the first stage that have a row here, minus their strata."""
        return self.first_stage_units - np.unique(self.stages[0].strata).size


def _put(sample: S, **fields: object) -> S:
    for name, value in fields.items():
        if isinstance(value, np.ndarray):
            value = value.view()
            value.flags.writeable = False
        object.__setattr__(sample, name, value)
    return sample


def checked_sample(sample: object) -> Sample:
    if not isinstance(sample, Sample):
        raise BadInput(f"sample must be a Sample, got {type(sample).__name__}")
    return sample
