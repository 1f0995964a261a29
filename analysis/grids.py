"""Matrices of (unit, indicator), or an error that names the argument and the value."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, floats
from analysis.errors import BadInput

TWO_DIMENSIONS = 2


def grid(
    name: str,
    values: ArrayLike,
    shape: tuple[int, ...] | None = None,
    *,
    low: float = -np.inf,
    high: float = np.inf,
) -> Floats:
    """Return numbers of shape (unit, indicator) within low..high; NaN means absent."""
    array = floats(name, values)
    if array.ndim != TWO_DIMENSIONS or (shape is not None and array.shape != shape):
        expected = "" if shape is None else f", {shape}"
        raise BadInput(f"{name} must have shape (unit, indicator){expected}, got {array.shape}")
    wrong = np.isinf(array) | (array < low) | (array > high)
    if wrong.any():
        unit, indicator = np.argwhere(wrong)[0]
        raise BadInput(
            f"{name} must lie in {low:g}..{high:g}, "
            f"got {array[unit, indicator]} for unit {unit}, indicator {indicator}"
        )
    return array


def wanted(name: str, values: Floats, where: Booleans) -> None:
    """Refuse a matrix that has no number where one is wanted."""
    absent = np.isnan(values) & where
    if absent.any():
        unit, indicator = np.argwhere(absent)[0]
        raise BadInput(
            f"{name} must be there where perception is, "
            f"got nan for unit {unit}, indicator {indicator}"
        )


def by_unit(name: str, values: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """One value, one per unit, or one per unit and indicator, as (unit, indicator)."""
    array = np.asarray(values)
    if array.shape == shape[:1]:
        array = array[:, None]
    elif array.shape not in ((), shape):
        raise BadInput(f"{name} must have shape {shape[:1]} or {shape}, got {array.shape}")
    return np.broadcast_to(array, shape)
