"""Do the items of a scale hang together? Cronbach's alpha and what belongs to it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analysis.arrays import Floats, Integers
from analysis.errors import BadInput
from analysis.estimate import Interval
from analysis.items.answers import Missing, Moments, item_moments
from analysis.scalars import positive, real_number, strictly_between

FEWEST_FOR_ALPHA = 3
NEARLY_SINGULAR = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class ItemRest:
    """
    Correlation of each item with the sum of the others.

    Attributes
    ----------
    items : places in ``answers`` of the items that vary, in the order of ``correlations``
    correlations : (items,)
    flat : places of the items left out because their answers do not vary
    probably_unreversed : places of the items with a negative correlation
    """

    items: Integers
    correlations: Floats
    flat: Integers
    probably_unreversed: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Alpha:
    """
    Reliability of the sum of items.

    Attributes
    ----------
    raw, standardised : from the covariances and from the correlations
    spearman_brown : 2r/(1 + r) for two items, where it takes the place of alpha; else None
    guttman6 : Guttman's lambda 6, from the squared multiple correlations
    average_r : mean of the correlations between items
    standard_error : of ``raw``, whatever the distribution of the answers (Maydeu-Olivares 2007)
    normal_standard_error : the same for normal answers (Duhachek and Iacobucci 2004), R's ``ase``;
        as R, it counts rows with gaps as whole ones, which ``standard_error`` does not
    n : rows of the pair of items that fewest answered; all rows where nothing is missing
    item_means, item_sds, if_dropped : (items,); ``if_dropped`` is empty for two items
    item_rest : see :class:`ItemRest`, which also names the flat and the unreversed items
    """

    raw: float
    standardised: float
    spearman_brown: float | None
    guttman6: float
    average_r: float
    standard_error: float
    normal_standard_error: float
    n: int
    item_means: Floats
    item_sds: Floats
    if_dropped: Floats
    item_rest: ItemRest

    @property
    def reported(self) -> tuple[Literal["alpha", "Spearman-Brown"], float]:
        """What a report shows: alpha, or for two items Spearman and Brown's coefficient."""
        if self.spearman_brown is not None:
            return "Spearman-Brown", self.spearman_brown
        return "alpha", self.raw

    def confidence_interval(self, level: float = 0.95) -> Interval:
        reach = float(ndtri((1 + strictly_between("level", level)) / 2)) * self.standard_error
        return Interval(self.raw - reach, min(self.raw + reach, 1.0))


def cronbach_alpha(
    answers: ArrayLike, *, missing: Missing = "pairwise", weights: ArrayLike | None = None
) -> Alpha:
    """
    Return alpha, raw and standardised, and what it would be without each item.

    Items that run the other way are reversed before; one that was forgotten shows as negative in
    ``item_rest``. Items that do not vary are left out and named.

    Parameters
    ----------
    answers : (n, items) scores, NaN: no answer
    missing : "pairwise": each covariance from the rows that answered both items (the default of
        R's ``psych::alpha``); "complete": only rows that answered every item
    weights : (n,) of the rows

    Raises
    ------
    BadInput
        Fewer than two items vary; two items that no two rows answered both; items that cancel.

    References
    ----------
    Cronbach (1951), doi:10.1007/BF02310555; Guttman (1945), doi:10.1007/BF02288892; Eisinga, te
    Grotenhuis and Pelzer (2013), doi:10.1007/s00038-012-0416-3 (two items); Maydeu-Olivares,
    Coffman and Hartmann (2007), doi:10.1037/1082-989X.12.2.157 (standard error). Equal to R's
    ``psych::alpha``.

    Examples
    --------
    >>> alpha = cronbach_alpha([[1, 2, 2], [2, 2, 3], [3, 4, 3], [4, 4, 5]])
    >>> round(alpha.raw, 4)
    0.9388
    """
    moments = item_moments(answers, missing, weights)
    correlation = moments.correlation
    k = moments.items.size
    raw, standardised = _alpha(moments.covariance), _alpha(correlation)
    few = k < FEWEST_FOR_ALPHA
    without = [np.delete(np.arange(k), item) for item in range(k)]
    return Alpha(
        raw=raw,
        standardised=standardised,
        spearman_brown=spearman_brown(min(float(correlation[0, 1]), 1.0)) if few else None,
        guttman6=float(1 - (1 - multiple_correlations(correlation)).sum() / correlation.sum()),
        average_r=float((correlation.sum() - k) / (k * (k - 1))),
        standard_error=_standard_error(moments),
        normal_standard_error=_normal_standard_error(moments),
        n=int(moments.pair_counts.min()),
        item_means=moments.means,
        item_sds=np.sqrt(np.diag(moments.covariance)),
        if_dropped=np.array(
            [] if few else [_alpha(moments.covariance[np.ix_(rest, rest)]) for rest in without]
        ),
        item_rest=_item_rest(moments),
    )


def item_rest_correlation(
    answers: ArrayLike, *, missing: Missing = "pairwise", weights: ArrayLike | None = None
) -> ItemRest:
    """
    Return the correlation of each item with the sum of the others.

    Arguments and errors are those of :func:`cronbach_alpha`. Equal to ``r.drop`` of R's
    ``psych::alpha``.

    Examples
    --------
    The second item was not reversed.

    >>> scores = [[1, 4, 2, 1], [2, 4, 2, 2], [3, 3, 3, 3], [4, 3, 4, 4], [5, 2, 4, 5]]
    >>> item_rest_correlation(scores).probably_unreversed.tolist()
    [1]
    """
    return _item_rest(item_moments(answers, missing, weights))


def spearman_brown(correlation: float, length: float = 2.0) -> float:
    """
    Return the reliability of a test that is ``length`` times as long as its parts.

    ``correlation`` is that of two halves or parallel items (Spearman 1910, Brown 1910).

    Examples
    --------
    >>> spearman_brown(0.5, length=3)
    0.75
    """
    r, times = real_number("correlation", correlation, -1, 1), positive("length", length)
    below = 1 + (times - 1) * r
    if below <= 0:
        raise BadInput(f"correlation {correlation} has no reliability at length {length}")
    return times * r / below


def multiple_correlations(correlation: Floats) -> Floats:
    """Return the squared multiple correlation of each item with the others."""
    if np.linalg.eigvalsh(correlation)[0] > NEARLY_SINGULAR:
        return np.clip(1 - 1 / np.diag(np.linalg.inv(correlation)), 0.0, 1.0)
    k = correlation.shape[0]
    squares = np.empty(k)
    for item in range(k):  # items that repeat each other leave no inverse: least squares
        rest = np.delete(np.arange(k), item)
        shared = correlation[rest, item]
        slopes = np.linalg.lstsq(correlation[np.ix_(rest, rest)], shared, rcond=None)[0]
        squares[item] = shared @ slopes
    return np.clip(squares, 0.0, 1.0)


def _alpha(covariance: Floats) -> float:
    k = covariance.shape[0]
    total = float(covariance.sum())
    if total <= 1e-12 * np.trace(covariance):
        raise BadInput("answers hold items that cancel each other: their sum does not vary")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def _item_rest(moments: Moments) -> ItemRest:
    covariance = moments.covariance
    variances = np.diag(covariance)
    with_rest = covariance.sum(axis=0) - variances
    of_rest = covariance.sum() - 2 * with_rest - variances
    if np.any(of_rest <= 1e-12 * variances.sum()):
        item = moments.items[int(np.argmin(of_rest))]
        raise BadInput(f"answers hold items that cancel each other: all but item {item} are flat")
    correlations = with_rest / np.sqrt(variances * of_rest)
    unreversed = moments.items[correlations < 0]
    return ItemRest(moments.items, correlations, moments.flat, unreversed)


def _standard_error(moments: Moments) -> float:
    """Return the root of the summed squares of the rows' influence on alpha."""
    c, k = moments.covariance, moments.items.size
    total, trace = c.sum(), np.trace(c)
    slopes = k / (k - 1) * (np.full((k, k), trace / total**2) - np.eye(k) / total)
    seen = (~np.isnan(moments.scores)).astype(np.float64)
    deviations = np.where(seen > 0, moments.scores - moments.means, 0.0)
    per_answer = slopes / ((moments.mass[:, None] * seen).T @ seen)
    influence = ((deviations @ per_answer) * deviations).sum(axis=1)
    influence -= ((seen @ (per_answer * c)) * seen).sum(axis=1)
    return float(np.sqrt(((moments.mass * influence) ** 2).sum()))


def _normal_standard_error(moments: Moments) -> float:
    c, k = moments.covariance, moments.items.size
    total, trace = c.sum(), np.trace(c)
    spread = total * (np.trace(c @ c) + trace**2) - 2 * trace * (c @ c).sum()
    q = 2 * k**2 / ((k - 1) ** 2 * total**3) * spread
    return float(np.sqrt(max(q, 0.0) / moments.effective_n))
