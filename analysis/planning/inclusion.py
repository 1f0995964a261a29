"""Inclusion probabilities in proportion to size, and draws that keep them exactly."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats, Integers, not_negative
from analysis.whole_numbers import whole_number

ROUNDING = 1e-9


def inclusion_probabilities(sizes: ArrayLike, n: int) -> Floats:
    """
    Chances proportional to size, one where that would exceed it.

    Units so large that they are certain are set apart, and the rest shares what remains, until
    nobody exceeds one (R: sampling::inclusionprobabilities).

    Examples
    --------
    >>> inclusion_probabilities([10, 1, 1, 2], 2).tolist()
    [1.0, 0.25, 0.25, 0.5]
    """
    size = not_negative("sizes", sizes)
    positive = int((size > 0).sum())
    whole_number("n", n, 1, positive, "units with a size")
    certain = np.zeros(size.size, dtype=np.bool_)
    while True:
        left = n - int(certain.sum())
        rest = float(size[~certain].sum())
        chances = np.where(certain, 1.0, left * size / rest if rest > 0 else 0.0)
        # A unit that reaches one by rounding alone is certain too.
        beyond = (chances >= 1 - ROUNDING) & ~certain
        if not beyond.any():
            return np.asarray(chances)
        certain |= beyond


def systematic_rows(probabilities: Floats, start: float) -> Integers:
    """
    Walk down the list with steps of one, from a start in [0, 1).

    Madow (1949), Annals of Mathematical Statistics 20. The order of the list is part of the
    design: it spreads the draw over what the list is sorted by.
    """
    reached = np.concatenate([[0.0], np.cumsum(probabilities)])
    # Rounding in the sum must not lose or add the last one.
    reached = np.where(np.abs(reached - np.rint(reached)) < ROUNDING, np.rint(reached), reached)
    steps = np.floor(reached - start)
    return np.flatnonzero(steps[1:] > steps[:-1])


def pivotal_rows(probabilities: Floats, rng: np.random.Generator) -> Integers:
    """
    Let two units at a time fight for their chances until each is in or out.

    The pivotal method in random order (Deville & Tille 1998, Biometrika 85): the size is fixed,
    the chances are exact, and every pair not in the same fight for sure can be drawn together.
    """
    order = rng.permutation(np.flatnonzero(probabilities > 0))
    luck = rng.random(order.size)
    drawn: list[int] = []
    holder, held = int(order[0]), float(probabilities[order[0]])
    for unit, chance, draw in zip(
        order[1:].tolist(), probabilities[order[1:]].tolist(), luck[1:].tolist(), strict=True
    ):
        both = held + chance
        if both < 1:
            holder = unit if draw * both < chance else holder
            held = both
            continue
        # One of the two is in; the other goes on with what is left of both.
        holder_is_in = draw * (2 - both) < 1 - chance
        drawn.append(holder if holder_is_in else unit)
        holder = unit if holder_is_in else holder
        held = both - 1
    half = 0.5
    return np.sort(np.array(drawn + [holder] * (held > half), dtype=np.int64))
