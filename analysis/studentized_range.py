"""Quantiles of the studentized range: the largest of all differences between many estimates."""

from functools import lru_cache

import numpy as np
from scipy.special import chdtri, ndtr

from analysis.arrays import Floats
from analysis.solvers import brentq

LOWEST, HIGHEST = -5.5, 8.5  # where the largest of two or of a million normal values lies
NODES, WEIGHTS = np.polynomial.legendre.leggauss(128)
Z_NODES = (HIGHEST - LOWEST) / 2 * NODES + (HIGHEST + LOWEST) / 2
Z_WEIGHTS = (HIGHEST - LOWEST) / 2 * WEIGHTS * np.exp(-(Z_NODES**2) / 2) / np.sqrt(2 * np.pi)
U_NODES, U_WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2
PRACTICALLY_INFINITE = 1e6


@lru_cache(maxsize=256)
def studentized_range_quantile(probability: float, groups: int, freedom: float) -> float:
    """
    Value that the range of ``groups`` normal means, over an estimated spread, rarely exceeds.

    R: qtukey. Copenhaver & Holland (1988), Journal of Statistical Computation and Simulation 30.

    Examples
    --------
    >>> round(studentized_range_quantile(0.95, 3, 10.0), 2)
    3.88
    """
    scale = np.ones(1)
    weights = np.ones(1)
    if freedom < PRACTICALLY_INFINITE:
        # Cubing puts most points where the estimated spread is small and the range exceeds q.
        lower = U_NODES**3
        scale = np.sqrt(chdtri(freedom, 1 - lower) / freedom)
        weights = U_WEIGHTS * 3 * U_NODES**2

    def exceeding(q: float) -> float:
        return float(weights @ _range_exceeds(q * scale, groups)) - (1 - probability)

    high = 4.0
    while exceeding(high) > 0:
        high *= 1.5
    return float(brentq(exceeding, 0.0, high, xtol=1e-9))


def _range_exceeds(widths: Floats, groups: int) -> Floats:
    """Chance that the range of independent standard normal values is above each width."""
    outside = ndtr(-Z_NODES)[None, :] + ndtr(Z_NODES[None, :] - widths[:, None])
    together = np.exp((groups - 1) * np.log1p(-np.minimum(outside, 1 - 1e-15)))
    return np.asarray(1 - groups * (together @ Z_WEIGHTS))
