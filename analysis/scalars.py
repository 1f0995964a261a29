"""Single values as arguments, or an error that names the argument and the value."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from analysis.errors import BadInput

Option = TypeVar("Option", bound=str)


def real_number(name: str, value: object, low: float = -np.inf, high: float = np.inf) -> float:
    """Return a finite number from low to high, both included."""
    number = _as_float(name, value)
    if not (np.isfinite(number) and low <= number <= high):
        raise BadInput(f"{name} must be a number{_range(low, high)}, got {value}")
    return number


def positive(name: str, value: object) -> float:
    number = _as_float(name, value)
    if not 0 < number < np.inf:
        raise BadInput(f"{name} must be above zero, got {value}")
    return number


def strictly_between(name: str, value: object, low: float = 0.0, high: float = 1.0) -> float:
    """Return a number between low and high, neither included: a level, a share, a probability."""
    number = _as_float(name, value)
    if not low < number < high:
        raise BadInput(f"{name} must lie between {low:g} and {high:g}, got {value}")
    return number


def one_of(name: str, value: object, options: Sequence[Option]) -> Option:
    """Return the option that was named."""
    for option in options:
        if isinstance(value, str) and value == option:
            return option
    raise BadInput(f"{name} must be one of {tuple(options)}, got {value!r}")


def generator(name: str, rng: object) -> np.random.Generator:
    if not isinstance(rng, np.random.Generator):
        raise BadInput(f"{name} must be a numpy.random.Generator, got {rng!r}")
    return rng


def _as_float(name: str, value: object) -> float:
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return float(value)
    raise BadInput(f"{name} must be a number, got {value!r}")


def _range(low: float, high: float) -> str:
    if np.isfinite(low) and np.isfinite(high):
        return f" from {low:g} to {high:g}"
    if np.isfinite(low):
        return f" of {low:g} or more"
    return f" of {high:g} or less" if np.isfinite(high) else ""
