"""Which units went into which: read, checked, and filled in where nobody published the share."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Booleans, Floats, Integers, coded, numbers, tally
from analysis.errors import BadInput

ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Succession:
    """
    Which units went into which, one row per link of a predecessor and a successor.

    Attributes
    ----------
    predecessors, successors : labels; a predecessor's links must be complete
    shares
        Of the predecessor's people who came to live in the successor; they add up to 1 over its
        links. NaN: nobody published it. What the known ones leave is then divided equally, with the
        variance of a division of which nothing is known (Dirichlet's, all parameters 1)
    share_standard_errors : of the known shares, 0 when left out
    """

    predecessors: ArrayLike
    successors: ArrayLike
    shares: ArrayLike
    share_standard_errors: ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """The succession in numbers; shares are filled in, free ones may be anything up to most."""

    labels: NDArray[Any]
    predecessors: Integers
    successors: Integers
    shares: Floats
    errors: Floats
    free: Booleans
    most: Floats


def read_links(succession: Succession, units: ArrayLike, n_units: int) -> Links:
    """Number the links by earlier unit and by successor, and divide what is not known."""
    if not isinstance(succession, Succession):
        raise BadInput(f"succession must be a Succession, got {type(succession).__name__}")
    names = np.asarray(units)
    if names.shape != (n_units,):
        raise BadInput(f"units must have {n_units} rows, got shape {names.shape}")
    shares = numbers("shares", succession.shares)
    rows = shares.size
    old_labels, old_codes = coded("predecessors", succession.predecessors, rows)
    labels, new = coded("successors", succession.successors, rows)
    old = _places(old_labels, names)[old_codes]
    pairs, counts = np.unique(np.column_stack([old, new]), axis=0, return_counts=True)
    if (counts > 1).any():
        twice = pairs[np.argmax(counts > 1)]
        raise BadInput(f"predecessors name {names[twice[0]]} and {labels[twice[1]]} twice")
    wrong = np.flatnonzero((shares < 0) | (shares > 1))
    if wrong.size:
        raise BadInput(
            f"shares must lie between 0 and 1, got {shares[wrong[0]]} in row {wrong[0]}"
        )
    errors = _errors(succession, shares)
    return Links(labels, old, new, *_filled(old, names, shares, errors))


def _places(labels: NDArray[Any], names: NDArray[Any]) -> Integers:
    place = {name: at for at, name in enumerate(names.tolist())}
    if len(place) < names.size:
        raise BadInput("units must differ from each other")
    unknown = [label for label in labels.tolist() if label not in place]
    if unknown:
        raise BadInput(f"predecessors name {unknown[0]!r}, which is not one of the units")
    return np.array([place[label] for label in labels.tolist()], dtype=np.int64)


def _errors(succession: Succession, shares: Floats) -> Floats:
    if succession.share_standard_errors is None:
        return np.zeros(shares.size)
    errors = numbers("share_standard_errors", succession.share_standard_errors, shares.size)
    wrong = np.flatnonzero(~np.isnan(shares) & ~((errors >= 0) & (errors <= 1)))
    if wrong.size:
        at = wrong[0]
        raise BadInput(f"share_standard_errors must lie between 0 and 1, got {errors[at]}")
    return np.where(np.isnan(shares), 0.0, errors)


def _filled(
    old: Integers, names: NDArray[Any], shares: Floats, errors: Floats
) -> tuple[Floats, Floats, Booleans, Floats]:
    """Shares, their errors, which are free, and up to what: k free ones divide the rest r."""
    unknown: Booleans = np.isnan(shares)
    said = tally(old, np.nan_to_num(shares), names.size)
    free = tally(old, unknown.astype(np.float64), names.size)
    linked = np.bincount(old, minlength=names.size) > 0
    wrong = linked & ((said > 1 + ROUNDING) | ((free == 0) & (said < 1 - ROUNDING)))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise BadInput(f"shares of {names[at]} must add up to 1, got {said[at]:.6g}")
    k, rest = free[old], np.maximum(1 - said, 0.0)[old]
    divided = np.maximum(k, 1)
    # Of a flat division into k parts each varies by (k - 1) / (k^2 (k + 1)).
    flat = rest * np.sqrt((divided - 1) / (divided**2 * (divided + 1)))
    inherited = np.sqrt(tally(old, errors**2, names.size))[old] / divided
    return (
        np.where(unknown, rest / divided, shares),
        np.where(unknown, np.hypot(flat, inherited), errors),
        unknown & (k > 1) & (rest > ROUNDING),
        np.where(unknown & (k > 1), rest, 0.0),
    )
