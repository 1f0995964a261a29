"""Two numbers that rise: the limits of a scale, the thresholds of colours."""

from numpy.typing import ArrayLike

from analysis.arrays import finite
from analysis.errors import BadInput

TWO = 2


def rising_pair(name: str, values: ArrayLike) -> tuple[float, float]:
    pair = finite(name, values)
    if pair.size != TWO or not pair[0] < pair[1]:
        raise BadInput(f"{name} must rise from one number to another, got {values!r}")
    return float(pair[0]), float(pair[1])
