"""Who answered faster than anybody reads."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr

from analysis.arrays import Booleans, Floats, coded, finite, numbers
from analysis.errors import BadInput
from analysis.integrity.answers import MOST, grouped
from analysis.scalars import real_number, strictly_between
from analysis.solvers import minimize
from analysis.whole_numbers import whole_number

MAD_TO_STANDARD_DEVIATION = 1.4826  # of a normal distribution, rounded as in R's mad
CLASSES_TO_FIT = 3


@dataclass(frozen=True, slots=True, eq=False)
class Speed:
    """
    One value per respondent; NaN where the time, or the spread of the form's times, is unknown.

    Attributes
    ----------
    ratios : time per item over the median of the same form
    scores : robust z of the log of the time per item; of the slowest time that a class allows
    flagged : ratio below the share and score below the limit, both; where more than half of a
        form's times are the same there is no score, and the share decides alone
    """

    ratios: Floats
    scores: Floats
    flagged: Booleans


def speed(
    seconds: ArrayLike,
    items: ArrayLike,
    forms: ArrayLike | None = None,
    *,
    lowest_share: float = 0.4,
    limit: float = -3.0,
    minimum_n: int = 20,
) -> Speed:
    """
    Compare each time per item with those of the same form.

    Parameters
    ----------
    seconds : (n,) positive; NaN unknown
    items : (n,) items that each respondent was asked: forms of a split questionnaire differ
    forms : (n,) labels; None: one form
    lowest_share, limit
        Both must be undercut: the share alone flags honest people where times vary widely, z alone
        where they hardly vary
    minimum_n : forms with fewer times are not judged

    Notes
    -----
    z = (log t - median) / (1.4826 MAD): Leys et al. (2013), doi:10.1016/j.jesp.2013.03.013.

    Examples
    --------
    >>> times = [300, 310, 290, 305, 295, 280, 320, 315, 285, 30]
    >>> speed(times, [20] * 10, minimum_n=10).flagged.nonzero()[0].tolist()
    [9]
    """
    _check(lowest_share, limit, minimum_n)
    times = numbers("seconds", seconds)
    wrong = np.flatnonzero(~(np.isnan(times) | (np.isfinite(times) & (times > 0))))
    if wrong.size:
        raise BadInput(f"seconds must be positive, got {times[wrong[0]]} in row {wrong[0]}")
    logs = np.log(times / _items(items, times.size))
    form = grouped("forms", forms, times.size)
    distances = np.full(times.size, np.nan)
    scores = np.full(times.size, np.nan)
    for each in range(int(form.max(initial=-1)) + 1):
        rows = np.flatnonzero((form == each) & ~np.isnan(logs))
        if rows.size < minimum_n:
            continue
        distances[rows] = logs[rows] - np.median(logs[rows])
        spread = np.median(np.abs(distances[rows])) * MAD_TO_STANDARD_DEVIATION
        if spread > 0:
            scores[rows] = distances[rows] / spread
    return _flagged(np.exp(distances), scores, lowest_share, limit)


def speed_of_classes(
    classes: ArrayLike,
    bounds: Mapping[str, tuple[float, float]],
    items: ArrayLike,
    forms: ArrayLike | None = None,
    *,
    lowest_share: float = 0.4,
    limit: float = -3.0,
    minimum_n: int = 20,
) -> Speed:
    """
    Judge coarse classes of duration as `speed` judges seconds.

    A class is too fast only if the slowest time in it is: where that cannot be told, nobody is
    flagged, and the share of the fastest class per unit (`all_top_share`) is the better check.

    Parameters
    ----------
    classes : (n,) labels
    bounds : seconds from and to of each class; the last may end at infinity
    items, forms, lowest_share, limit, minimum_n : as in `speed`

    Notes
    -----
    Per form a log-normal distribution of the time per item, by maximum likelihood from the
    intervals; a form with answers in fewer than three classes is not judged.
    """
    _check(lowest_share, limit, minimum_n)
    labels = np.asarray(classes)
    distinct, places = coded("classes", labels, labels.size)
    low, high = _edges(distinct.tolist(), bounds)
    asked = _items(items, labels.size)
    form = grouped("forms", forms, labels.size)
    from_, to = np.log(low[places] / asked), np.log(high[places] / asked)
    distances = np.full(labels.size, np.nan)
    scores = np.full(labels.size, np.nan)
    for each in range(int(form.max(initial=-1)) + 1):
        rows = np.flatnonzero(form == each)
        if rows.size < minimum_n or np.unique(places[rows]).size < CLASSES_TO_FIT:
            continue
        middle, spread = _log_normal(from_[rows], to[rows])
        distances[rows] = to[rows] - middle
        scores[rows] = distances[rows] / spread
    return _flagged(np.exp(distances), scores, lowest_share, limit)


def _check(lowest_share: float, limit: float, minimum_n: int) -> None:
    strictly_between("lowest_share", lowest_share)
    real_number("limit", limit, high=0)
    whole_number("minimum_n", minimum_n, 1, MOST)


def _flagged(ratios: Floats, scores: Floats, lowest_share: float, limit: float) -> Speed:
    far = (scores < limit) | np.isnan(scores)
    return Speed(ratios, scores, np.asarray((ratios < lowest_share) & far))


def _items(items: ArrayLike, n: int) -> Floats:
    asked = finite("items", items, n)
    wrong = np.flatnonzero(asked <= 0)
    if wrong.size:
        raise BadInput(f"items must be positive, got {asked[wrong[0]]} in row {wrong[0]}")
    return asked


def _edges(labels: list[str], bounds: Mapping[str, tuple[float, float]]) -> tuple[Floats, Floats]:
    if not isinstance(bounds, Mapping):
        raise BadInput(f"bounds must be seconds by class, got {bounds!r}")
    unknown = [label for label in labels if label not in bounds]
    if unknown:
        raise BadInput(f"bounds must hold every class, {unknown[0]!r} is missing")
    for label, (start, end) in bounds.items():
        real_number("bounds", start, 0)
        if end != np.inf:
            real_number("bounds", end)
        if not start < end:
            raise BadInput(f"bounds of {label!r} must be 0 <= from < to, got {start} and {end}")
    # The log of zero seconds is wanted as minus infinity; a second's billionth serves as well.
    low = np.array([max(bounds[label][0], 1e-9) for label in labels])
    return low, np.array([bounds[label][1] for label in labels])


def _log_normal(low: Floats, high: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the log time, of which only the intervals are known."""
    pairs, times = np.unique(np.column_stack([low, high]), axis=0, return_counts=True)

    def misfit(parameters: Floats) -> float:
        centre, log_spread = parameters
        below = (pairs[:, 0] - centre) / np.exp(log_spread)
        above = (pairs[:, 1] - centre) / np.exp(log_spread)
        # Mirrored into the lower tail, where the difference of two logs stays exact.
        mirrored = below > 0
        far = log_ndtr(np.where(mirrored, -below, above))
        near = log_ndtr(np.where(mirrored, -above, below))
        return -float(times @ (far + np.log(-np.expm1(np.minimum(near - far, -1e-300)))))

    finite_edges = pairs[np.isfinite(pairs)]
    start = np.array([np.median(finite_edges[finite_edges > np.log(1e-6)]), np.log(0.5)])
    fit = minimize(misfit, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    return float(fit.x[0]), float(np.exp(fit.x[1]))
