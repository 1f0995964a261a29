"""Whether those who came by the open link tell another story than those who were drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from analysis.arrays import Booleans, Floats
from analysis.errors import BadInput
from analysis.integrity.answers import check_share
from analysis.multiplicity import benjamini_hochberg


@dataclass(frozen=True, slots=True, eq=False)
class ChannelDifference:
    """
    Arrays of the shape given; NaN where one of the channels has no estimate.

    Attributes
    ----------
    differences : open minus drawn
    scores : difference in standard errors
    p_values, adjusted : two-sided; adjusted over all cells together
    flagged : adjusted p-value at most q
    """

    differences: Floats
    scores: Floats
    p_values: Floats
    adjusted: Floats
    flagged: Booleans


def channel_difference(
    open_means: ArrayLike,
    open_errors: ArrayLike,
    drawn_means: ArrayLike,
    drawn_errors: ArrayLike,
    *,
    q: float = 0.10,
) -> ChannelDifference:
    """
    Compare the two channels, d = (mean open - mean drawn) / SE.

    A difference is not proof: people who choose to answer differ from those drawn. It says that
    the open series must not be read as if it were drawn, and where to look.

    Parameters
    ----------
    open_means, drawn_means : of any one shape, for example (unit, indicator); NaN absent
    open_errors, drawn_errors : standard errors, positive where the mean is present
    q : false discovery rate (Benjamini & Hochberg 1995)

    Examples
    --------
    >>> result = channel_difference([80.0], [3.0], [60.0], [4.0])
    >>> result.scores.tolist(), round(float(result.p_values[0]), 6)
    ([4.0], 6.3e-05)
    """
    check_share("q", q)
    shape = np.shape(open_means)
    means = [_cells("open_means", open_means, shape), _cells("drawn_means", drawn_means, shape)]
    errors = [
        _cells("open_errors", open_errors, shape),
        _cells("drawn_errors", drawn_errors, shape),
    ]
    present = ~np.isnan(means[0] + means[1])
    for name, error in zip(("open_errors", "drawn_errors"), errors, strict=True):
        wrong = error[present & ~((error > 0) & np.isfinite(error))]
        if wrong.size:
            raise BadInput(f"{name} must be positive where there are means, got {wrong[0]}")
    differences = means[0] - means[1]
    scores = differences / np.where(present, np.hypot(*errors), np.nan)
    p_values = 2 * ndtr(-np.abs(scores))
    adjusted = benjamini_hochberg(p_values.ravel()).reshape(shape)
    return ChannelDifference(differences, scores, p_values, adjusted, np.asarray(adjusted <= q))


def _cells(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape or not shape:
        raise BadInput(f"{name} must be an array of shape {shape}, got {array.shape}")
    if np.isinf(array).any():
        raise BadInput(f"{name} must not be infinite")
    return array
