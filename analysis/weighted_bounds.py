"""The lowest and highest weighted mean when some weights may be anything up to a limit."""

import numpy as np

from analysis.arrays import Booleans, Floats, Integers


def weighted_mean_bounds(
    codes: Integers, values: Floats, weights: Floats, most: Floats, free: Booleans
) -> tuple[Floats, Floats]:
    """
    Bound the mean of every group.

    The highest mean gives full weight to the free values above some point and none to the others.

    Parameters
    ----------
    codes : group 0..G-1 of each row, every group present
    values, weights, most : shape (row, column); the weight of a free row lies between 0 and most
    free : shape (row,)
    """
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if codes.size else []
    low = [-_highest(-values[rows], weights[rows], most[rows], free[rows]) for rows in groups]
    high = [_highest(values[rows], weights[rows], most[rows], free[rows]) for rows in groups]
    shape = (len(groups), values.shape[1])
    return np.reshape(low, shape), np.reshape(high, shape)


def _highest(values: Floats, weights: Floats, most: Floats, free: Booleans) -> Floats:
    fixed = np.where(free[:, None], 0.0, weights)
    order = np.argsort(-values[free], axis=0)
    ordered = np.take_along_axis(values[free], order, axis=0)
    added = np.take_along_axis(most[free], order, axis=0)
    nothing = np.zeros((1, values.shape[1]))
    weight = fixed.sum(axis=0) + np.cumsum(np.vstack([nothing, added]), axis=0)
    total = (fixed * values).sum(axis=0) + np.cumsum(np.vstack([nothing, added * ordered]), axis=0)
    means = np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), -np.inf)
    return np.asarray(means.max(axis=0))
