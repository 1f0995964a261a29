"""One code for several ratings: an indicator that was asked by more than one item.

A respondent's score is the mean of the items answered, if these are at least half of those asked.
Means of few five-point ratings are few numbers, so each is a code of one byte and a table holds its
score: what is counted stays an integer.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

from survey_app.instrument.answers import NOT_ASKED, SKIPPED, SPECIAL_CODES

MOST_CODES: Final = 128  # 0 to 127 in an int8
MOST_ITEMS: Final = 9  # ten items have 129 different means
_STEPS: Final = 4  # from the worst code, 0, to the best
_TOP_SCORE: Final = 100

DONT_KNOW, REFUSED, NOT_USED = (
    SPECIAL_CODES[name] for name in ("dont_know", "refused", "not_used")
)
# Somebody who left a line blank had met the question; somebody without the service had not.
_NOT_MET = frozenset({NOT_ASKED, NOT_USED})
_NEAREST_TO_AN_ANSWER = (DONT_KNOW, REFUSED, SKIPPED, NOT_USED, NOT_ASKED)


@lru_cache
def _means(items: int) -> tuple[Fraction, ...]:
    """Every mean that up to `items` codes 0..4 can have, rising."""
    return tuple(
        sorted(
            {Fraction(total, n) for n in range(1, items + 1) for total in range(_STEPS * n + 1)}
        )
    )


@lru_cache
def _place_of_mean(items: int) -> dict[Fraction, int]:
    return {mean: place for place, mean in enumerate(_means(items))}


def mean_scores(items: int) -> tuple[float, ...]:
    """Score 0-100 of each code that `combined` gives for that many items."""
    return tuple(float(mean * _TOP_SCORE / _STEPS) for mean in _means(items))


def combined(codes: Sequence[int]) -> int:
    """Return one code for the codes of an indicator's items.

    With fewer than half of the asked items answered it is a missing code: of the kinds that the
    items have, the one nearest to an answer.
    """
    answers = [code for code in codes if code >= 0]
    asked = sum(code not in _NOT_MET for code in codes)
    if answers and 2 * len(answers) >= asked:
        return _place_of_mean(len(codes))[Fraction(sum(answers), len(answers))]
    return next(kind for kind in _NEAREST_TO_AN_ANSWER if kind in codes)
