"""What an estimator answers: frozen values that carry their uncertainty, unrounded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isnan, nan, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from analysis.arrays import Floats, Integers
from analysis.errors import BadInput
from analysis.logistic import LogisticFit
from analysis.scalars import strictly_between


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def checked_level(level: float) -> float:
    return strictly_between("level", level)


def t_quantile(level: float, degrees_of_freedom: float) -> float:
    """Half-width, in standard errors, of a two-sided interval; NaN without degrees of freedom."""
    upper = (1 + checked_level(level)) / 2
    return float(stdtrit(degrees_of_freedom, upper)) if degrees_of_freedom > 0 else nan


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """
    An estimate under the weights of each replicate.

    Attributes
    ----------
    values : (replicates,) NaN where nobody of the domain has a weight
    full : the estimate under the full weights
    rscales : (replicates,) the variance is their sum of squared deviations, times a scale
    mse : deviations are from ``full``, not from the mean of the replicates
    """

    values: Floats
    full: float
    rscales: Floats
    mse: bool

    @property
    def deviations(self) -> Floats:
        known = np.isfinite(self.values)
        among = known & (self.rscales > 0)
        if not among.any():
            return np.full(self.values.size, nan)
        centre = self.full if self.mse else float(self.values[among].mean())
        return np.where(known, self.values, nan) - centre

    def of(self, transform: Callable[[Floats], Floats]) -> "Replicates":
        """Return the replicates of a function of the estimate."""
        with np.errstate(divide="ignore", invalid="ignore"):
            full = float(transform(np.array([self.full]))[0])
            return Replicates(transform(self.values), full, self.rscales, self.mse)


Status = Literal["estimated", "no data", "variance not estimable"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    A number estimated from a sample.

    A number that cannot be estimated is NaN, and ``status`` says why: "no data" (nobody has a
    value) or "variance not estimable" (one first-stage unit, or only strata with one).

    Attributes
    ----------
    n : respondents who enter the estimate, unweighted
    degrees_of_freedom : first-stage units with an answer minus their strata
    design_effect : variance over that of a simple random sample without replacement
    design_effect_with_replacement : the same, the simple random sample drawn with replacement
    kish_n : sum(w)^2 / sum(w^2) of those who enter
    sample_n : respondents of the sample that was asked, with or without a value
    sample_degrees_of_freedom : degrees of freedom of that sample
    deviations : linearised values (or replicate deviations) that covariances are made of
    replicates : the estimate under replicate weights, None for a linearised variance
    logistic : of a proportion, the regression that R's intervals start from
    """

    value: float
    standard_error: float
    degrees_of_freedom: float
    n: int
    design_effect: float = nan
    design_effect_with_replacement: float = nan
    kish_n: float = nan
    sample_n: float = nan
    sample_degrees_of_freedom: float = nan
    deviations: Floats | None = field(default=None, repr=False, compare=False)
    own_interval: Callable[[float], Interval] | None = field(
        default=None, repr=False, compare=False
    )
    replicates: Replicates | None = field(default=None, repr=False, compare=False)
    logistic: LogisticFit | None = field(default=None, repr=False, compare=False)

    @property
    def status(self) -> Status:
        if isnan(self.value):
            return "no data"
        return "variance not estimable" if isnan(self.standard_error) else "estimated"

    @property
    def variance(self) -> float:
        return self.standard_error**2

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """Interval of Student's t, or the estimator's own (Woodruff for quantiles)."""
        if self.own_interval is not None:
            return self.own_interval(level)
        reach = t_quantile(level, self.degrees_of_freedom) * self.standard_error
        return Interval(self.value - reach, self.value + reach)


@dataclass(frozen=True, slots=True, eq=False)
class DomainEstimates:
    """
    One estimate per domain, as parallel arrays; ``covariance`` only where it was asked for.

    ``each`` are the estimates themselves, with what their own intervals are made of.
    """

    labels: NDArray[Any]
    values: Floats
    standard_errors: Floats
    degrees_of_freedom: Floats
    n: Integers
    covariance: Floats | None = None
    each: tuple[Estimate, ...] = field(default=(), repr=False)

    def estimate(self, label: object) -> Estimate:
        """Return the estimate of one domain, without its deviations."""
        places = np.flatnonzero(self.labels == label)
        if places.size != 1:
            raise BadInput(f"label {label!r} is not one of the domains {self.labels.tolist()}")
        at = int(places[0])
        if self.each:
            return self.each[at]
        return Estimate(
            value=float(self.values[at]),
            standard_error=float(self.standard_errors[at]),
            degrees_of_freedom=float(self.degrees_of_freedom[at]),
            n=int(self.n[at]),
        )


@dataclass(frozen=True, slots=True)
class TestResult:
    """
    A test of a hypothesis.

    ``degrees_of_freedom`` holds one number (t, chi-squared) or two (F). A t-test also says the
    difference it tested, as an ``Estimate`` with the degrees of freedom of the test.
    """

    __test__ = False  # the name is the field's own; pytest must not collect it

    statistic: float
    degrees_of_freedom: tuple[float, ...]
    p_value: float
    estimate: Estimate | None = None


def standard_error_of(variance: float) -> float:
    """Square root that forgives the rounding below zero of a variance that is zero."""
    return sqrt(max(variance, 0.0)) if variance == variance else nan
