"""Rotations of factors: varimax (factors independent) and oblimin (factors correlated)."""

import numpy as np

from analysis.arrays import Floats

MOST_STEPS = 5000
FLAT = 1e-10
MOST_HALVINGS = 40


def varimax(loadings: Floats) -> Floats:
    """
    Rotate so that each factor has few large loadings (Kaiser 1958, rows of length 1 meanwhile).

    R: ``varimax``.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    length[length == 0] = 1.0
    rows = loadings / length
    turn, reached = np.eye(rows.shape[1]), 0.0
    for _ in range(MOST_STEPS):
        turned = rows @ turn
        left, sizes, right = np.linalg.svd(
            rows.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        )
        turn, before, reached = left @ right, reached, float(sizes.sum())
        if reached <= before * (1 + 1e-14):
            break
    rotated: Floats = rows @ turn * length
    return rotated


def oblimin(loadings: Floats) -> tuple[Floats, Floats]:
    """
    Return loadings on correlated factors, and their correlations (direct quartimin, gamma 0).

    From the given position by gradient projection: Jennrich (2002), doi:10.1007/BF02294706;
    R: ``GPArotation::oblimin``.
    """
    axes = np.eye(loadings.shape[1])
    value, gradient = _overlap(loadings, axes)
    size = 1.0
    for _ in range(MOST_STEPS):
        slope = gradient - axes * (axes * gradient).sum(axis=0)
        steepness = float((slope**2).sum())
        if steepness <= FLAT**2:
            break
        size *= 2
        for _ in range(MOST_HALVINGS):
            moved = axes - size * slope
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            better, gradient_there = _overlap(loadings, moved)
            if value - better > 0.5 * steepness * size:
                break
            size /= 2
        else:
            break  # as low as the arithmetic reaches
        axes, value, gradient = moved, better, gradient_there
    return loadings @ np.linalg.inv(axes).T, axes.T @ axes


def _overlap(loadings: Floats, axes: Floats) -> tuple[float, Floats]:
    """Return how far the factors share items, and its gradient in the axes."""
    inverse = np.linalg.inv(axes)
    turned = loadings @ inverse.T
    squares = turned**2
    others = squares.sum(axis=1, keepdims=True) - squares
    gradient = -(turned.T @ (turned * others) @ inverse).T
    return float((squares * others).sum()) / 4, gradient
