"""Means of 0-100 scores from rows, each with the interval that bounded answers need.

The same numbers as `perception` gives from cells, for data where every row has its own weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, numbers
from analysis.cell_moments import (
    ASSUMED_INTRACLASS_CORRELATION,
    EQUAL_ANSWERS,
    FEW_CLUSTERS,
    typical_ratio,
)
from analysis.estimate import Estimate, Interval
from analysis.intervals import bounded_interval, half_answer_moments
from analysis.means import mean
from analysis.sample import Sample
from analysis.scalars import real_number


@dataclass(frozen=True, slots=True)
class ScoreMean:
    """The mean of one item in one domain; NaN where nobody answered.

    Attributes
    ----------
    standard_error : by linearisation; the spread of the half-answer beta where the design says
        nothing (all answers equal, or one sampling unit), so never zero
    n : respondents who enter, unweighted
    effective_n : Kish's number of answers over the design effect of clusters
    """

    value: float
    standard_error: float
    degrees_of_freedom: float
    n: int
    effective_n: float
    interval: Interval


NOBODY = ScoreMean(nan, nan, nan, 0, nan, Interval(nan, nan))


@dataclass(frozen=True, slots=True)
class _Item:
    """What one item adds to the design effect of the domain."""

    estimate: Estimate
    mean_square: float
    sampling_units: float
    clustered: bool
    cluster_effect: float

    def effect(self, common: float) -> float:
        """The larger of the items' common effect and the own; assumed where clusters are few."""
        if self.sampling_units >= FEW_CLUSTERS and not isnan(common):
            return common if isnan(self.cluster_effect) else max(common, self.cluster_effect)
        size = self.estimate.kish_n / max(self.sampling_units, 1)
        return 1 + max(size - 1, 0) * ASSUMED_INTRACLASS_CORRELATION


def score_means(
    items: Sequence[tuple[Sample, ArrayLike]], *, minimum_n: int = 10
) -> tuple[ScoreMean, ...]:
    """
    Estimate the mean score of every item in one domain.

    Parameters
    ----------
    items : the sample of those who were asked the item, and their scores 0-100; NaN: no answer,
        or not in the domain. The samples differ where not everybody was asked everything.
    minimum_n : answers that an item needs to tell of the design effect of clusters

    References
    ----------
    The interval is `bounded_interval`; its effective number of answers takes the median design
    effect of clusters over the items, or the item's own where that is larger, or an assumed one
    where clusters are few.
    """
    least = real_number("minimum_n", minimum_n, 0)
    measured = [_measured(sample, numbers("items", values)) for sample, values in items]
    effects = [
        item.cluster_effect
        for item in measured
        if item is not None and item.estimate.n >= least and not isnan(item.cluster_effect)
    ]
    common = max(float(np.median(effects)), 1.0) if effects else nan
    return tuple(NOBODY if item is None else _score_mean(item, common) for item in measured)


def _measured(sample: Sample, scores: Floats) -> _Item | None:
    estimate = mean(sample, scores)
    if not estimate.n:
        return None
    answered = np.flatnonzero(~np.isnan(scores) & (sample.mass > 0)).astype(np.int64)
    mass = sample.mass[answered]
    part = sample.domain(answered)
    return _Item(
        estimate,
        float(mass @ scores[answered] ** 2 / mass.sum()),
        part.first_stage_units,
        sample.stages[0].units is not None,
        _cluster_effect(sample, scores, estimate, part.first_stage_units),
    )


def _cluster_effect(sample: Sample, scores: Floats, estimate: Estimate, units: float) -> float:
    """Variance over that of respondents drawn on their own; NaN where clusters do not tell."""
    first = sample.stages[0]
    if first.units is None or units < FEW_CLUSTERS:
        return nan
    alone = Sample(
        sample.weights, first.row_strata, counts=sample.counts, singleton=sample.singleton
    )
    independent = mean(alone, scores).variance
    if independent <= 0:
        return nan
    typical = float(typical_ratio(np.array(estimate.degrees_of_freedom)))
    return estimate.variance / (independent * typical)


def _score_mean(item: _Item, common_effect: float) -> ScoreMean:
    estimate = item.estimate
    effective_n = estimate.kish_n / (item.effect(common_effect) if item.clustered else 1.0)
    silent = estimate.degrees_of_freedom <= 0 or (
        item.mean_square - estimate.value**2 < EQUAL_ANSWERS
    )
    return ScoreMean(
        estimate.value,
        _half_answer_error(item, effective_n) if silent else estimate.standard_error,
        estimate.degrees_of_freedom,
        estimate.n,
        effective_n,
        bounded_interval(estimate.value, item.mean_square, effective_n),
    )


def _half_answer_error(item: _Item, effective_n: float) -> float:
    _, variance = half_answer_moments(
        np.array(item.estimate.value), np.array(item.mean_square), np.array(effective_n)
    )
    return sqrt(float(variance))
