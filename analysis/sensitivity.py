"""What a score would be if perception counted for more, or for less."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, floats
from analysis.errors import BadInput
from analysis.scalars import real_number


def sensitivity(
    self_scores: ArrayLike,
    perception: ArrayLike,
    weights: Sequence[float] = (0.2, 0.4, 0.6),
) -> Floats:
    """
    Plain weighted means for several shares of perception: the range beside an assumed blend.

    Returns
    -------
    array of shape (weight, unit, indicator), NaN where either score is absent

    Examples
    --------
    >>> sensitivity([80.0], [40.0]).tolist()
    [[72.0], [64.0], [56.0]]
    """
    own, theirs = floats("self_scores", self_scores), floats("perception", perception)
    if own.shape != theirs.shape:
        raise BadInput(f"perception must have shape {own.shape}, got {theirs.shape}")
    if not len(weights):
        raise BadInput("weights must hold a share or more, got none")
    for share in weights:
        real_number("weights", share, 0, 1)
    if np.isinf(own).any() or np.isinf(theirs).any():
        raise BadInput("self_scores and perception must be finite or NaN, got infinity")
    return np.stack([share * theirs + (1 - share) * own for share in weights])
