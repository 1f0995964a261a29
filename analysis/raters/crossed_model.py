"""The normal model of ratings = mean + thing + rater + error, with things and raters random."""

from dataclasses import dataclass
from math import log, pi
from typing import Literal

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from analysis.arrays import Floats, Integers, tally
from analysis.solvers import minimize

Method = Literal["REML", "ML"]

SMALLEST = 1e-9  # a variance of this share of the ratings' variance is none
LARGEST = 1e3
MOST_STEPS = 2000
AT_REST = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One row per rating."""

    values: Floats
    items: Integers
    raters: Integers
    n_items: int
    n_raters: int

    @property
    def per_rater(self) -> Floats:
        return tally(self.raters, np.ones(self.values.size), self.n_raters)


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Variances: of the things, of the raters' severities, and of each rater's errors."""

    truth: float
    severity: float
    errors: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """
    What the ratings say at given variances.

    ``truths`` hold the mean; ``*_variances`` are of the errors of prediction, the mean's own
    included. ``squares`` are the expected sums of squares given the ratings (things, severities,
    errors per rater), of which the slopes of the likelihood consist.
    """

    mean: float
    truths: Floats
    severities: Floats
    truth_variances: Floats
    severity_variances: Floats
    log_likelihood: float
    squares: tuple[float, float, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Equations:
    """Henderson's mixed model equations, the things eliminated; unknowns: mean and severities."""

    shared: Floats  # (things, 1 + raters) weight of the ratings that tie both
    of_item: Floats
    system: Floats
    right: Floats
    item_sums: Floats

    def inverse(self, method: Method) -> Floats:
        """Return the covariance of the unknowns; under "ML" the mean is taken as known."""
        found = np.zeros_like(self.system)
        first = int(method == "ML")
        inner = self.system[first:, first:]
        found[first:, first:] = cho_solve(cho_factor(inner), np.eye(inner.shape[0]))
        return found

    def log_determinant(self, method: Method) -> float:
        first = int(method == "ML")
        factor, _ = cho_factor(self.system[first:, first:])
        return float(2 * np.log(np.diag(factor)).sum() + np.log(self.of_item).sum())


def predict(ratings: Ratings, components: Components, method: Method) -> Prediction:
    equations = _equations(ratings, components)
    solution = cho_solve(cho_factor(equations.system), equations.right)
    mean, severities = float(solution[0]), solution[1:]
    truths = (equations.item_sums - equations.shared @ solution) / equations.of_item
    residuals = ratings.values - mean - truths[ratings.items] - severities[ratings.raters]
    of_truth, of_level, of_severity = _variances(equations, equations.inverse("REML"))
    of_fit = _fit_variances(ratings, equations, equations.inverse(method))
    if method == "ML":
        of_truth, _, of_known = _variances(equations, equations.inverse("ML"))
    else:
        of_known = of_severity
    errors = tally(ratings.raters, residuals**2 + of_fit, ratings.n_raters)
    squared = float(truths @ truths), float(severities @ severities)
    # y'Py: the residuals and the effects, each against its own variance.
    distance = float((residuals**2 / components.errors[ratings.raters]).sum())
    distance += squared[0] / components.truth + squared[1] / components.severity
    distance += equations.log_determinant(method) + _log_determinant(ratings, components)
    rows = ratings.values.size - int(method == "REML")
    return Prediction(
        mean=mean,
        truths=mean + truths,
        severities=severities,
        truth_variances=of_level,
        severity_variances=of_severity,
        log_likelihood=-float(distance + rows * log(2 * pi)) / 2,
        squares=(squared[0] + float(of_truth.sum()), squared[1] + float(of_known.sum()), errors),
    )


def fit_components(
    ratings: Ratings, method: Method, *, equal: bool, prior_ratings: float
) -> tuple[Components, bool]:
    """
    Return the variances of highest likelihood, and whether the search came to rest.

    Unless ``equal``, each rater's error variance has an inverse chi-squared prior of
    ``prior_ratings`` degrees of freedom, whose scale is the most likely one.
    """
    scale = float(ratings.values.var())
    common, at_rest = _search(ratings, method, np.full(3, scale / 3), scale)
    start = Components(common[0], common[1], np.full(ratings.n_raters, common[2]))
    if equal:
        return start, at_rest
    point = np.concatenate([common[:2], np.full(ratings.n_raters, common[2])])
    found, at_rest = _search(ratings, method, point, scale, prior_ratings=prior_ratings)
    return Components(found[0], found[1], found[2:]), at_rest


def _search(
    ratings: Ratings,
    method: Method,
    start: Floats,
    scale: float,
    *,
    prior_ratings: float = 0.0,
) -> tuple[Floats, bool]:
    """Maximise over the logarithms of the variances, with one error variance or one per rater."""
    per_rater = ratings.per_rater if start.size > 3 else np.array([ratings.values.size])  # noqa: PLR2004 -- truth, severity, one error

    def downhill(logs: Floats) -> tuple[float, Floats]:
        variances = np.exp(logs)
        errors = np.broadcast_to(variances[2:], ratings.n_raters)
        found = predict(ratings, Components(variances[0], variances[1], errors), method)
        truths, severities, squares = found.squares
        if variances.size <= 3:  # noqa: PLR2004  one error variance for all raters
            squares = squares.sum(keepdims=True)
        expected = np.concatenate([[truths, severities], squares])
        counts = np.concatenate([[ratings.n_items, ratings.n_raters], per_rater])
        slopes = (counts - expected / variances) / 2
        # The prior at its most likely scale, which is the variances' harmonic mean.
        precisions = 1 / variances[2:]
        slopes[2:] += prior_ratings / 2 * (1 - precisions / precisions.mean())
        unlike = logs[2:].sum() + precisions.size * np.log(precisions.mean())
        return prior_ratings / 2 * float(unlike) - found.log_likelihood, slopes

    bounds = [(log(SMALLEST * scale), log(LARGEST * scale))] * start.size
    logs = np.log(np.maximum(start, 2 * SMALLEST * scale))
    best = minimize(
        downhill,
        logs,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": MOST_STEPS, "maxfun": 2 * MOST_STEPS, "ftol": 1e-15, "gtol": 1e-8},
    )
    free = best.x > bounds[0][0] + 1e-6
    at_rest = bool(np.abs(best.jac[free]).max(initial=0.0) < AT_REST * ratings.values.size)
    variances = np.where(free, np.exp(best.x), SMALLEST * scale)
    return variances, at_rest


def _equations(ratings: Ratings, components: Components) -> _Equations:
    weights = 1 / components.errors[ratings.raters]
    n, r = ratings.n_items, ratings.n_raters
    of_item = tally(ratings.items, weights, n) + 1 / components.truth
    ties = tally(ratings.items * r + ratings.raters, weights, n * r).reshape(n, r)
    shared = np.column_stack([ties.sum(axis=1), ties])
    of_rater = ties.sum(axis=0)
    system = np.diag(np.concatenate([[of_rater.sum()], of_rater + 1 / components.severity]))
    system[0, 1:] = system[1:, 0] = of_rater
    item_sums = tally(ratings.items, weights * ratings.values, n)
    rater_sums = tally(ratings.raters, weights * ratings.values, r)
    right = np.concatenate([[rater_sums.sum()], rater_sums])
    scaled = shared / of_item[:, None]
    return _Equations(
        shared, of_item, system - shared.T @ scaled, right - scaled.T @ item_sums, item_sums
    )


def _variances(equations: _Equations, inverse: Floats) -> tuple[Floats, Floats, Floats]:
    """Variances of the errors of things, of mean plus thing, and of severities."""
    spread = equations.shared @ inverse
    ties = (spread * equations.shared).sum(axis=1)
    truth = 1 / equations.of_item + ties / equations.of_item**2
    level = truth + inverse[0, 0] - 2 * spread[:, 0] / equations.of_item
    return truth, level, np.diag(inverse)[1:].copy()


def _fit_variances(ratings: Ratings, equations: _Equations, inverse: Floats) -> Floats:
    """Variance, per rating, of mean plus thing plus severity."""
    truth, _, _ = _variances(equations, inverse)
    rater = inverse[0, 0] + 2 * inverse[0, 1:] + np.diag(inverse)[1:]
    spread = equations.shared @ inverse / equations.of_item[:, None]
    both = (spread[:, :1] + spread[:, 1:])[ratings.items, ratings.raters]
    fit: Floats = truth[ratings.items] + rater[ratings.raters] - 2 * both
    return fit


def _log_determinant(ratings: Ratings, components: Components) -> float:
    """Of the variances of errors, things and severities."""
    return (
        float(np.log(components.errors) @ ratings.per_rater)
        + ratings.n_items * log(components.truth)
        + ratings.n_raters * log(components.severity)
    )
