"""An open series leant on a drawn one by their errors: a model estimate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, finite_or_none
from analysis.errors import BadInput

MOST_WEIGHT = 0.5
FEWEST_INDICATORS = 5


@dataclass(frozen=True, slots=True, eq=False)
class PooledOpenSample:
    """
    Arrays per indicator, NaN where nothing was drawn. A model estimate, to be labelled as such.

    Attributes
    ----------
    values : open and drawn mixed; the drawn one alone where there is no open one
    root_mean_square_errors : of the values if the bias is as large as the indicators' on average
    weights : of the open series, at most one half
    squared_bias : of the open series, pooled over the indicators
    """

    values: Floats
    root_mean_square_errors: Floats
    weights: Floats
    squared_bias: float
    label: str = "model estimate"


def pooled_open_sample(
    open_means: ArrayLike,
    open_variances: ArrayLike,
    drawn_means: ArrayLike,
    drawn_variances: ArrayLike,
) -> PooledOpenSample:
    """
    Mix the two series so that the expected squared error is smallest.

    Parameters
    ----------
    open_means, drawn_means : (indicators,) NaN absent; at least five indicators have both
    open_variances, drawn_variances : of the sampling error, not negative where there is a mean

    Notes
    -----
    lambda = V_drawn / (V_drawn + V_open + b^2) <= 1/2 with
    b^2 = max(0, mean of (open - drawn)^2 - V_open - V_drawn) over the indicators. One indicator
    alone cannot tell bias from chance. An empirical Bayes form of Elliott & Haviland (2007,
    Survey Methodology 33, 211-215).

    Examples
    --------
    >>> pooled = pooled_open_sample([70] * 5, [4] * 5, [60] * 5, [16] * 5)
    >>> pooled.squared_bias, float(pooled.weights[0]), float(pooled.values[0])
    (80.0, 0.16, 61.6)
    """
    first = finite_or_none("open_means", open_means)
    second = finite_or_none("drawn_means", drawn_means, first.size)
    open_variance = _variances("open_variances", open_variances, first)
    drawn_variance = _variances("drawn_variances", drawn_variances, second)
    both = ~np.isnan(first + second)
    if both.sum() < FEWEST_INDICATORS:
        raise BadInput(
            f"open_means and drawn_means must share {FEWEST_INDICATORS} indicators, "
            f"got {both.sum()}"
        )
    excess = (first - second) ** 2 - open_variance - drawn_variance
    squared_bias = max(float(excess[both].mean()), 0.0)
    error = open_variance + squared_bias
    sum_of_errors = np.where(both, drawn_variance + error, 1.0)
    # Two series without any error are equally good.
    share = np.where(sum_of_errors > 0, drawn_variance / np.maximum(sum_of_errors, 1e-300), 0.5)
    weights = np.where(both, np.minimum(share, MOST_WEIGHT), 0.0)
    values = second + np.where(both, weights * (first - second), 0.0)
    mixed = np.where(both, weights**2 * error, 0.0) + (1 - weights) ** 2 * drawn_variance
    return PooledOpenSample(values, np.sqrt(mixed), weights, squared_bias)


def _variances(name: str, given: ArrayLike, means: Floats) -> Floats:
    array = finite_or_none(name, given, means.size)
    wrong = np.flatnonzero(~np.isnan(means) & ~(array >= 0))
    if wrong.size:
        raise BadInput(
            f"{name} must not be negative where there is a mean, "
            f"got {array[wrong[0]]} in row {wrong[0]}"
        )
    return np.where(np.isnan(means), np.nan, array)
