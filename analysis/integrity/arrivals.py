"""Answers that came in too quick succession."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from analysis.arrays import Booleans, Floats, Integers, finite
from analysis.errors import BadInput
from analysis.integrity.answers import grouped
from analysis.multiplicity import benjamini_hochberg
from analysis.scalars import one_of, real_number, strictly_between

Rhythm = Literal["even", "others"]


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """
    One value per answer, about the window that opens with it.

    Attributes
    ----------
    counts : answers of the unit in the window, itself included
    p_values : that chance alone brings so many; adjusted : over all windows of all units
    flagged : lies in a window whose adjusted p-value is at most q
    """

    counts: Integers
    p_values: Floats
    adjusted: Floats
    flagged: Booleans


def bursts(
    times: ArrayLike,
    units: ArrayLike,
    *,
    window: float,
    opened: float,
    closed: float,
    rhythm: Rhythm = "even",
    q: float = 0.01,
) -> Bursts:
    """
    Scan the arrivals of every unit against its own rate.

    Only for times at hand while answers arrive, or from elsewhere: the platform stores none with
    its answers, and what has been flushed cannot be scanned.

    Parameters
    ----------
    times : (n,) moments of arrival, in any unit of time
    units : (n,) labels
    window : length of the windows, in the same unit of time
    opened, closed : when answers could come
    rhythm : "even": the unit's own rate over the whole time; "others": its share of what came to
        all units in that window, which forgives evenings, reminders and the last day
    q : false discovery rate over all windows (Benjamini & Hochberg)

    Notes
    -----
    A window opens with each answer. Of a Poisson process with n answers, the other n - 1 fall into
    it independently: binomially with its share of the time; or, given that k of the unit and m of
    the others fall into it, binomially with the unit's share of all answers (the test of two
    Poisson rates, Przyborowski & Wilenski 1940). The answer that opens a window is not counted.
    """
    at = finite("times", times)
    _check(at, window, opened, closed)
    strictly_between("q", q)
    one_of("rhythm", rhythm, get_args(Rhythm))
    unit = grouped("units", units, at.size)
    if rhythm == "others" and unit.max() == 0:
        raise BadInput("rhythm 'others' needs two units or more, got one")
    order = np.lexsort((at, unit))
    units_in_order = np.split(order, np.cumsum(np.bincount(unit))[:-1])
    counts, ends = np.zeros(at.size, dtype=np.int64), np.zeros(at.size, dtype=np.int64)
    for rows in units_in_order:
        ends[rows] = np.searchsorted(at[rows], at[rows] + window, "right")
        counts[rows] = ends[rows] - np.arange(rows.size)
    n = np.bincount(unit)[unit]
    if rhythm == "even":
        fraction = np.minimum(window, closed - at) / (closed - opened)
        p_values = _at_least(counts - 1, n - 1, fraction)
    else:
        # As many trials as answers came in that window, each the unit's with its share of all.
        everybody = np.sort(at)
        in_window = np.searchsorted(everybody, at + window, "right")
        trials = in_window - np.searchsorted(everybody, at) - 1
        p_values = _at_least(counts - 1, trials, (n - 1) / (at.size - 1))
    adjusted = benjamini_hochberg(p_values)
    return Bursts(counts, p_values, adjusted, _covered(adjusted <= q, ends, units_in_order))


def _at_least(successes: Integers, trials: Integers, chance: Floats) -> Floats:
    """Upper tail of the binomial distribution, P(K >= successes)."""
    some = np.maximum(successes, 1)
    tail = betainc(some, np.maximum(trials - some + 1, 1), chance)
    return np.where(successes > 0, tail, 1.0)


def _covered(found: Booleans, ends: Integers, units_in_order: list[Integers]) -> Booleans:
    """Which answers lie in a window that was found."""
    flagged = np.zeros(found.size, dtype=np.bool_)
    for rows in units_in_order:
        reach = np.maximum.accumulate(np.where(found[rows], ends[rows], 0))
        flagged[rows] = np.arange(rows.size) < reach
    return flagged


def _check(at: Floats, window: float, opened: float, closed: float) -> None:
    if not at.size:
        raise BadInput("times must hold an answer, got none")
    for name, value in (("window", window), ("opened", opened), ("closed", closed)):
        real_number(name, value)
    if not 0 < window < closed - opened:
        raise BadInput(
            f"window must be positive and shorter than opened to closed, "
            f"got {window}, {opened} and {closed}"
        )
    outside = np.flatnonzero((at < opened) | (at > closed))
    if outside.size:
        raise BadInput(
            f"times must lie between opened and closed, got {at[outside[0]]} in row {outside[0]}"
        )
