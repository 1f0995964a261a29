"""Open samples beside a reference sample: model estimates, and labelled as such."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtri

from analysis.arrays import Floats, finite, not_negative
from analysis.designs import Design
from analysis.errors import BadInput
from analysis.estimate import Interval
from analysis.means import total
from analysis.planning.logistic import (
    independent,
    log_linear_regression,
    logistic_regression,
    with_constant,
)
from analysis.scalars import positive, strictly_between
from analysis.weighting import Kish, kish

MODEL_ESTIMATE: Final = "model estimate"
SWEEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """
    A number that rests on a model, not on a random draw.

    Its interval says nothing of who decided to answer for reasons that the covariates do not
    hold: it is not a margin of sampling error, and must not be called one.
    """

    value: float
    standard_error: float
    n: int
    label: str = MODEL_ESTIMATE

    def model_interval(self, level: float = 0.95) -> Interval:
        strictly_between("level", level)
        reach = float(ndtri((1 + level) / 2)) * self.standard_error
        return Interval(self.value - reach, self.value + reach)


@dataclass(frozen=True, slots=True, eq=False)
class PseudoWeights:
    """
    Weights of the open sample; constant first among the coefficients.

    Attributes
    ----------
    weights : (n_open,) people that each open answer stands for
    propensities : (n_open,) fitted chance of being open, in both samples stacked
    coefficients : of the log odds; weight_coefficients : of the log of the reference weight
    kish : effective number of answers
    """

    weights: Floats
    propensities: Floats
    coefficients: Floats
    weight_coefficients: Floats
    kish: Kish


def pseudo_weights(
    open_covariates: ArrayLike,
    reference_covariates: ArrayLike,
    reference_weights: ArrayLike,
    *,
    total_weight: float | None = None,
) -> PseudoWeights:
    """
    Weight an open sample by quasi-randomisation; rake the result to known margins afterwards.

    Parameters
    ----------
    open_covariates, reference_covariates : (n, p) the same questions, 0/1 columns for categories
    reference_weights : (n_reference,) positive design weights
    total_weight : what the weights add up to; None: the sum of the reference weights

    Notes
    -----
    With both samples stacked, p(x) the logistic chance of being open and d(x) the log-linear mean
    of the reference weight, the weight is d(x) (1 - p) / p, scaled: Elliott & Valliant (2017),
    doi:10.1214/16-STS598. It removes what the covariates explain, and nothing else.

    Raises
    ------
    BadInput where covariates repeat each other or separate the two samples
    """
    own = with_constant("open_covariates", open_covariates)
    reference = with_constant("reference_covariates", reference_covariates)
    _alike(own, reference)
    design = not_negative("reference_weights", reference_weights, len(reference))
    if (design <= 0).any():
        row = int(np.flatnonzero(design <= 0)[0])
        raise BadInput(f"reference_weights must be positive, got {design[row]} in row {row}")
    if total_weight is not None:
        positive("total_weight", total_weight)
    independent("reference_covariates", reference)
    stacked = np.vstack([own, reference])
    belongs = np.concatenate([np.ones(len(own)), np.zeros(len(reference))])
    coefficients = logistic_regression(stacked, belongs)
    level = log_linear_regression(reference, design)
    raw = np.exp(own @ (level - coefficients))
    target = float(design.sum()) if total_weight is None else total_weight
    weights = raw * (target / raw.sum())
    return PseudoWeights(weights, expit(own @ coefficients), coefficients, level, kish(weights))


@dataclass(frozen=True, slots=True, eq=False)
class DoublyRobust:
    """
    A doubly robust mean and what it is made of; constant first among the coefficients.

    Attributes
    ----------
    estimate : the mean, a model estimate
    propensity_coefficients : of the log odds of a person of the population to be in the open sample
    outcome_coefficients : of the linear model of the answer
    weights : (n_open,) inverse fitted chances
    """

    estimate: ModelEstimate
    propensity_coefficients: Floats
    outcome_coefficients: Floats
    weights: Floats


def doubly_robust(
    open_values: ArrayLike,
    open_covariates: ArrayLike,
    reference: Design,
    reference_covariates: ArrayLike,
) -> DoublyRobust:
    """
    Estimate a mean that is right if the model of answering OR the model of the answer is.

    Parameters
    ----------
    open_values : (n_open,) without gaps
    open_covariates, reference_covariates : (n, p) the same questions
    reference : the probability sample with its design; its weights add up to the population

    Notes
    -----
    Chen, Li & Wu (2020), doi:10.1080/01621459.2019.1677241: the chances solve
    sum over the open sample of x = sum over the reference of d pi(x) x; the estimate is their
    DR2, the variance their plug-in, with the design variance of the reference part by
    linearisation. The open sample must be a small part of the population, and every kind of
    person must be able to be in it.
    """
    y = finite("open_values", open_values)
    own = with_constant("open_covariates", open_covariates)
    other = with_constant("reference_covariates", reference_covariates)
    _alike(own, other)
    if not hasattr(reference, "mass"):
        raise BadInput(f"reference must be a Sample or another design, got {reference!r}")
    mass = reference.mass
    for name, matrix, n in (("open", own, y.size), ("reference", other, mass.size)):
        if len(matrix) != n:
            raise BadInput(f"{name}_covariates must have {n} rows, got {len(matrix)}")
    independent("open_covariates", own)
    independent("reference_covariates", other)
    theta = _propensities(own, other, mass)
    beta = np.asarray(np.linalg.lstsq(own, y, rcond=None)[0], dtype=np.float64)
    chance = expit(own @ theta)
    n_own, n_other = float((1 / chance).sum()), float(mass.sum())
    residuals = y - own @ beta
    bias = float((residuals / chance).sum()) / n_own
    slope, model_part = _model_part(
        own, residuals - bias, chance, _information(other, mass, theta)
    )
    expected = float(mass @ (other @ beta)) / n_other
    carried = expit(other @ theta) * (other @ slope) + other @ beta - expected
    design_part = (total(reference, carried).standard_error / n_other) ** 2
    error = float(np.sqrt(model_part / n_own**2 + design_part))
    return DoublyRobust(ModelEstimate(bias + expected, error, y.size), theta, beta, 1 / chance)


def _model_part(
    own: Floats, centred: Floats, chance: Floats, information: Floats
) -> tuple[Floats, float]:
    """Slope b of the plug-in variance, and the variance of the open sample's total."""
    slope = np.linalg.solve(information, ((1 / chance - 1) * centred) @ own)
    left = centred / chance - own @ slope
    return np.asarray(slope), float(((1 - chance) * left**2).sum())


def _information(other: Floats, mass: Floats, theta: Floats) -> Floats:
    chance = expit(other @ theta)
    return np.asarray((other * (mass * chance * (1 - chance))[:, None]).T @ other)


def _propensities(own: Floats, other: Floats, mass: Floats) -> Floats:
    """Newton's method for the chances of the people of the population to be in the open sample."""
    reached = own.sum(axis=0)
    share = len(own) / float(mass.sum())
    if not 0 < share < 1:
        raise BadInput(
            f"reference must add up to more people ({mass.sum()}) than answered ({len(own)})"
        )
    theta: Floats = np.zeros(own.shape[1])
    theta[0] = logit(share)
    for _ in range(SWEEPS):
        score = reached - (mass * expit(other @ theta)) @ other
        step = np.linalg.lstsq(_information(other, mass, theta), score, rcond=None)[0]
        # A long first step may overshoot where the open sample is one-sided.
        theta = theta + step * min(1.0, 2.0 / max(float(np.abs(other @ step).max()), 1e-300))
        if np.abs(step).max() < TOLERANCE:
            return np.asarray(theta)
    raise BadInput(
        "open_covariates must lie within the reference: no chances give the open sample's totals"
    )


def _alike(own: Floats, other: Floats) -> None:
    if own.shape[1] != other.shape[1]:
        raise BadInput(
            f"open_covariates and reference_covariates must have the same columns, "
            f"got {own.shape[1] - 1} and {other.shape[1] - 1}"
        )
