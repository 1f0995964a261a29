"""Best linear prediction of the truth from everything a unit has, one solve per unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats
from analysis.errors import BadInput
from analysis.moments import Components

FEWEST_ANSWERS = 5
UNITS_AT_A_TIME = 256  # bounds the memory of the solves


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """
    What there is to blend; scores of shape (unit, indicator), NaN absent.

    Attributes
    ----------
    covariances : of the perception's sampling error, shape (unit, indicator, indicator)
    reference_variance : of an adjudicated score around the truth
    perception_cap : largest own-cell weight of the perception, shape (indicator,)
    """

    self_scores: Floats
    perception: Floats
    references: Floats
    covariances: Floats
    reference_variance: float
    perception_cap: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What the scores deviate from: the indicators' means and the two common biases."""

    means: Floats
    variances: Floats
    self_bias: float
    self_bias_variance: float
    perception_bias: float
    perception_bias_variance: float


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Arrays of shape (unit, indicator); the weights are those of the cell's own scores."""

    values: Floats
    variances: Floats
    self_weight: Floats
    perception_weight: Floats
    reference_weight: Floats


def sources_of(
    self_scores: ArrayLike,
    perception: ArrayLike,
    covariances: ArrayLike,
    *,
    effective_n: Floats,
    references: ArrayLike,
    reference_variance: float,
    perception_cap: ArrayLike,
) -> Sources:
    """Check the shapes and drop the perceptions that too few answers, or no variance, stand for."""
    own, theirs, audited = (
        np.asarray(values, dtype=np.float64) for values in (self_scores, perception, references)
    )
    errors = np.asarray(covariances, dtype=np.float64)
    units, indicators = own.shape
    for name, values in {
        "perception": theirs,
        "references": audited,
        "effective_n": effective_n,
        "covariances": errors[..., 0] if errors.ndim == own.ndim + 1 else errors,
    }.items():
        if values.shape != own.shape:
            raise BadInput(f"{name} must belong to {units} units and {indicators} indicators")
    variances = np.diagonal(errors, axis1=1, axis2=2)
    known = (effective_n >= FEWEST_ANSWERS) & (variances >= 0) & ~np.isnan(theirs)
    both = known[:, :, None] & known[:, None, :]
    return Sources(
        own,
        np.where(known, theirs, np.nan),
        audited,
        np.where(both, np.nan_to_num(errors), 0.0),
        reference_variance,
        np.broadcast_to(np.asarray(perception_cap, dtype=np.float64), (indicators,)),
    )


def predict(sources: Sources, level: Level, components: Components) -> Posterior:
    """
    Predict theta = m + C_ty C_yy^-1 y for all units.

    The variance adds to the model's that of the estimated means (D^2 Var(m), with D = I minus the
    weights of each source) and that of the two biases.
    """
    units = sources.self_scores.shape[0]
    parts = [
        _predict_some(sources, level, components, slice(start, start + UNITS_AT_A_TIME))
        for start in range(0, units, UNITS_AT_A_TIME)
    ]
    return Posterior(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _predict_some(
    sources: Sources, level: Level, components: Components, units: slice
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    deviations = np.concatenate(
        [
            sources.self_scores[units] - level.self_bias - level.means,
            sources.perception[units] - level.perception_bias - level.means,
            sources.references[units] - level.means,
        ],
        axis=1,
    )
    present = ~np.isnan(deviations)
    of_scores, with_truth = _covariances(sources, components, units, present)
    weights = _weights(of_scores, with_truth, sources.perception_cap)
    n = level.means.size
    by_source = weights.reshape(*weights.shape[:2], 3, n)
    own = np.einsum("uisi->uis", by_source)
    values = level.means + np.einsum("uir,ur->ui", weights, np.where(present, deviations, 0.0))
    model = (
        components.tr
        + components.ta
        - 2 * (weights * with_truth).sum(axis=2)
        + ((weights @ of_scores) * weights).sum(axis=2)
    )
    rest = np.eye(n) - by_source.sum(axis=2)
    sums = by_source.sum(axis=3)
    level_error = (
        rest**2 @ level.variances
        + (rest.sum(axis=2) + sums[:, :, 1]) ** 2 * level.perception_bias_variance
        + sums[:, :, 0] ** 2 * level.self_bias_variance
    )
    return values, model + level_error, own[:, :, 0], own[:, :, 1], own[:, :, 2]


def _covariances(
    sources: Sources, components: Components, units: slice, present: Booleans
) -> tuple[Floats, Floats]:
    """Covariance of the scores (self, perception, reference) and of the truth with them."""
    n = sources.self_scores.shape[1]
    one, identity = np.ones((n, n)), np.eye(n)
    truth = components.ta * one + components.tr * identity
    plain = np.tile(truth, (3, 3))
    plain[:n, :n] += components.tb * one + components.ss * identity
    plain[n : 2 * n, n : 2 * n] += components.th * one + components.om * identity
    plain[2 * n :, 2 * n :] += sources.reference_variance * identity
    of_scores = np.repeat(plain[None], present.shape[0], axis=0)
    of_scores[:, n : 2 * n, n : 2 * n] += sources.covariances[units]
    # An absent score becomes one that is unrelated to everything: it gets no weight.
    both = present[:, :, None] & present[:, None, :]
    of_scores = np.where(both, of_scores, np.eye(3 * n))
    with_truth = np.tile(truth, (1, 3))[None] * present[:, None, :]
    return of_scores, with_truth


def _weights(of_scores: Floats, with_truth: Floats, cap: Floats) -> Floats:
    """Best weights under the cap on each indicator's own perception (Lagrange)."""
    n = cap.size
    precision = np.linalg.inv(of_scores)
    weights = with_truth @ precision
    place = np.arange(n)
    own = weights[:, place, n + place]
    excess = np.maximum(own - cap, 0.0)
    direction = precision[:, n + place, :] / precision[:, n + place, n + place][:, :, None]
    return np.asarray(weights - excess[:, :, None] * direction)
