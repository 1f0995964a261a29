"""What the checks of integrity read: answer codes, one row per item, and groups of respondents."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, Integers, coded, floats
from analysis.errors import BadInput

Codes = NDArray[np.int8]
TWO_DIMENSIONS = 2
MOST_CODES = 20
MOST = 1_000_000


def answer_codes(name: str, codes: ArrayLike) -> Codes:
    """Return (items, n) codes as int8: 0 and above an answer, negative none."""
    try:
        array = np.asarray(codes)
    except ValueError as error:
        raise BadInput(f"{name} must have shape (items, n): {error}") from error
    if array.ndim != TWO_DIMENSIONS or array.dtype.kind not in "iu":
        raise BadInput(
            f"{name} must be whole numbers of shape (items, n), "
            f"got {array.dtype} of shape {array.shape}"
        )
    if not array.size:
        raise BadInput(f"{name} must hold an item and a respondent, got shape {array.shape}")
    limits = np.iinfo(np.int8)
    if array.min() < limits.min or array.max() > limits.max:
        raise BadInput(f"{name} must fit int8, got {array.min()} to {array.max()}")
    return array.astype(np.int8, copy=False)


def grouped(name: str, labels: ArrayLike | None, n: int) -> Integers:
    """Number the groups of n respondents; all in one where none are given."""
    if labels is None:
        return np.zeros(n, dtype=np.int64)
    return coded(name, labels, n)[1]


def truths(name: str, values: ArrayLike, n: int) -> Booleans:
    array = np.asarray(values)
    if array.shape != (n,) or array.dtype != np.bool_:
        raise BadInput(
            f"{name} must hold {n} truth values, got {array.dtype} of shape {array.shape}"
        )
    return array


def counts_of(name: str, values: ArrayLike) -> Floats:
    """Whole numbers, zero or more, of one dimension."""
    array = floats(name, values)
    if array.ndim != 1 or not array.size:
        raise BadInput(f"{name} must hold one count per unit, got shape {array.shape}")
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0) & (array == np.floor(array))))
    if wrong.size:
        raise BadInput(
            f"{name} must be whole and not negative, got {array[wrong[0]]} in row {wrong[0]}"
        )
    return array
