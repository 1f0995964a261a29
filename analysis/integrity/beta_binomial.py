"""Counts out of n that vary more between units than chance: the beta-binomial distribution."""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, gammaln, logit

from analysis.arrays import Floats

# Bounds of the logit of the mean and of the log of the strength: rho from 1e-6 to 0.99.
LOWEST, HIGHEST = np.array([-12.0, -4.6]), np.array([12.0, 13.8])
STEP = 1e-4
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
    bounds = list(zip(LOWEST.tolist(), HIGHEST.tolist(), strict=True))
    fits = [
        minimize(
            _misfit,
            at,
            args=(successes, n),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-12},
        )
        for at in (starts if start is None else [start.parameters])
    ]
    best = np.asarray(min(fits, key=lambda fit: float(fit.fun)).x, dtype=np.float64)
    return BetaBinomial(best, _covariance(best, successes, n))


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


def _misfit(parameters: Floats, k: Floats, n: Floats) -> tuple[float, Floats]:
    """Minus the log-likelihood, and its gradient."""
    first, second = _shapes(parameters)
    both = digamma(first + second) - digamma(n + first + second)
    by_first = float((both + digamma(k + first) - digamma(first)).sum())
    by_second = float((both + digamma(n - k + second) - digamma(second)).sum())
    along_mean = first * expit(-parameters[0]) * (by_first - by_second)
    along_strength = first * by_first + second * by_second
    return -float(log_mass(parameters, k, n).sum()), -np.array([along_mean, along_strength])


def _covariance(parameters: Floats, k: Floats, n: Floats) -> Floats:
    """Inverse of the information; no direction is known worse than ``WIDEST``."""
    steps = STEP * np.eye(2)
    rows = [
        (_misfit(parameters + step, k, n)[1] - _misfit(parameters - step, k, n)[1]) / (2 * STEP)
        for step in steps
    ]
    information = (np.array(rows) + np.array(rows).T) / 2
    values, vectors = np.linalg.eigh(information)
    # Next to the binomial the likelihood is flat in the strength.
    known = np.maximum(values, WIDEST**-2)
    return np.asarray((vectors / known) @ vectors.T)
