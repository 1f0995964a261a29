"""What may leave the office: numbers about too few people stay inside."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats
from analysis.errors import BadInput

RELEASE_FROM = 10


def hidden(n: ArrayLike, minimum_n: int = RELEASE_FROM) -> Booleans:
    """Tell which cells rest on fewer than ``minimum_n`` respondents (unweighted)."""
    return np.asarray(np.asarray(n) < minimum_n)


def release(values: ArrayLike, n: ArrayLike, minimum_n: int = RELEASE_FROM) -> Floats:
    """
    Return the values that may be shown, NaN in place of the others.

    Parameters
    ----------
    values : of the shape of ``n``, or with further axes after it (a distribution over codes)
    n : respondents of each cell, unweighted

    Examples
    --------
    >>> release([61.0, 74.5], [9, 10]).tolist()
    [nan, 74.5]
    """
    mask = hidden(n, minimum_n)
    shown = np.array(values, dtype=np.float64)
    if shown.shape[: mask.ndim] != mask.shape:
        raise BadInput(f"values of shape {shown.shape} do not belong to n of {mask.shape}")
    shown[mask] = np.nan
    return shown
