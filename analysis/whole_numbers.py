"""Whole numbers as arguments: how many to draw, to leave out, to hold."""

from operator import index

from analysis.errors import BadInput


def whole_number(name: str, value: object, low: int, high: int, of: str = "") -> int:
    """Return a whole number from low to high; ``of`` says in a word what the highest is."""
    limits = f"{name} must be a whole number from {low} to {high}{of and f' ({of})'}, got {value}"
    if isinstance(value, bool):
        raise BadInput(limits)
    try:
        number = index(value)  # type: ignore[arg-type]  # whatever was given; refused below
    except TypeError:
        raise BadInput(limits) from None
    if not low <= number <= high:
        raise BadInput(limits)
    return number
