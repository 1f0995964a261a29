"""Who gave the same answer to everything, even to questions that ask the opposite."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Booleans, Floats, Integers
from analysis.errors import BadInput
from analysis.integrity.answers import MOST, MOST_CODES, Codes, answer_codes, grouped, truths
from analysis.scalars import real_number
from analysis.whole_numbers import whole_number


@dataclass(frozen=True, slots=True, eq=False)
class StraightLining:
    """
    One value per respondent.

    Attributes
    ----------
    longest_runs : most answers of one code in a row, within a block
    longest_shares : the same as a share of the answers given in that block
    spreads : standard deviation of the raw codes (before reversing); NaN without an answer
    judged : answered enough items, reversed ones among them
    flagged : judged, without spread, and not in the middle of the scale
    """

    longest_runs: Integers
    longest_shares: Floats
    spreads: Floats
    judged: Booleans
    flagged: Booleans


def straight_lining(
    codes: ArrayLike,
    is_reversed: ArrayLike,
    *,
    n_codes: int = 5,
    blocks: ArrayLike | None = None,
    minimum_items: int = 8,
    largest_spread: float = 0.0,
) -> StraightLining:
    """
    Look for lines of equal answers.

    Parameters
    ----------
    codes : (items, n) as given, not reversed, in the order asked; negative: no answer
    is_reversed : (items,) True where a high code says the opposite of the other items. Without
        reversed items nobody is flagged: a contented person gives a line too
    n_codes : codes that the scale has, 2 to 20, not only those that were given: it says where the
        middle is, (n_codes - 1) / 2, in which nobody is flagged
    blocks : (items,) labels; a run does not go on in the next block. None: one block
    minimum_items : fewer answers are not judged
    largest_spread : up to which spread of the codes is a line

    Notes
    -----
    Items without an answer neither lengthen nor end a run. A line in the middle of the scale
    contradicts no reversed item. Measures: Johnson (2005), doi:10.1016/j.jrp.2004.09.009 (longest
    run); Dunn et al. (2018), doi:10.1007/s10869-016-9479-0 (intra-individual variability).

    Examples
    --------
    >>> import numpy as np
    >>> answers = np.column_stack([[4] * 8, [4, 3, 4, 4, 0, 1, 0, 0]])
    >>> straight_lining(answers, [False] * 4 + [True] * 4).flagged.tolist()
    [True, False]
    """
    whole_number("n_codes", n_codes, 2, MOST_CODES)
    whole_number("minimum_items", minimum_items, 1, MOST)
    real_number("largest_spread", largest_spread, 0)
    given = answer_codes("codes", codes)
    items, n = given.shape
    opposite = truths("is_reversed", is_reversed, items)
    if given.max() >= n_codes:
        raise BadInput(f"codes must lie below n_codes ({n_codes}), got {given.max()}")
    answered = given >= 0
    runs, shares = _longest_runs(given, grouped("blocks", blocks, items))
    spreads, means = _moments(given, answered)
    both = answered[opposite].any(axis=0) & answered[~opposite].any(axis=0)
    judged = (answered.sum(axis=0) >= minimum_items) & both
    away = np.abs(means - (n_codes - 1) / 2) > largest_spread
    flagged = np.zeros(n, dtype=np.bool_)
    flagged[judged] = (spreads <= largest_spread)[judged] & away[judged]
    return StraightLining(runs, shares, spreads, judged, flagged)


def _moments(given: Codes, answered: Booleans) -> tuple[Floats, Floats]:
    """Standard deviation (divisor n) and mean of each respondent's codes."""
    n = answered.sum(axis=0)
    size = np.maximum(n, 1)
    kept = np.where(answered, given, 0).astype(np.float64)
    means = kept.sum(axis=0) / size
    squares = np.where(answered, (kept - means) ** 2, 0.0).sum(axis=0)
    return (
        np.where(n > 0, np.sqrt(squares / size), np.nan),
        np.where(n > 0, means, np.nan),
    )


def _longest_runs(given: Codes, blocks: Integers) -> tuple[Integers, Floats]:
    n = given.shape[1]
    longest = np.zeros(n, dtype=np.int64)
    shares = np.zeros(n)
    for block in range(int(blocks.max()) + 1):
        best, run = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        size, last = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int8)
        for item in given[blocks == block]:
            answered = item >= 0
            run = np.where(answered, np.where(item == last, run + 1, 1), run)
            last = np.where(answered, item, last)
            size += answered
            best = np.maximum(best, run)
        longest = np.maximum(longest, best)
        shares = np.maximum(shares, best / np.maximum(size, 1))
    return longest, shares
