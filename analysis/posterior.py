"""Best linear prediction of the truth from everything a unit has, one solve per unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, floats
from analysis.errors import BadInput
from analysis.grids import grid
from analysis.intervals import ROUNDING, TOP_SCORE
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
    effective_n: ArrayLike,
    references: ArrayLike,
    reference_variance: float,
    perception_cap: ArrayLike,
) -> Sources:
    """Check the scores and drop the perceptions that too few answers, or no variance, stand for."""
    own = grid("self_scores", self_scores, low=0, high=TOP_SCORE)
    shape = own.shape
    indicators = shape[1]
    theirs = grid("perception", perception, shape, low=-ROUNDING, high=TOP_SCORE + ROUNDING)
    audited = grid("references", references, shape, low=0, high=TOP_SCORE)
    size = grid("effective_n", effective_n, shape, low=0)
    errors = _errors(covariances, shape)
    cap = floats("perception_cap", perception_cap)
    if cap.shape not in ((), (indicators,)) or not np.all(cap >= 0):
        raise BadInput(f"perception_cap must not be negative, one or {indicators}, got {cap}")
    variances = np.diagonal(errors, axis1=1, axis2=2)
    known = (size >= FEWEST_ANSWERS) & (variances >= 0) & ~np.isnan(theirs)
    both = known[:, :, None] & known[:, None, :]
    return Sources(
        own,
        np.where(known, theirs, np.nan),
        audited,
        np.where(both, np.nan_to_num(errors), 0.0),
        reference_variance,
        np.broadcast_to(cap, (indicators,)),
    )


def _errors(covariances: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Check that every unit's matrix can be one of sampling errors; NaN where one is absent."""
    units, indicators = shape
    errors = floats("covariances", covariances)
    if errors.shape != (*shape, indicators):
        raise BadInput(
            f"covariances must belong to {units} units and {indicators} indicators, "
            f"got shape {errors.shape}"
        )
    if np.isinf(errors).any():
        raise BadInput("covariances must be finite, or NaN where absent; got infinity")
    variances = np.diagonal(errors, axis1=1, axis2=2)
    if np.nanmin(variances, initial=0.0) < 0:
        raise BadInput(f"covariances must have no negative variance, got {np.nanmin(variances)}")
    reach = np.sqrt(variances[:, :, None] * variances[:, None, :]) * (1 + ROUNDING) + ROUNDING
    if (np.abs(errors - errors.swapaxes(1, 2)) > ROUNDING * (1 + reach)).any():
        raise BadInput("covariances must be symmetric in every unit")
    if (np.abs(errors) > reach).any():
        raise BadInput("covariances must not exceed what their variances allow")
    return errors


def predict(sources: Sources, level: Level, components: Components) -> Posterior:
    """
    Predict theta = m + C_ty C_yy^-1 y for all units.

    The variance adds to the model's that of the estimated means (D^2 Var(m), with D = I minus the
    weights of each source) and that of the two biases.

    What is known before the residents speak (self-scores and references) has a covariance of
    independent items with two common shifts, so its inverse is written down; the residents are
    then added by one inverse of the size of the indicators per unit.
    """
    units = sources.self_scores.shape[0]
    parts = [
        _predict_some(sources, level, components, slice(start, start + UNITS_AT_A_TIME))
        for start in range(0, units, UNITS_AT_A_TIME)
    ]
    return Posterior(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class _Weights:
    """Weights of all scores of a unit in each result: (unit, indicator, indicator)."""

    self_scores: Floats
    perception: Floats
    references: Floats

    @property
    def own(self) -> tuple[Floats, Floats, Floats]:
        return (
            np.diagonal(self.self_scores, axis1=1, axis2=2),
            np.diagonal(self.perception, axis1=1, axis2=2),
            np.diagonal(self.references, axis1=1, axis2=2),
        )

    @property
    def rest(self) -> Floats:
        """What is left to the level."""
        n = self.perception.shape[1]
        return np.asarray(np.eye(n) - self.self_scores - self.perception - self.references)


def _predict_some(
    sources: Sources, level: Level, components: Components, units: slice
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    own = sources.self_scores[units] - level.self_bias - level.means
    theirs = sources.perception[units] - level.perception_bias - level.means
    audited = sources.references[units] - level.means
    told = _before_residents(~np.isnan(own), ~np.isnan(audited), components, sources)
    heard = ~np.isnan(theirs)
    errors = _residents_errors(sources.covariances[units], heard, components)
    gain = _gain(told.covariance, errors, heard, sources.perception_cap)
    weights = told.with_residents(gain)
    shift = sum(
        (each @ np.nan_to_num(deviations)[:, :, None])[:, :, 0]
        for each, deviations in (
            (weights.self_scores, own),
            (weights.perception, theirs),
            (weights.references, audited),
        )
    )
    rest = weights.rest
    level_error = (
        rest**2 @ level.variances
        + (rest + weights.perception).sum(axis=2) ** 2 * level.perception_bias_variance
        + weights.self_scores.sum(axis=2) ** 2 * level.self_bias_variance
    )
    variances = _model_variances(told.covariance, errors, gain) + level_error
    return (level.means + shift, variances, *weights.own)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """
    The truth given self-scores and references.

    The weights of the self-scores are diag(`self_own`) + `common` `self_common`', likewise those
    of the references: the two common shifts are the unit's level and its generosity.

    Attributes
    ----------
    covariance : of what is still open, shape (unit, indicator, indicator)
    """

    covariance: Floats
    common: Floats
    self_own: Floats
    self_common: Floats
    reference_own: Floats
    reference_common: Floats

    def with_residents(self, gain: Floats) -> _Weights:
        """Weights after the residents' ``gain``: what they say counts against what was told."""
        kept = np.eye(gain.shape[1]) - gain
        common = kept @ self.common
        return _Weights(
            kept * self.self_own[:, None, :] + common @ self.self_common.swapaxes(1, 2),
            gain,
            kept * self.reference_own[:, None, :] + common @ self.reference_common.swapaxes(1, 2),
        )


def _before_residents(
    has_self: Booleans, has_reference: Booleans, components: Components, sources: Sources
) -> _Told:
    c = components
    both = has_self & has_reference
    of_self, of_reference = c.tr + c.ss, c.tr + sources.reference_variance
    determinant = of_self * of_reference - c.tr**2
    # Per indicator, the inverse of the covariance of its own two scores.
    self_self = np.where(both, of_reference / determinant, has_self / of_self)
    crossed = np.where(both, -c.tr / determinant, 0.0)
    reference_reference = np.where(both, of_self / determinant, has_reference / of_reference)
    # Woodbury: the unit's level moves both scores, its generosity the self-scores alone.
    self_common = np.stack([self_self + crossed, self_self], axis=2)
    reference_common = np.stack([crossed + reference_reference, crossed], axis=2)
    together = self_common + reference_common
    information = np.stack([together.sum(axis=1), self_common.sum(axis=1)], axis=1)
    prior = np.diag([c.ta, c.tb])
    shrunk = np.linalg.solve(np.eye(2) + prior @ information, prior[None])
    common = np.array([c.ta, 0.0]) - (
        c.tr * together + c.ta * information[:, :1]
    ) @ shrunk.swapaxes(1, 2)
    weights = common @ together.swapaxes(1, 2)
    own = c.tr * together[:, :, 0]
    n = own.shape[1]
    weights[:, np.arange(n), np.arange(n)] += own
    open_still = c.ta - c.ta * weights.sum(axis=2)[:, :, None] - c.tr * weights
    return _Told(
        open_still + c.tr * np.eye(n),
        common,
        c.tr * self_common[:, :, 0],
        self_common,
        c.tr * reference_common[:, :, 0],
        reference_common,
    )


def _residents_errors(covariances: Floats, heard: Booleans, components: Components) -> Floats:
    """Covariance of perception around the truth; an absent one is unrelated to everything."""
    n = heard.shape[1]
    errors = covariances + components.th + components.om * np.eye(n)
    both = heard[:, :, None] & heard[:, None, :]
    return np.where(both, errors, np.eye(n))


def _gain(open_still: Floats, errors: Floats, heard: Booleans, cap: Floats) -> Floats:
    """Best weights of perception under the cap on each indicator's own (Lagrange)."""
    both = heard[:, :, None] & heard[:, None, :]
    precision = np.linalg.inv(np.where(both, open_still, 0.0) + errors)
    gain = (open_still * heard[:, None, :]) @ precision
    own = np.diagonal(gain, axis1=1, axis2=2)
    excess = np.maximum(own - cap, 0.0)
    price = excess / np.diagonal(precision, axis1=1, axis2=2)
    return np.asarray(gain - price[:, :, None] * precision)


def _model_variances(open_still: Floats, errors: Floats, gain: Floats) -> Floats:
    """Hold for any gain, also one under a cap (Joseph's form)."""
    kept = np.eye(gain.shape[1]) - gain
    return np.asarray(
        ((kept @ open_still) * kept).sum(axis=2) + ((gain @ errors) * gain).sum(axis=2)
    )
