"""The 10-5 rule: fewer than ten respondents stay inside, counts leave rounded to five."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers, floats, whole
from analysis.errors import BadInput
from analysis.whole_numbers import whole_number

RELEASE_FROM = 10
STEP = 5
MOST_PEOPLE = 10**9


def hidden(n: ArrayLike, minimum_n: int = RELEASE_FROM) -> Booleans:
    """
    Tell which cells rest on fewer than ``minimum_n`` respondents (unweighted).

    A cell of which nobody knows how many answered (NaN) is hidden.

    Raises
    ------
    BadInput
        When ``n`` is neither a count of people nor NaN, or ``minimum_n`` no whole number above 0.
    """
    least = whole_number("minimum_n", minimum_n, 1, MOST_PEOPLE)
    given = floats("n", n)
    people_counted("n", given[~np.isnan(given)])
    return np.asarray(~(given >= least))


def people_counted(name: str, values: ArrayLike) -> Integers:
    """Return counts of people of whatever shape: whole, finite, none below zero."""
    given = floats(name, values)
    return whole(name, given.ravel()).astype(np.int64).reshape(given.shape)


def release(values: ArrayLike, n: ArrayLike, minimum_n: int = RELEASE_FROM) -> Floats:
    """
    Return the values that may be shown, NaN in place of the others.

    Parameters
    ----------
    values : of the shape of ``n``, or with further axes after it (a distribution over codes)
    n : respondents of each cell, unweighted; NaN, nobody knows, hides

    Examples
    --------
    >>> release([61.0, 74.5], [9, 10]).tolist()
    [nan, 74.5]
    """
    mask = hidden(n, minimum_n)
    shown = floats("values", values).copy()
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
    by = whole_number("step", step, 1, MOST_PEOPLE)
    return np.asarray((people_counted("n", n) + by // 2) // by * by)


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
    least = whole_number("minimum_n", minimum_n, 1, MOST_PEOPLE)
    seen = rounded(n, step) - step // 2
    return np.maximum(seen, least), seen + step - 1
