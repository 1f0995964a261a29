"""The level that scores deviate from: each indicator's mean and the biases of the two sources."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Booleans, Floats
from analysis.moments import Components
from analysis.posterior import Level, Sources


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """
    What is known of the level from outside the scores; None where nothing is.

    Attributes
    ----------
    reference_probability : chance of each cell to be audited, shape (unit, indicator)
    means : published truth of each indicator, shape (indicator,)
    self_bias : published bias of self-scores
    """

    reference_probability: Floats | None
    means: Floats | None
    self_bias: float | None


@dataclass(frozen=True, slots=True)
class Bias:
    value: float
    variance: float


def level_of(sources: Sources, components: Components, anchors: Anchors) -> Level:
    """
    Estimate the level from references, or anchor it on the residents' mean where there are none.

    Without references nobody can tell whether all residents are too harsh: the perception's bias
    is then zero by definition and the self-scores' bias is their mean distance from it.
    """
    if np.isnan(sources.references).all():
        perception_bias = Bias(0.0, 0.0)
        self_bias = _anchored_bias(sources, components, anchors)
    else:
        probability = anchors.reference_probability
        perception_bias = mean_bias(sources.perception - sources.references, probability)
        self_bias = mean_bias(sources.self_scores - sources.references, probability)
    means, variances = _means(
        sources, components, (self_bias.value, perception_bias.value), anchors.means
    )
    return Level(
        means,
        variances,
        self_bias.value,
        self_bias.variance,
        perception_bias.value,
        perception_bias.variance,
    )


def mean_bias(differences: Floats, probability: Floats | None = None) -> Bias:
    """
    Mean of the unit means, or weighted by 1 / probability, with its variance between units.

    Parameters
    ----------
    differences : shape (unit, indicator), NaN absent
    """
    present: Booleans = ~np.isnan(differences)
    each_unit = np.maximum(present.sum(axis=1, keepdims=True), 1)
    weights = np.where(present, 1 / each_unit if probability is None else 1 / probability, 0.0)
    total = float(weights.sum())
    units = int(present.any(axis=1).sum())
    if units == 0:
        return Bias(0.0, 0.0)
    value = float((weights * np.where(present, differences, 0.0)).sum()) / total
    residuals = (weights * np.where(present, differences - value, 0.0)).sum(axis=1)
    spread = units / max(units - 1, 1) * float(residuals @ residuals)
    return Bias(value, spread / total**2)


def _anchored_bias(sources: Sources, components: Components, anchors: Anchors) -> Bias:
    if anchors.self_bias is not None:
        return Bias(anchors.self_bias, 0.0)
    differences = sources.self_scores - sources.perception
    cells = ~np.isnan(differences)
    units = max(int(cells.any(axis=1).sum()), 1)
    own = components.ss + components.om + _mean_sampling_variance(sources)
    variance = (components.tb + components.th) / units + own / max(int(cells.sum()), 1)
    return Bias(float(np.nansum(differences)) / max(int(cells.sum()), 1), variance)


def _means(
    sources: Sources,
    components: Components,
    bias: tuple[float, float],
    published: Floats | None,
) -> tuple[Floats, Floats]:
    """Each indicator's mean truth: from residents, else from self-scores, or as published."""
    self_bias, perception_bias = bias
    c = components
    of_residents, heard = _column_means(sources.perception - perception_bias)
    of_units, told = _column_means(sources.self_scores - self_bias)
    means = np.where(heard > 0, of_residents, of_units)
    diagonal = np.diagonal(sources.covariances, axis1=1, axis2=2)
    sampling, _ = _column_means(np.where(np.isnan(sources.perception), np.nan, diagonal))
    variances = np.where(
        heard > 0,
        (c.tr + c.ta + c.om + c.th + np.nan_to_num(sampling)) / np.maximum(heard, 1),
        (c.tr + c.ta + c.ss + c.tb) / np.maximum(told, 1),
    )
    if published is None:
        return means, variances
    known = ~np.isnan(published)
    return np.where(known, published, means), np.where(known, 0.0, variances)


def _column_means(values: Floats) -> tuple[Floats, Floats]:
    n = (~np.isnan(values)).sum(axis=0)
    mean = np.nansum(values, axis=0) / np.maximum(n, 1)
    return np.where(n > 0, mean, np.nan), n.astype(np.float64)


def _mean_sampling_variance(sources: Sources) -> float:
    present = ~np.isnan(sources.perception)
    diagonal = np.diagonal(sources.covariances, axis1=1, axis2=2)
    return float(diagonal[present].mean()) if present.any() else 0.0
