"""The 10-5 rule: fewer than ten respondents stay inside, counts leave rounded to five."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers
from analysis.errors import BadInput

RELEASE_FROM = 10
STEP = 5


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


def rounded(n: ArrayLike, step: int = STEP) -> Integers:
    """
    Return counts to the nearest multiple of ``step``, halves upwards.

    Examples
    --------
    >>> rounded([10, 12, 13, 1002]).tolist()
    [10, 10, 15, 1000]
    """
    if step < 1:
        raise BadInput(f"step must be at least 1, got {step}")
    counts = np.asarray(n, dtype=np.int64)
    return np.asarray((counts + step // 2) // step * step)


def possible(
    n: ArrayLike, *, step: int = STEP, minimum_n: int = RELEASE_FROM
) -> tuple[Integers, Integers]:
    """
    Return the least and the greatest count that is published as each of ``n`` is.

    Examples
    --------
    >>> [ends.tolist() for ends in possible([11, 43])]
    [[10, 43], [12, 47]]
    """
    seen = rounded(n, step) - step // 2
    return np.maximum(seen, minimum_n), seen + step - 1
