"""The variance between areas of a Fay-Herriot model, and the errors that follow from it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import Booleans, Floats
from analysis.solvers import brentq

Method = Literal["REML", "ML", "adjusted"]
MINIMUM_AREAS = 15
GRID = 80
POSTERIOR_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class AreaModel:
    """Areas with an estimate: estimates (area,), sampling variances, covariates (area, column)."""

    estimates: Floats
    variances: Floats
    covariates: Floats


@dataclass(frozen=True, slots=True, eq=False)
class AreaFit:
    between_variance: float
    coefficients: Floats
    covariance: Floats
    mean_squared_errors: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Mean and variance of every area's truth when the between variance is not known either."""

    means: Floats
    variances: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Weighted:
    """Generalised least squares at one value of the between variance."""

    total: Floats  # V = between + sampling
    covariance: Floats  # (X' V^-1 X)^-1
    coefficients: Floats
    residuals: Floats
    leverage: float  # tr((X' V^-1 X)^-1 X' V^-2 X)


def fit_between_variance(model: AreaModel, method: Method) -> AreaFit:
    """Maximise the likelihood over a grid, then to the last digit where its slope is zero."""
    between = _maximum(model, method)
    at = _weighted(model, between)
    return AreaFit(between, at.coefficients, at.covariance, _errors(model, at, between, method))


def posterior(
    model: AreaModel, between: float, everywhere: Floats, present: Booleans
) -> Posterior:
    """
    Integrate over the between variance, flat before the data are seen, by its residual likelihood.

    Parameters
    ----------
    between : an estimate, to place the points
    everywhere : covariates of all areas, also of those without an estimate
    present : which of them are the areas of ``model``
    """
    unit = between + float(np.sqrt(2 / np.sum((between + model.variances) ** -2.0)))
    part = (np.arange(POSTERIOR_POINTS) + 0.5) / POSTERIOR_POINTS
    points = unit * part / (1 - part)
    height = np.array([_log_likelihood(model, float(s), "REML") for s in points])
    height -= 2 * np.log1p(-part)
    weights = np.exp(height - height.max())
    first, second = np.zeros((2, present.size))
    for point, weight in zip(points, weights / weights.sum(), strict=True):
        at = _weighted(model, float(point))
        mean = everywhere @ at.coefficients
        uncertain = np.einsum("ij,jk,ik->i", everywhere, at.covariance, everywhere)
        own = point / at.total
        mean[present] += own * at.residuals
        variance = point + uncertain
        variance[present] = own * model.variances + (1 - own) ** 2 * uncertain[present]
        first += weight * mean
        second += weight * (variance + mean**2)
    return Posterior(first, second - first**2)


def _weighted(model: AreaModel, between: float) -> _Weighted:
    total = between + model.variances
    scaled = model.covariates / total[:, None]
    covariance = np.asarray(np.linalg.inv(model.covariates.T @ scaled), dtype=np.float64)
    coefficients = covariance @ (scaled.T @ model.estimates)
    residuals = model.estimates - model.covariates @ coefficients
    leverage = float(np.trace(covariance @ (scaled.T @ scaled)))
    return _Weighted(total, covariance, coefficients, residuals, leverage)


def _slope(model: AreaModel, between: float, method: Method) -> float:
    """Derivative of the log-likelihood with respect to the between variance."""
    at = _weighted(model, between)
    slope = 0.5 * float(np.sum((at.residuals / at.total) ** 2) - np.sum(1 / at.total))
    if method == "REML":
        slope += 0.5 * at.leverage
    return slope + 1 / between if method == "adjusted" else slope


def _log_likelihood(model: AreaModel, between: float, method: Method) -> float:
    at = _weighted(model, between)
    value = -0.5 * float(np.sum(np.log(at.total)) + np.sum(at.residuals**2 / at.total))
    if method == "REML":
        value += 0.5 * float(np.linalg.slogdet(at.covariance)[1])
    return value + float(np.log(between)) if method == "adjusted" else value


def _maximum(model: AreaModel, method: Method) -> float:
    # The likelihood may have a second summit where sampling variances differ much: look over the
    # whole range before climbing.
    ordinary = np.linalg.lstsq(model.covariates, model.estimates, rcond=None)[0]
    spread = float(np.var(model.estimates - model.covariates @ ordinary))
    unit = max(spread, float(model.variances.max()))
    smallest = min(float(model.variances.min()), unit) * 1e-6
    grid = np.geomspace(smallest, 100 * unit, GRID)
    if method != "adjusted":
        grid = np.append(0.0, grid)
    best = int(np.argmax([_log_likelihood(model, float(s), method) for s in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, grid.size - 1)])
    if _slope(model, low, method) <= 0:
        return low
    return float(
        brentq(lambda s: _slope(model, s, method), low, high, xtol=1e-14 * unit, rtol=1e-14)
    )


def _errors(model: AreaModel, at: _Weighted, between: float, method: Method) -> Floats:
    own = between / at.total
    x = model.covariates
    g1 = own * model.variances
    g2 = (1 - own) ** 2 * np.einsum("ij,jk,ik->i", x, at.covariance, x)
    information = float(np.sum(at.total**-2.0))
    g3 = model.variances**2 / at.total**3 * 2 / information
    bias = 0.0
    if method != "REML":
        bias = -at.leverage / information
    if method == "adjusted":
        bias += 2 / (between * information)
    # Where the correction for bias would take away more than g1 + g3 hold, g2 remains.
    return np.asarray(np.maximum(g1 + g2 + 2 * g3 - (1 - own) ** 2 * bias, g2 + g3))
