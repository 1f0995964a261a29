"""Matrices of (unit, indicator), or an error that names the argument and the value."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats
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
    array = np.asarray(values, dtype=np.float64)
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
