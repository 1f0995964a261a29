"""Factors behind the correlations of items: one by maximum likelihood, several by residuals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, floats
from analysis.errors import BadInput
from analysis.items.reliability import multiple_correlations
from analysis.solvers import minimize

SMALLEST_UNIQUENESS = 0.005  # as R's factanal: a smaller one is a Heywood case
FEWEST_ITEMS = 3
SINGULAR = 1e-10
ROUNDING = 1e-9
AT_REST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    """
    A one-factor model of a correlation matrix: loadings l, uniquenesses 1 - l^2.

    Attributes
    ----------
    loadings, uniquenesses : (items,); the sum of the loadings is positive
    misfit : the discrepancy that maximum likelihood leaves, 0 for a perfect fit; times
        n - 1 - (2 items + 5)/6 - 2/3 it is the chi-squared of the fit
    heywood : (items,) whether the uniqueness rests on its bound of .005
    """

    loadings: Floats
    uniquenesses: Floats
    misfit: float
    heywood: Booleans

    @property
    def omega(self) -> float:
        """McDonald's omega total of the sum of standardised items."""
        common = self.loadings.sum() ** 2
        return float(common / (common + self.uniquenesses.sum()))

    @property
    def degrees_of_freedom(self) -> int:
        k = self.loadings.size
        return k * (k - 3) // 2


def one_factor_model(correlation: ArrayLike) -> OneFactor:
    """
    Fit one factor to a correlation matrix by maximum likelihood.

    Parameters
    ----------
    correlation : (items, items), three or more, positive definite (polychoric ones too)

    References
    ----------
    Lawley and Maxwell (1971), Factor Analysis as a Statistical Method; Joreskog (1967),
    doi:10.1007/BF02289658. Equal to R's ``factanal(factors = 1)``, which stops earlier.

    Examples
    --------
    Loadings .9, .8, .7 give correlations .72, .63 and .56, and come back.

    >>> one_factor_model([[1, .72, .63], [.72, 1, .56], [.63, .56, 1]]).loadings.round(6).tolist()
    [0.9, 0.8, 0.7]
    """
    r = correlation_matrix(correlation, fewest=FEWEST_ITEMS)
    smallest = np.linalg.eigvalsh(r)[0]
    if smallest <= SINGULAR:
        raise BadInput(
            "correlation must be positive definite, but items repeat or contradict each other: "
            f"its smallest eigenvalue is {smallest:.2g}"
        )
    psi = _likely_uniquenesses(r)
    e, vectors = _scaled(r, psi)
    loadings = np.sqrt(psi) * vectors[:, -1] * np.sqrt(max(e[-1] - 1, 0.0))
    if loadings.sum() < 0:
        loadings = -loadings
    heywood = psi <= SMALLEST_UNIQUENESS * (1 + 1e-6)
    return OneFactor(loadings, psi, max(_misfit(psi, r)[0], 0.0), heywood)


def residual_factors(correlation: ArrayLike, factors: int) -> tuple[Floats, Floats]:
    """
    Return loadings (items, factors) and uniquenesses with the least squared residuals (minres).

    The columns are those of the principal axes; only their space is determined.

    References
    ----------
    Harman and Jones (1966), doi:10.1007/BF02289468. R: ``psych::fa(fm = "minres")``.
    """
    r = correlation_matrix(correlation, fewest=FEWEST_ITEMS)
    if not 1 <= factors < r.shape[0]:
        raise BadInput(f"factors must be at least 1 and fewer than the items, got {factors}")
    start = np.clip(1 - multiple_correlations(r), SMALLEST_UNIQUENESS, 1.0)
    found = minimize(
        _residuals,
        start,
        (r, factors),
        method="L-BFGS-B",
        jac=True,
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * start.size,
        options={"maxiter": 5000, "ftol": 1e-16, "gtol": 1e-10},
    )
    return _axes(r, found.x, factors), found.x


def correlation_matrix(correlation: ArrayLike, fewest: int) -> Floats:
    r = floats("correlation", correlation)
    if r.ndim != 2 or r.shape[0] != r.shape[1]:  # noqa: PLR2004 -- rows and columns
        raise BadInput(f"correlation must be square, got shape {r.shape}")
    if r.shape[0] < fewest:
        raise BadInput(f"correlation must hold {fewest} items or more, got {r.shape[0]}")
    outside = r[~(np.abs(r) <= 1 + ROUNDING)]
    if outside.size:
        raise BadInput(f"correlation must lie between -1 and 1, got {outside[0]}")
    if np.abs(r - r.T).max() > ROUNDING or np.abs(np.diag(r) - 1).max() > ROUNDING:
        raise BadInput("correlation must be symmetric with a diagonal of 1")
    return (r + r.T) / 2


def _likely_uniquenesses(r: Floats) -> Floats:
    """Minimise the misfit over the uniquenesses, then polish what lies off the bounds."""
    bounds = (SMALLEST_UNIQUENESS, 1.0)
    start = (1 - 0.5 / r.shape[0]) / np.diag(np.linalg.inv(r))  # as factanal
    found = minimize(
        _misfit,
        np.clip(start, *bounds),
        (r,),
        method="L-BFGS-B",
        jac=True,
        bounds=[bounds] * r.shape[0],
        options={"maxiter": 5000, "ftol": 1e-16, "gtol": 1e-9},
    )
    psi = np.asarray(found.x)
    for _ in range(20):
        free = (psi > bounds[0]) & (psi < bounds[1])
        step = np.zeros(psi.size)
        slopes = _second_differences(psi, r)[np.ix_(free, free)]
        step[free] = np.linalg.lstsq(slopes, -_misfit(psi, r)[1][free], rcond=None)[0]
        nearer = np.clip(psi + step, *bounds)
        if _misfit(nearer, r)[0] > _misfit(psi, r)[0] + AT_REST or np.abs(step).max() < AT_REST:
            break
        psi = nearer
    return psi


def _misfit(psi: Floats, r: Floats) -> tuple[float, Floats]:
    """Return the discrepancy of the best loadings for these uniquenesses, and its gradient."""
    e, vectors = _scaled(r, psi)
    rest = e[:-1]
    loadings = np.sqrt(psi) * vectors[:, -1] * np.sqrt(max(e[-1] - 1, 0.0))
    gradient = (loadings**2 + psi - np.diag(r)) / psi**2
    return float((rest - np.log(rest)).sum() - rest.size), gradient


def _second_differences(psi: Floats, r: Floats) -> Floats:
    size = 1e-5 * psi
    columns = []
    for item in range(psi.size):
        away = np.zeros(psi.size)
        away[item] = size[item]
        columns.append((_misfit(psi + away, r)[1] - _misfit(psi - away, r)[1]) / (2 * size[item]))
    return np.column_stack(columns)


def _scaled(r: Floats, psi: Floats) -> tuple[Floats, Floats]:
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    return values, vectors


def _axes(r: Floats, psi: Floats, factors: int) -> Floats:
    values, vectors = np.linalg.eigh(r - np.diag(psi))
    largest = np.maximum(values[::-1][:factors], 0.0)
    axes: Floats = vectors[:, ::-1][:, :factors] * np.sqrt(largest)
    return axes


def _residuals(psi: Floats, r: Floats, factors: int) -> tuple[float, Floats]:
    axes = _axes(r, psi, factors)
    residuals = r - np.diag(psi) - axes @ axes.T
    return float((residuals**2).sum()) / 2, -np.diag(residuals)
