"""Summaries over what is present: NaN means absent, and nothing but NaN stays NaN quietly."""

import numpy as np

from analysis.arrays import Floats


def median_present(values: Floats, axis: int) -> Floats:
    """Median along an axis of the values that are there."""
    empty = np.isnan(values).all(axis=axis)
    filled = np.where(np.expand_dims(empty, axis), 0.0, values)
    if filled.shape[axis] == 0:
        return np.full(empty.shape, np.nan)
    return np.where(empty, np.nan, np.nanmedian(filled, axis=axis))
