"""The two ends of a scale as an argument."""

from analysis.errors import BadInput
from analysis.scalars import real_number

ENDS = 2


def scale_ends(name: str, scale: object) -> tuple[float, float]:
    """Return the lower and the higher end."""
    if not isinstance(scale, tuple | list) or len(scale) != ENDS:
        raise BadInput(f"{name} must be its two ends, got {scale!r}")
    low, high = (real_number(name, end) for end in scale)
    if not low < high:
        raise BadInput(f"{name} must rise, got {scale}")
    return low, high
