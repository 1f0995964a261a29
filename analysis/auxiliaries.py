"""What weights were fitted to, and what it leaves of a linearised variable."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import qr

from analysis.arrays import Floats, Integers, sums, tally

CalibrationVariance = Literal["regression", "R"]
RANK_TOLERANCE = 1e-9
SWEEPS_OF_R = 10


@dataclass(frozen=True, slots=True, eq=False)
class Auxiliary:
    """
    The auxiliary variables of a weighting.

    Attributes
    ----------
    cells : cell of each row; rows of a cell share all auxiliary variables
    matrix : (cells, variables)
    categories : category of each cell, one array per raked margin
    mass : base weight times count of each row
    counts : respondents of each row
    """

    cells: Integers
    matrix: Floats
    categories: tuple[Integers, ...]
    mass: Floats
    counts: Floats

    def residuals(self, variance: CalibrationVariance) -> "Regression | Sweeps":
        if variance == "R" and self.categories:
            return Sweeps(self)
        return Regression.on(self)


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """
    Residuals of the regression on all auxiliary variables, weighted by the base weights.

    References
    ----------
    Deville and Sarndal (1992), doi:10.1080/01621459.1992.10475217, section 3; equal to R's
    ``calibrate`` and ``postStratify``.
    """

    auxiliary: Auxiliary
    root_mass: Floats
    basis: Floats

    @classmethod
    def on(cls, auxiliary: Auxiliary) -> "Regression":
        n_cells = auxiliary.matrix.shape[0]
        root_mass = np.sqrt(tally(auxiliary.cells, auxiliary.mass, n_cells))
        basis, triangle, _ = qr(
            auxiliary.matrix * root_mass[:, None], mode="economic", pivoting=True
        )
        pivots = np.abs(np.diag(triangle))
        rank = np.count_nonzero(pivots > RANK_TOLERANCE * pivots.max(initial=0.0))
        return cls(auxiliary, root_mass, np.asarray(basis[:, :rank], dtype=np.float64))

    def of(self, scores: Floats) -> Floats:
        auxiliary = self.auxiliary
        known = self.root_mass > 0
        scaled = sums(auxiliary.cells, auxiliary.mass[:, None] * scores, known.size)
        scaled[known] /= self.root_mass[known, None]
        fitted = self.basis @ (self.basis.T @ scaled)
        fitted[known] /= self.root_mass[known, None]
        residuals: Floats = scores - fitted[auxiliary.cells]
        return residuals


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """Residuals as R's ``rake`` takes them: ten sweeps of unweighted category means."""

    auxiliary: Auxiliary

    def of(self, scores: Floats) -> Floats:
        auxiliary = self.auxiliary
        n_cells = auxiliary.matrix.shape[0]
        counts = tally(auxiliary.cells, auxiliary.counts, n_cells)[:, None]
        totals = sums(auxiliary.cells, auxiliary.counts[:, None] * scores, n_cells)
        fitted = np.zeros_like(totals)
        for _ in range(SWEEPS_OF_R):
            for category in auxiliary.categories:
                n_categories = int(category.max()) + 1
                left = sums(category, totals - counts * fitted, n_categories)
                fitted += (left / sums(category, counts, n_categories))[category]
        residuals: Floats = scores - fitted[auxiliary.cells]
        return residuals
