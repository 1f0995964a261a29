"""Agreement of raters on categories, beyond what chance alone would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from analysis.arrays import Floats, Integers, coded, floats
from analysis.errors import BadInput
from analysis.estimate import Interval, standard_error_of
from analysis.scalars import one_of, strictly_between

DisagreementWeights = Literal["none", "linear", "quadratic"]
HALF_A_THING = 0.5
ALL = 1 - 1e-12  # a sum of shares that is 1, rounding aside


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    A kappa: 1 is full agreement, 0 what chance gives, below 0 less than chance.

    Attributes
    ----------
    observed, expected : agreement found, and agreement by chance from the raters' own shares
    standard_error : of large samples, not under the hypothesis of chance
    n : things rated
    smoothed
        Value and standard error after half a thing more, on which raters agree as by chance: what
        the interval is made of
    """

    value: float
    standard_error: float
    observed: float
    expected: float
    n: int
    smoothed: tuple[float, float]

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """
        Interval on Fisher's scale (artanh) around the smoothed value.

        It has a width also where every rating agreed, and holds the truth about as often as it
        says from 50 things on, where ``normal_interval`` misses high agreement too often.
        """
        value, error = self.smoothed
        reach = _normal_quantile(level) * error / (1 - value**2)
        low, high = (tanh(atanh(value) + way * reach) for way in (-1, 1))
        return Interval(min(low, self.value), max(high, self.value))

    def normal_interval(self, level: float = 0.95) -> Interval:
        """Value and standard errors, cut at -1 and 1: what R's ``psych`` prints."""
        reach = _normal_quantile(level) * self.standard_error
        return Interval(max(self.value - reach, -1.0), min(self.value + reach, 1.0))


def cohen_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    categories: Sequence[object] | None = None,
    weights: DisagreementWeights = "none",
) -> Agreement:
    """
    Agreement of two raters who each put the same n things in one category.

    Parameters
    ----------
    first, second : (n,) the category that each rater gave, numbers or text
    categories
        All categories in their order, which "linear" and "quadratic" need for text (the order of
        the alphabet is nobody's meaning); default: those that occur, sorted
    weights
        How bad a disagreement is: "none" all alike, "linear" the distance between the categories'
        places, "quadratic" its square

    Raises
    ------
    BadInput
        Lengths, a category that is not named, a missing rating, one thing only; both raters use
        one category only, for then chance agrees as well and kappa is 0 / 0.

    References
    ----------
    Cohen (1960), Educ. Psychol. Meas. 20; Cohen (1968), Psychol. Bull. 70; standard error:
    Fleiss, Cohen & Everitt (1969), Psychol. Bull. 72. R: ``psych::cohen.kappa``.

    Examples
    --------
    Agreement .70, by chance .50 (Cohen's kappa (.70 - .50) / (1 - .50)):

    >>> first = ["yes"] * 25 + ["no"] * 25
    >>> second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    >>> round(cohen_kappa(first, second).value, 6)
    0.4
    """
    one_of("weights", weights, get_args(DisagreementWeights))
    rows, columns = np.asarray(first), np.asarray(second)
    if rows.ndim != 1 or rows.size <= 1:
        raise BadInput(f"first must hold two ratings or more in a row, got shape {rows.shape}")
    if columns.shape != rows.shape:
        raise BadInput(f"second must have {rows.size} rows, got shape {columns.shape}")
    is_text = rows.dtype.kind not in "iufb" or columns.dtype.kind not in "iufb"
    if weights != "none" and categories is None and is_text:
        raise BadInput("categories must be given in their order for weighted kappa of text")
    for name, ratings in (("first", rows), ("second", columns)):
        coded(name, ratings, rows.size)  # a missing rating is named
    n_categories, places = _places(np.concatenate([rows, columns]), categories)
    table = np.bincount(places[0] * n_categories + places[1], minlength=n_categories**2)
    return kappa_of_table(table.reshape(n_categories, n_categories), weights)


def kappa_of_table(table: ArrayLike, weights: DisagreementWeights) -> Agreement:
    """Kappa of a square table of counts, the first rater's categories in rows."""
    counts = np.asarray(table, dtype=np.float64)
    value, error, observed, expected = _kappa(counts, weights)
    margin = (counts.sum(axis=0) + counts.sum(axis=1)) / 2
    margin = (margin + 1 / margin.size) / (counts.sum() + 1)
    smoothed = _kappa(counts + HALF_A_THING * np.outer(margin, margin), weights)
    return Agreement(value, error, observed, expected, int(counts.sum()), smoothed[:2])


def _kappa(counts: Floats, weights: DisagreementWeights) -> tuple[float, float, float, float]:
    """Kappa, its standard error, and agreement observed and expected."""
    n = counts.sum()
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreement = agreement_weights(counts.shape[0], weights)
    observed = float((agreement * shares).sum())
    expected = float(rows @ agreement @ columns)
    if expected >= ALL:
        raise BadInput("first and second use one category only: kappa is not defined")
    beyond = (agreement @ columns)[:, None] + (agreement.T @ rows)[None, :]
    spread = (shares * (agreement * (1 - expected) - beyond * (1 - observed)) ** 2).sum()
    centre = observed * expected - 2 * expected + observed
    error = standard_error_of((spread - centre**2) / n) / (1 - expected) ** 2
    return (observed - expected) / (1 - expected), error, observed, expected


def kappas_of_tables(tables: Floats, weights: DisagreementWeights) -> Floats:
    """Kappa of each of many tables (tables, k, k); NaN where both sides use one category only."""
    agreement = agreement_weights(tables.shape[1], weights)
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    observed = (shares * agreement).sum(axis=(1, 2))
    expected = ((shares.sum(axis=2) @ agreement) * shares.sum(axis=1)).sum(axis=1)
    beyond = np.where(expected < ALL, 1 - expected, np.nan)
    kappas: Floats = (observed - expected) / beyond
    return kappas


def agreement_weights(n_categories: int, weights: DisagreementWeights) -> Floats:
    """Square matrix: 1 where categories are the same, less the further they are apart."""
    if weights == "none":
        return np.eye(n_categories)
    places = np.arange(n_categories)
    distance = np.abs(places[:, None] - places) / max(n_categories - 1, 1)
    power: Floats = 1.0 - (distance if weights == "linear" else distance**2)
    return power


def _places(ratings: NDArray[Any], categories: Sequence[object] | None) -> tuple[int, Integers]:
    """Return how many categories there are, and the places of both raters' ratings, (2, n)."""
    found, codes = coded("ratings", ratings, ratings.size)
    if categories is None:
        return found.size, codes.reshape(2, -1)
    try:
        named, distinct = list(categories), set(categories)
    except TypeError as error:
        raise BadInput(f"categories must be labels in their order, got {categories!r}") from error
    if len(distinct) != len(named):
        raise BadInput(f"categories must differ, got {named}")
    unknown = [label for label in found.tolist() if label not in named]
    if unknown:
        raise BadInput(f"ratings must be one of the categories {named}, got {unknown[0]!r}")
    order = np.array([named.index(label) for label in found.tolist()], dtype=np.int64)
    return len(named), order[codes].reshape(2, -1)


def fleiss_kappa(counts: ArrayLike) -> Agreement:
    """
    Agreement of several raters, who may be others for every thing.

    Parameters
    ----------
    counts
        (things, categories) how many raters put the thing in the category. Things may have
        different numbers of raters, two or more each.

    Raises
    ------
    BadInput
        Counts that are negative or not whole, a thing with fewer than two ratings, one thing
        only (no error can be told), or all ratings in one category.

    References
    ----------
    Fleiss (1971), Psychol. Bull. 76; unequal numbers of raters and the standard error over the
    things: Gwet (2008), Br. J. Math. Stat. Psychol. 61.

    Examples
    --------
    Ten things, fourteen raters, five categories:

    >>> counts = [
    ...     [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    ...     [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ... ]
    >>> round(fleiss_kappa(counts).value, 3)
    0.21
    """
    table = _counted(counts)
    raters = table.sum(axis=1)
    n = raters.size
    shares = table / raters[:, None]
    agreement = ((table**2).sum(axis=1) - raters) / (raters * (raters - 1))
    overall = shares.mean(axis=0)
    observed, expected = float(agreement.mean()), float(overall @ overall)
    if expected >= ALL:
        raise BadInput("counts use one category only: kappa is not defined")
    kappa = (observed - expected) / (1 - expected)
    by_chance = shares @ overall - expected
    deviations = (agreement - observed - 2 * (1 - kappa) * by_chance) / (1 - expected)
    error = sqrt(float(deviations @ deviations) / (n * (n - 1)))
    smoothed = kappa * n / (n + HALF_A_THING)
    spread = n / (n - 1) * float(((deviations + kappa - smoothed) ** 2).sum())
    spread = sqrt(spread + HALF_A_THING * smoothed**2) / (n + HALF_A_THING)
    return Agreement(kappa, error, observed, expected, n, (smoothed, spread))


def _normal_quantile(level: float) -> float:
    return float(ndtri((1 + strictly_between("level", level)) / 2))


def _counted(counts: ArrayLike) -> Floats:
    table = floats("counts", counts)
    if table.ndim != 2:  # noqa: PLR2004 -- things and categories
        raise BadInput(f"counts must have two dimensions, got shape {table.shape}")
    if table.shape[0] <= 1:
        raise BadInput(f"counts must hold two things or more, got {table.shape[0]}")
    wrong = table[~((table >= 0) & (table == np.floor(table)) & np.isfinite(table))]
    if wrong.size:
        raise BadInput(f"counts must be whole numbers from 0, got {wrong[0]}")
    few = np.flatnonzero(table.sum(axis=1) <= 1)
    if few.size:
        raise BadInput(f"counts must hold two ratings or more of every thing, row {few[0]} not")
    return table
