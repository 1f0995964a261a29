"""Arrays as the estimators need them, or an error that names the argument and the value."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import BadInput

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

COLUMNS_AND_ROWS = 2


def floats(name: str, values: ArrayLike) -> Floats:
    """Return numbers of whatever shape; text, None, complex numbers and ragged rows are none."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise BadInput(f"{name} must be numbers: {error}") from error
    if array.dtype.kind == "O" and all(isinstance(value, Real) for value in array.flat):
        return array.astype(np.float64)
    if array.dtype.kind == "c":
        raise BadInput(f"{name} must be numbers, got complex ones")
    if array.dtype.kind not in "fiub":
        other = next(
            (each for each in array.ravel().tolist() if not isinstance(each, Real)), array.dtype
        )
        raise BadInput(f"{name} must be numbers: could not convert {other!r}")
    return array.astype(np.float64, copy=False)


def numbers(name: str, values: ArrayLike, n: int | None = None) -> Floats:
    """Return one number per row; NaN is allowed and means "has none"."""
    array = floats(name, values)
    if array.ndim != 1:
        raise BadInput(f"{name} must have one dimension, got shape {array.shape}")
    if n is not None and array.size != n:
        raise BadInput(f"{name} must have {n} rows, got {array.size}")
    return array


def finite(name: str, values: ArrayLike, n: int | None = None) -> Floats:
    array = numbers(name, values, n)
    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        raise BadInput(f"{name} must be finite, got {array[wrong[0]]} in row {wrong[0]}")
    return array


def finite_table(name: str, values: ArrayLike, n: int) -> Floats:
    """Return finite numbers by row and column, one column or more."""
    array = floats(name, values)
    if array.ndim != COLUMNS_AND_ROWS or array.shape[0] != n or not array.shape[1]:
        raise BadInput(f"{name} must have {n} rows and a column or more, got shape {array.shape}")
    wrong = np.argwhere(~np.isfinite(array))
    if wrong.size:
        row, column = wrong[0]
        raise BadInput(
            f"{name} must be finite, got {array[row, column]} in row {row}, column {column}"
        )
    return array


def finite_or_none(name: str, values: ArrayLike, n: int | None = None) -> Floats:
    """Return one number per row or NaN, but nothing infinite."""
    array = numbers(name, values, n)
    wrong = np.flatnonzero(np.isinf(array))
    if wrong.size:
        raise BadInput(f"{name} must be finite or NaN, got {array[wrong[0]]} in row {wrong[0]}")
    return array


def whole(name: str, values: ArrayLike, n: int | None = None) -> Floats:
    array = not_negative(name, values, n)
    wrong = np.flatnonzero(array != np.floor(array))
    if wrong.size:
        raise BadInput(f"{name} must be whole numbers, got {array[wrong[0]]} in row {wrong[0]}")
    return array


def per_row(name: str, labels: ArrayLike, n: int) -> NDArray[Any]:
    array = _labels(name, labels)
    if array.shape[:1] != (n,):
        raise BadInput(f"{name} must have {n} rows, got shape {array.shape}")
    return array


def _labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(labels)
    except ValueError as error:
        raise BadInput(f"{name} must have a label in every row: {error}") from error


def not_negative(name: str, values: ArrayLike, n: int | None = None) -> Floats:
    array = finite(name, values, n)
    wrong = np.flatnonzero(array < 0)
    if wrong.size:
        raise BadInput(f"{name} must not be negative, got {array[wrong[0]]} in row {wrong[0]}")
    return array


def has_label(labels: ArrayLike) -> Booleans:
    """Tell which rows have a label: NaN and None are none."""
    array = np.asarray(labels)
    if array.dtype.kind == "O":
        return np.array([label is not None and label == label for label in array], dtype=np.bool_)
    return ~np.isnan(array) if array.dtype.kind == "f" else np.ones(array.shape, dtype=np.bool_)


def coded(name: str, labels: ArrayLike, n: int) -> tuple[NDArray[Any], Integers]:
    """Return the distinct labels in order and, per row, the place of its own."""
    array = _labels(name, labels)
    if array.shape != (n,):
        raise BadInput(f"{name} must have {n} rows, got shape {array.shape}")
    if array.dtype.kind in "iub":
        return ranked(array.astype(np.int64, copy=False))
    missing = np.flatnonzero(~has_label(array))
    if missing.size:
        raise BadInput(f"{name} must have a label in every row, row {missing[0]} has none")
    try:
        distinct, codes = np.unique(array, return_inverse=True)
    except TypeError as error:
        raise BadInput(f"{name} must be labels of one kind: {error}") from error
    return distinct, codes.astype(np.int64)


def combined(first: Integers, second: Integers) -> Integers:
    """Number the pairs of two codes that occur, in order."""
    width = int(second.max(initial=0)) + 1
    return ranked(first * width + second)[1]


def ranked(codes: Integers) -> tuple[Integers, Integers]:
    """Return the distinct codes and the rank of each; by a table where one is small enough."""
    low = int(codes.min(initial=0))
    width = int(codes.max(initial=0)) - low + 1
    if width > 2 * codes.size + 100:
        distinct, ranks = np.unique(codes, return_inverse=True)
        return distinct, ranks.astype(np.int64)
    places = codes - low if low else codes
    seen = np.bincount(places, minlength=width) > 0
    if seen.all():
        return np.arange(low, low + width, dtype=np.int64), places
    ranks = np.cumsum(seen, dtype=np.int64) - 1
    return np.flatnonzero(seen).astype(np.int64) + low, ranks[places]


def tally(codes: Integers, weights: Floats, n_codes: int) -> Floats:
    """Sum the weights by code."""
    return np.bincount(codes, weights, minlength=n_codes).astype(np.float64, copy=False)


def sums(codes: Integers, values: Floats, n_codes: int) -> Floats:
    """Sum the columns of ``values`` (rows, columns) by code."""
    columns = [tally(codes, column, n_codes) for column in values.T]
    return np.column_stack(columns) if columns else np.zeros((n_codes, 0))
