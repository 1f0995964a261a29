"""Counts out of n that vary more between units than chance: the beta-binomial distribution."""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln, logit, polygamma

from analysis.arrays import Floats

# Bounds of the logit of the mean and of the log of the strength: rho from 1e-6 to 0.99.
LOWEST, HIGHEST = np.array([-12.0, -4.6]), np.array([12.0, 13.8])
SWEEPS = 200
SMALLEST_STEP = 1e-6
TOLERANCE = 1e-13
WIDEST = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class BetaBinomial:
    """
    A fitted distribution and how well it is known.

    Attributes
    ----------
    parameters : logit of the mean share, log of the strength a + b
    covariance : of the parameters, (2, 2)
    """

    parameters: Floats
    covariance: Floats

    @property
    def mean(self) -> float:
        return float(expit(self.parameters[0]))

    @property
    def rho(self) -> float:
        """Correlation of two answers within a unit, 1 / (a + b + 1)."""
        return float(expit(-self.parameters[1]))

    def tail(self, successes: int, n: int) -> float:
        """P(K >= successes) of n, with the parameters as fitted."""
        return float(_tails(self.parameters[None, :], successes, n)[0])

    def predictive_tail(self, successes: int, n: int) -> float:
        """
        The tail for a NEW unit, averaged over what the parameters may be.

        Normal around the fit, by Gauss-Hermite quadrature with seven points each way; as fitted,
        the tail is too small where few units were at hand.
        """
        nodes, weights = np.polynomial.hermite_e.hermegauss(7)
        roots = np.linalg.cholesky(self.covariance)
        grid = np.stack(np.meshgrid(nodes, nodes, indexing="ij")).reshape(2, -1)
        parameters = np.clip(self.parameters + (roots @ grid).T, LOWEST, HIGHEST)
        weight = np.outer(weights, weights).ravel()
        return float(weight @ _tails(parameters, successes, n) / weight.sum())


def fit_beta_binomial(
    successes: Floats, n: Floats, start: BetaBinomial | None = None
) -> BetaBinomial:
    """
    Fit by maximum likelihood; with no more spread than the binomial, rho is next to zero.

    References
    ----------
    Skellam (1948), J. R. Statist. Soc. B 10, 257-261.
    """
    # Half a success and half a failure: without either the likelihood has its peak at infinity.
    share = (successes.sum() + 0.5) / (n.sum() + 1)
    starts = [np.array([logit(share), log(strength)]) for strength in (4.0, 100.0)]
    fits = [
        _descended(at, successes, n) for at in (starts if start is None else [start.parameters])
    ]
    best = min(fits, key=lambda at: -float(log_mass(at, successes, n).sum()))
    return BetaBinomial(best, _inverse(_derivatives(best, successes, n)[1]))


def _descended(parameters: Floats, k: Floats, n: Floats) -> Floats:
    """
    Newton's method within the bounds.

    Written out for two parameters: a general minimiser spends its time in products that are too
    small for it, and a nation of units asks for a hundred fits.
    """
    for _ in range(SWEEPS):
        slope, information = _derivatives(parameters, k, n)
        stuck = ((parameters <= LOWEST) & (slope < 0)) | ((parameters >= HIGHEST) & (slope > 0))
        slope = np.where(stuck, 0.0, slope)
        step = (
            _inverse(np.where(np.logical_or.outer(stuck, stuck), np.eye(2), information)) @ slope
        )
        parameters, gain = _higher(parameters, step, k, n)
        if gain <= TOLERANCE * k.size:
            break
    return parameters


def _higher(parameters: Floats, step: Floats, k: Floats, n: Floats) -> tuple[Floats, float]:
    """Go along the step, or half of it, and so on, until the likelihood is higher."""
    height = float(log_mass(parameters, k, n).sum())
    reach = 1.0
    while reach > SMALLEST_STEP:
        trial = np.clip(parameters + reach * step, LOWEST, HIGHEST)
        gain = float(log_mass(trial, k, n).sum()) - height
        if gain > 0:
            return trial, gain
        reach /= 2
    return parameters, 0.0


def log_mass(parameters: Floats, k: Floats, n: Floats) -> Floats:
    """Logarithm of P(K = k) of n, elementwise."""
    first, second = _shapes(parameters)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(
        ways + betaln(k + first, n - k + second) - betaln(first, second), dtype=np.float64
    )


def _tails(parameters: Floats, successes: int, n: int) -> Floats:
    """P(K >= successes) for every row of parameters."""
    upper = np.arange(successes, n + 1, dtype=np.float64)
    mass = log_mass(parameters.T[:, :, None], upper, np.asarray(float(n)))
    return np.asarray(np.minimum(np.exp(mass).sum(axis=1), 1.0))


def _shapes(parameters: Floats) -> tuple[Floats, Floats]:
    strength = np.exp(parameters[1])
    return expit(parameters[0]) * strength, expit(-parameters[0]) * strength


def _derivatives(parameters: Floats, k: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Gradient of the log-likelihood, and minus its matrix of second derivatives."""
    first, second = _shapes(parameters)
    share = first / (first + second)
    along = share * second  # of the first shape with the logit of the mean
    turn = np.array([[along, first], [-along, second]])
    slopes, curves = np.zeros(2), np.zeros((2, 2))
    both = first + second
    curves += (polygamma(1, both) - polygamma(1, n + both)).sum()
    for place, (shape, count) in enumerate(((first, k), (second, n - k))):
        change = digamma(both) - digamma(n + both) + digamma(count + shape) - digamma(shape)
        slopes[place] = change.sum()
        curves[place, place] += (polygamma(1, count + shape) - polygamma(1, shape)).sum()
    apart = along * float(slopes[0] - slopes[1])
    gradient = turn.T @ slopes
    bend = np.array([[(1 - 2 * share) * apart, apart], [apart, gradient[1]]])
    return gradient, -(turn.T @ curves @ turn + bend)


def _inverse(information: Floats) -> Floats:
    """
    Inverse of the information; no direction is known worse than ``WIDEST``.

    Next to the binomial the likelihood is flat in the strength.
    """
    values, vectors = np.linalg.eigh(information)
    return np.asarray((vectors / np.maximum(values, WIDEST**-2)) @ vectors.T)
