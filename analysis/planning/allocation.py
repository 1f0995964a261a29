"""How a sample is divided among strata."""

from heapq import heapify, heappop, heappush
from math import sqrt

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.errors import BadInput
from analysis.whole_numbers import whole_number


def allocate(sizes: Integers, shares: Floats, n: int, minimum: int = 2) -> Integers:
    """
    Divide n among strata in proportion to ``shares``, exactly to the last unit.

    Parameters
    ----------
    sizes : (strata,) units, the most that can be drawn
    shares
        Size for proportional allocation, size times standard deviation for Neyman's optimum
    minimum : to draw from each stratum (or all of it); two for a variance

    Notes
    -----
    Each next unit goes where it lowers the variance most, by share / sqrt(m (m + 1)): the best
    whole numbers under the limits (Wright 2012, doi:10.1080/00031305.2012.733679).

    Examples
    --------
    >>> import numpy as np
    >>> allocate(np.array([600, 300, 100]), np.array([600.0, 300.0, 100.0]), 20).tolist()
    [12, 6, 2]
    """
    whole_number("minimum", minimum, 1, int(sizes.sum()))
    given = np.minimum(sizes, minimum)
    if not given.sum() <= n <= sizes.sum():
        raise BadInput(
            f"size must be from {given.sum()} ({minimum} per stratum) to {sizes.sum()}, got {n}"
        )
    queue = [
        (-_priority(float(share), int(m)), stratum)
        for stratum, (share, m) in enumerate(zip(shares, given, strict=True))
        if m < sizes[stratum]
    ]
    heapify(queue)
    for _ in range(n - int(given.sum())):
        stratum = heappop(queue)[1]
        given[stratum] += 1
        if given[stratum] < sizes[stratum]:
            heappush(queue, (-_priority(float(shares[stratum]), int(given[stratum])), stratum))
    return given.astype(np.int64)


def _priority(share: float, m: int) -> float:
    return share / sqrt(m * (m + 1))
