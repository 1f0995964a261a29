"""One code for several ratings: an indicator that was asked by more than one item."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Floats, Integers
from analysis.cells import (
    DONT_KNOW,
    LARGEST_SIZE,
    MISSING_KINDS,
    NOT_APPLICABLE,
    NOT_ASKED,
    REFUSED,
    SKIPPED,
)
from analysis.errors import BadInput
from analysis.whole_numbers import whole_number

TOP_SCORE = 100
# Of the kinds that the items have, a respondent without a mean gets the first of these.
NEAREST_TO_AN_ANSWER = (DONT_KNOW, REFUSED, SKIPPED, NOT_APPLICABLE, NOT_ASKED)


@dataclass(frozen=True, slots=True, eq=False)
class Recoded:
    """
    A column for `count_cells` and what its codes mean.

    Attributes
    ----------
    codes : (n,) int8 where the codes fit (five-point scales: up to nine items), else int16
    scores : 0-100 of each code, rising, shape (code,)
    """

    codes: NDArray[np.int8] | NDArray[np.int16]
    scores: Floats


def recode_items(codes: NDArray[np.integer], n_codes: int = 5) -> Recoded:
    """
    Give each respondent one code for the mean of the items of an indicator.

    The mean is that of the answered items, if they are at least half of those that the respondent
    met (answered, don't know, refused or left blank). Means of few ratings are few numbers, so
    what is counted stays an integer and the variance from cells stays exact.

    Parameters
    ----------
    codes : (items, n), 0..n_codes-1 from worst to best at equal steps (reversed items turned
        round before), otherwise one of `MISSING_KINDS`
    n_codes : points of the scale, 2 or more

    Returns
    -------
    Recoded
        With fewer than half answered the code is a kind of missing: of those that the items have,
        the nearest to an answer.

    Examples
    --------
    >>> found = recode_items(np.array([[4, 4, -2], [1, -2, -1]]))
    >>> found.scores[found.codes[:2]].tolist(), found.codes[2].item()
    ([62.5, 100.0], -2)
    """
    two = 2
    codes = np.asarray(codes)
    if codes.ndim != two or codes.dtype.kind not in "iu":
        raise BadInput(f"codes must be integers of shape (items, n), got {codes.shape}")
    n_codes = whole_number("n_codes", n_codes, two, LARGEST_SIZE)
    if codes.size and not -len(MISSING_KINDS) <= codes.min() <= codes.max() < n_codes:
        raise BadInput(
            f"codes must lie in {-len(MISSING_KINDS)}..{n_codes - 1}, "
            f"found {codes.min()}..{codes.max()}"
        )
    answered = codes >= 0
    n_answered = answered.sum(axis=0)
    met = ((codes != NOT_ASKED) & (codes != NOT_APPLICABLE)).sum(axis=0)
    place, scores = _means(codes.shape[0], n_codes - 1)
    total = np.where(answered, codes, 0).sum(axis=0)
    has_mean = (n_answered > 0) & (2 * n_answered >= met)
    kinds = [(codes == kind).any(axis=0) for kind in NEAREST_TO_AN_ANSWER]
    missing = np.select(kinds, NEAREST_TO_AN_ANSWER, NOT_ASKED)
    recoded = np.where(has_mean, place[n_answered, total], missing)
    fits = scores.size <= np.iinfo(np.int8).max + 1
    return Recoded(recoded.astype(np.int8) if fits else recoded.astype(np.int16), scores)


def _means(items: int, steps: int) -> tuple[Integers, Floats]:
    """Code by (items answered, sum), and the score of each code."""
    means = {Fraction(total, n) for n in range(1, items + 1) for total in range(steps * n + 1)}
    rising = sorted(means)
    code = {mean: place for place, mean in enumerate(rising)}
    table = np.zeros((items + 1, steps * items + 1), dtype=np.int64)
    for n in range(1, items + 1):
        for total in range(steps * n + 1):
            table[n, total] = code[Fraction(total, n)]
    return table, np.array([float(mean * TOP_SCORE / steps) for mean in rising])
