"""Regression of an ordered outcome: proportional odds (the cumulative logit model)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit, log_expit, logit

from analysis.arrays import Booleans, Floats, Integers, floats, not_negative
from analysis.errors import BadInput

MOST_STEPS = 100
SMALLEST_STEP = 1e-9
MOST_HALVINGS = 40


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalRegression:
    """
    A fit of P(outcome <= category k | x) = logistic(threshold_k - x'slopes).

    Attributes
    ----------
    thresholds : (categories - 1,), increasing
    slopes : (p,), larger outcomes where positive
    covariance : (categories - 1 + p, same), thresholds first; infinite where not ``converged``
    log_likelihood : the maximum; what it tends to where not ``converged``
    converged : False where the predictors tell categories apart perfectly (separation): then some
        estimate would be infinite, the thresholds and slopes are only points on the way there
    n : rows with a positive weight
    categories : (categories,) the codes that occur, in order
    """

    thresholds: Floats
    slopes: Floats
    log_likelihood: float
    covariance: Floats
    converged: bool
    n: int
    categories: Integers

    @property
    def standard_errors(self) -> Floats:
        errors: Floats = np.sqrt(np.diag(self.covariance))
        return errors

    def probabilities(self, predictors: ArrayLike) -> Floats:
        """Return the probability of each category, (rows, categories)."""
        x = _matrix(predictors)
        if x.shape[1] != self.slopes.size:
            raise BadInput(f"predictors must have {self.slopes.size} columns, got {x.shape[1]}")
        below = expit(self.thresholds - (x @ self.slopes)[:, None])
        return np.diff(below, axis=1, prepend=0.0, append=1.0)


def ordinal_regression(
    outcome_codes: ArrayLike, predictors: ArrayLike, weights: ArrayLike | None = None
) -> OrdinalRegression:
    """
    Fit proportional odds by maximum likelihood (Newton's method).

    The likelihood is concave, so the maximum is the only one, and where the steps do not come to
    rest there is none: the predictors separate the categories, which ``converged`` says.

    Parameters
    ----------
    outcome_codes : (n,) integers, larger means more; codes that do not occur are no categories
    predictors : (n, p) numbers, without a constant; p = 0 gives the model without predictors
    weights : (n,) how often a row counts; the log-likelihood is the weighted sum

    Raises
    ------
    BadInput
        One category only; a predictor that is constant or a combination of the others.

    References
    ----------
    McCullagh (1980), J. R. Statist. Soc. B 42; concavity: Pratt (1981), J. Amer. Statist. Assoc.
    76. Equal to R's ``MASS::polr`` (``zeta``, ``coefficients``, ``vcov``).

    Examples
    --------
    Two categories and one predictor of two values give the log odds ratio of the 2 x 2 table.

    >>> import numpy as np
    >>> outcome = np.repeat([0, 1, 0, 1], [30, 10, 20, 40])
    >>> fit = ordinal_regression(outcome, np.repeat([0.0, 1.0], [40, 60])[:, None])
    >>> round(float(np.exp(fit.slopes[0])), 6)
    6.0
    """
    x = _matrix(predictors)
    categories, codes, mass = _outcome(outcome_codes, weights, x.shape[0])
    x, codes, mass = x[mass > 0], codes[mass > 0], mass[mass > 0]
    centre, scale = _scales(x)
    rows = _Rows((x - centre) / scale, codes, mass, categories.size)
    point, log_likelihood, converged = _maximum(rows)
    inner = categories.size - 1
    slopes = point[inner:] / scale
    back = np.diag(np.concatenate([np.ones(inner), 1 / scale]))
    back[:inner, inner:] = centre / scale
    covariance = np.full((point.size, point.size), np.inf)
    if converged:
        inverse = cho_solve(cho_factor(rows.information(point)), np.eye(point.size))
        covariance = back @ inverse @ back.T
    return OrdinalRegression(
        thresholds=point[:inner] + centre @ slopes,
        slopes=slopes,
        log_likelihood=log_likelihood,
        covariance=covariance,
        converged=converged,
        n=int(codes.size),
        categories=categories,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The likelihood of the rows at a point (thresholds, slopes of the scaled predictors)."""

    x: Floats
    codes: Integers
    mass: Floats
    n_categories: int

    def start(self) -> Floats:
        shares = np.bincount(self.codes, self.mass) / self.mass.sum()
        return np.concatenate([logit(np.cumsum(shares)[:-1]), np.zeros(self.x.shape[1])])

    def log_likelihood(self, point: Floats) -> float:
        low, high = self._bounds(point)
        if np.any(np.diff(point[: self.n_categories - 1]) <= 0):
            return -np.inf
        # F(high) - F(low) = F(high) F(-low) (1 - exp(low - high)), without cancellation.
        logs = log_expit(high) + log_expit(-low) + np.log(-np.expm1(low - high))
        return float(self.mass @ logs)

    def gradient(self, point: Floats) -> Floats:
        low, high = self._bounds(point)
        with np.errstate(over="ignore"):
            odds = 1 / np.expm1(high - low)
        return self._columns(self.mass * (expit(-high) + odds), -self.mass * (expit(low) + odds))

    def information(self, point: Floats) -> Floats:
        """Return the negative matrix of second derivatives."""
        low, high = self._bounds(point)
        with np.errstate(over="ignore"):
            shared = self.mass * 1 / (4 * np.sinh((high - low) / 2) ** 2)
        at_high = self.mass * expit(high) * expit(-high) + shared
        at_low = self.mass * expit(low) * expit(-low) + shared
        inner = self.n_categories - 1
        matrix = np.zeros((point.size, point.size))
        sums_high = np.bincount(self.codes, at_high, minlength=inner + 1)
        sums_low = np.bincount(self.codes, at_low, minlength=inner + 1)
        between = np.bincount(self.codes, shared, minlength=inner + 1)[1:inner]
        matrix[:inner, :inner] = np.diag(sums_high[:-1] + sums_low[1:])
        matrix[:inner, :inner] -= np.diag(between, 1) + np.diag(between, -1)
        for column, values in enumerate(self.x.T, inner):
            mixed = self._columns(values * (at_high - shared), values * (at_low - shared))
            matrix[:inner, column] = -mixed[:inner]
            matrix[column, :inner] = -mixed[:inner]
        both = at_high + at_low - 2 * shared
        matrix[inner:, inner:] = self.x.T @ (both[:, None] * self.x)
        return matrix

    def _bounds(self, point: Floats) -> tuple[Floats, Floats]:
        inner = self.n_categories - 1
        edges = np.concatenate([[-np.inf], point[:inner], [np.inf]])
        shift = self.x @ point[inner:]
        return edges[self.codes] - shift, edges[self.codes + 1] - shift

    def _columns(self, at_high: Floats, at_low: Floats) -> Floats:
        """Sum what rows give to their upper and lower bound over the parameters in the bounds."""
        inner = self.n_categories - 1
        upper = np.bincount(self.codes, at_high, minlength=inner + 1)[:-1]
        lower = np.bincount(self.codes, at_low, minlength=inner + 1)[1:]
        return np.concatenate([upper + lower, -(self.x.T @ (at_high + at_low))])


def _maximum(rows: _Rows) -> tuple[Floats, float, bool]:
    point = rows.start()
    reached = rows.log_likelihood(point)
    for _ in range(MOST_STEPS):
        try:
            factor = cho_factor(rows.information(point))
        except LinAlgError:  # far out on the way of a separation the information has faded
            break
        step = cho_solve(factor, rows.gradient(point))
        if np.abs(step).max() <= SMALLEST_STEP * (1 + np.abs(point).max()):
            return point + step, rows.log_likelihood(point + step), True
        step = _halved(rows, point, step, reached)
        point = point + step
        reached = rows.log_likelihood(point)
    return point, reached, False


def _halved(rows: _Rows, point: Floats, step: Floats, reached: float) -> Floats:
    """Return the longest of step, step / 2, step / 4, ... that does not lose likelihood."""
    for _ in range(MOST_HALVINGS):
        if rows.log_likelihood(point + step) >= reached - 1e-13 * abs(reached):
            break
        step = step / 2
    return step


def _outcome(
    outcome_codes: ArrayLike, weights: ArrayLike | None, n: int
) -> tuple[Integers, Integers, Floats]:
    floats("outcome_codes", outcome_codes)
    outcome = np.asarray(outcome_codes)
    if outcome.dtype.kind not in "iub":
        raise BadInput(f"outcome_codes must be integers, got {outcome.dtype}")
    if outcome.shape != (n,):
        raise BadInput(f"outcome_codes must have {n} rows, got shape {outcome.shape}")
    mass = np.ones(n) if weights is None else not_negative("weights", weights, n)
    present = np.unique(outcome[mass > 0]).astype(np.int64)
    if present.size <= 1:
        raise BadInput(f"outcome_codes must hold two categories or more, got {present.tolist()}")
    return present, np.searchsorted(present, outcome).astype(np.int64), mass


def _matrix(predictors: ArrayLike) -> Floats:
    x = floats("predictors", predictors)
    if x.ndim != 2:  # noqa: PLR2004 -- rows and columns
        raise BadInput(f"predictors must have two dimensions, got shape {x.shape}")
    wrong: Booleans = ~np.isfinite(x)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise BadInput(
            f"predictors must be finite, got {x[row, column]} in row {row}, column {column}"
        )
    return x


def _scales(x: Floats) -> tuple[Floats, Floats]:
    """Return centre and scale of the columns, which must be independent of a constant."""
    centre = x.mean(axis=0)
    scale = x.std(axis=0)
    flat = np.flatnonzero(scale <= 1e-12 * np.abs(centre))
    if flat.size:
        raise BadInput(f"predictors must vary, column {flat[0]} is {centre[flat[0]]} in every row")
    if np.linalg.matrix_rank((x - centre) / scale) < x.shape[1]:
        raise BadInput("predictors must not be combinations of each other")
    return centre, scale
