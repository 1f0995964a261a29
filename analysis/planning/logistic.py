"""Generalised linear models of membership and of weights, by iterated weighted least squares."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from analysis.arrays import Floats, floats
from analysis.errors import BadInput

SWEEPS = 100
TOLERANCE = 1e-11
FARTHEST = 30.0
TWO_DIMENSIONS = 2


def with_constant(name: str, covariates: ArrayLike) -> Floats:
    """Return (n, p) covariates with a first column of ones."""
    matrix = floats(name, covariates)
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != TWO_DIMENSIONS or not len(matrix):
        raise BadInput(f"{name} must have shape (n, covariates), got {matrix.shape}")
    if not np.isfinite(matrix).all():
        row = int(np.flatnonzero(~np.isfinite(matrix).all(axis=1))[0])
        raise BadInput(f"{name} must be finite, got {matrix[row].tolist()} in row {row}")
    return np.column_stack([np.ones(len(matrix)), matrix])


def independent(name: str, matrix: Floats) -> None:
    """Refuse columns that repeat each other: their coefficients would be anybody's guess."""
    rank = int(np.linalg.matrix_rank(matrix))
    if rank < matrix.shape[1]:
        raise BadInput(
            f"{name} must not repeat each other or be constant: "
            f"{matrix.shape[1]} columns with the constant, rank {rank}"
        )


def logistic_regression(matrix: Floats, belongs: Floats) -> Floats:
    """
    Coefficients of the log odds (R: glm, family binomial).

    Raises
    ------
    BadInput where the covariates tell the two groups apart without error: then no weights exist.
    """

    def working(eta: Floats) -> tuple[Floats, Floats]:
        mean = expit(eta)
        variance = np.maximum(mean * (1 - mean), 1e-14)
        return variance, eta + (belongs - mean) / variance

    return _fit(matrix, np.zeros(len(matrix)), working)


def log_linear_regression(matrix: Floats, positive: Floats) -> Floats:
    """Coefficients of the log of a mean (R: glm, family quasipoisson)."""

    def working(eta: Floats) -> tuple[Floats, Floats]:
        mean = np.exp(eta)
        return mean, eta + (positive - mean) / mean

    return _fit(matrix, np.log((positive + positive.mean()) / 2), working)


def _fit(
    matrix: Floats, eta: Floats, working: Callable[[Floats], tuple[Floats, Floats]]
) -> Floats:
    coefficients: Floats = np.zeros(matrix.shape[1])
    for _ in range(SWEEPS):
        weights, response = working(eta)
        root = np.sqrt(weights)
        solved = np.linalg.lstsq(matrix * root[:, None], response * root, rcond=None)[0]
        following = np.asarray(solved, dtype=np.float64)
        eta = matrix @ following
        change = np.abs(matrix @ (following - coefficients)).max()
        coefficients = following
        if change < TOLERANCE * (1 + np.abs(eta).max()):
            return np.asarray(coefficients)
        if np.abs(eta).max() > FARTHEST:
            break
    raise BadInput(
        "covariates must overlap: they tell the open and the reference sample apart"
        f" (a linear predictor of {np.abs(eta).max():.1f})"
    )
