"""The bivariate normal distribution: below two limits, and its density."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, owens_t

FloatArray = NDArray[np.float64]


def normal_below(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """
    Return P(X <= h, Y <= k) for correlation ``rho``, strictly between -1 and 1.

    By Owen's T function: Owen (1956), doi:10.1214/aoms/1177728074, formula 3.1; the arrays are
    broadcast, limits may be infinite.

    Examples
    --------
    Below both means: 1/4 + asin(rho) / (2 pi) (Sheppard 1899).

    >>> import numpy as np
    >>> float(normal_below(np.array(0.0), np.array(0.0), np.array(0.5))).__round__(12)
    0.333333333333
    """
    # The formula wants finite limits other than 0; these are as good as what they stand for.
    x, y = (_finite(limit) for limit in (h, k))
    root = np.sqrt((1 - rho) * (1 + rho))
    opposite = np.where((x * y < 0), 0.5, 0.0)
    below: FloatArray = (
        (ndtr(x) + ndtr(y)) / 2
        - owens_t(x, (y / x - rho) / root)
        - owens_t(y, (x / y - rho) / root)
        - opposite
    )
    return np.clip(below, 0.0, 1.0)


def normal_density(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """Return the density at (h, k), 0 where a limit is infinite."""
    x, y = _finite(h), _finite(k)
    rest = (1 - rho) * (1 + rho)
    exponent = (x**2 - 2 * rho * x * y + y**2) / (2 * rest)
    density: FloatArray = np.exp(-exponent) / (2 * np.pi * np.sqrt(rest))
    return density


FARTHEST = 40.0  # the normal distribution has nothing beyond, in double precision
NEAREST = 1e-150


def _finite(limit: FloatArray) -> FloatArray:
    bounded = np.clip(limit, -FARTHEST, FARTHEST)
    return np.where(np.abs(bounded) < NEAREST, NEAREST, bounded)
