"""Intraclass correlations: agreement of raters on a numeric scale."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from analysis.arrays import Floats, floats
from analysis.errors import BadInput
from analysis.estimate import Interval
from analysis.scalars import one_of, strictly_between

IntraclassModel = Literal["one_way", "two_way_random", "two_way_mixed"]
IntraclassOf = Literal["single", "mean"]


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Two-way analysis of variance without repetition: n things, k raters."""

    n: int
    k: int
    things: float
    raters: float
    residual: float

    @property
    def within(self) -> float:
        """Mean square within things, raters and residual together."""
        return (self.raters + (self.n - 1) * self.residual) / self.n


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """
    Share of the variance of ratings that lies between the things rated.

    Attributes
    ----------
    value, interval : may fall below 0 where raters differ more within things than between them;
        of a "mean", the interval may go down to -inf
    f, degrees_of_freedom, p_value : the test that it is 0
    n, k : things and raters
    """

    value: float
    interval: Interval
    f: float
    degrees_of_freedom: tuple[float, float]
    p_value: float
    n: int
    k: int


def intraclass_correlation(
    ratings: ArrayLike,
    *,
    model: IntraclassModel = "two_way_random",
    of: IntraclassOf = "single",
    level: float = 0.95,
) -> IntraclassCorrelation:
    """
    Agreement of k raters on n things, each rated once by each.

    Parameters
    ----------
    ratings : (n, k) numbers, all present
    model
        "one_way", ICC(1): the raters of one thing are not those of another, severity counts as
        error. "two_way_random", ICC(2): the same raters, drawn from many; absolute agreement.
        "two_way_mixed", ICC(3): these raters alone; severity is left out (consistency)
    of : "single" rating, or the "mean" of the k ratings: ICC(., k)

    Raises
    ------
    BadInput
        Ratings that are missing or all the same; things whose mean ratings are all the same, or so
        near that the "mean" has no value; fewer than two things or raters.

    References
    ----------
    Shrout & Fleiss (1979), Psychol. Bull. 86; McGraw & Wong (1996), Psychol. Methods 1. R:
    ``psych::ICC(lmer = FALSE)``.

    Examples
    --------
    Six things and four judges of Shrout and Fleiss, who print .29:

    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
    ...            [6, 2, 4, 7]]
    >>> round(intraclass_correlation(ratings).value, 2)
    0.29
    """
    one_of("model", model, get_args(IntraclassModel))
    one_of("of", of, get_args(IntraclassOf))
    strictly_between("level", level)
    squares = mean_squares(ratings)
    error = squares.within if model == "one_way" else squares.residual
    n, k = squares.n, squares.k
    df = float(n - 1), float(n * (k - 1) if model == "one_way" else (n - 1) * (k - 1))
    if squares.things == 0:
        raise BadInput("ratings must differ between things, the means of all are the same")
    f = squares.things / error if error > 0 else inf
    value, interval = _SINGLE[model](squares, f, df, (1 + level) / 2)
    if of == "mean":
        value = _of_mean(value, k)
        if value == -inf:
            raise BadInput("ratings must differ more between things, their means say nothing")
        interval = Interval(_of_mean(interval.low, k), _of_mean(interval.high, k))
    p_value = float(fdtrc(*df, f)) if f < inf else 0.0
    return IntraclassCorrelation(value, interval, f, df, p_value, n, k)


def mean_squares(ratings: ArrayLike) -> MeanSquares:
    table = floats("ratings", ratings)
    if table.ndim != 2 or min(table.shape) <= 1:  # noqa: PLR2004 -- things and raters
        raise BadInput(f"ratings must hold two things and two raters or more, got {table.shape}")
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise BadInput(
            f"ratings must be finite, got {table[row, column]} of thing {row}, rater {column}"
        )
    if np.ptp(table) == 0:
        raise BadInput(f"ratings must differ, all are {table[0, 0]}")
    n, k = table.shape
    centred = table - table.mean()
    things, raters = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - things[:, None] - raters
    for part in (things, raters, rest):  # nothing, rounding aside
        part[np.abs(part) <= 1e-12 * np.abs(table).max()] = 0.0
    return MeanSquares(
        n=n,
        k=k,
        things=k * _squares(things) / (n - 1),
        raters=n * _squares(raters) / (k - 1),
        residual=_squares(rest) / ((n - 1) * (k - 1)),
    )


def _squares(values: Floats) -> float:
    return float((values**2).sum())


def _of_mean(single: float, k: int) -> float:
    """Spearman and Brown: from one rating to the mean of k."""
    return single * k / (1 + single * (k - 1)) if single > -1 / (k - 1) else -inf


def _ratio(
    squares: MeanSquares, f: float, df: tuple[float, float], upper: float
) -> tuple[float, Interval]:
    """Value and interval where the error's mean square is that of the F ratio: ICC(1), ICC(3)."""
    low = f / float(fdtri(*df, upper))
    high = f * float(fdtri(*df[::-1], upper))

    def correlation(ratio: float) -> float:
        return (ratio - 1) / (ratio + squares.k - 1) if ratio < inf else 1.0

    return correlation(f), Interval(correlation(low), correlation(high))


def _absolute(
    squares: MeanSquares, f: float, df: tuple[float, float], upper: float
) -> tuple[float, Interval]:
    """Value and interval of ICC(2), with Satterthwaite's degrees of freedom."""
    n, k, things = squares.n, squares.k, squares.things
    rest = (k * n - k - n) * squares.residual
    value = n * (things - squares.residual) / (n * things + k * squares.raters + rest)
    of_raters = k * value * squares.raters
    of_rest = (n * (1 + (k - 1) * value) - k * value) * squares.residual
    spread = (n - 1) * of_raters**2 + of_rest**2
    v = df[1] * (of_raters + of_rest) ** 2 / spread if spread > 0 else df[1]
    v = max(v, k - 1.0)  # below the smaller of its parts only where a negative value spoils it
    by_low, by_high = float(fdtri(df[0], v, upper)), float(fdtri(v, df[0], upper))
    others = k * squares.raters + rest
    low = n * (things - by_low * squares.residual) / (by_low * others + n * things)
    high = n * (by_high * things - squares.residual) / (others + n * by_high * things)
    return value, Interval(min(low, value), max(high, value))


_SINGLE: dict[IntraclassModel, Callable[..., tuple[float, Interval]]] = {
    "one_way": _ratio,
    "two_way_random": _absolute,
    "two_way_mixed": _ratio,
}
