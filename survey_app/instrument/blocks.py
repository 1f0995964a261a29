"""Who gets which topics: a cyclic design in which every two topics meet, and a fair deck.

A block is a small random share of the topics. Every pair must meet in some block, or nothing could
ever be said about how the two go together; every topic must come as often, and as often first as
last, or its position would leak into its score. Translating one set of residues whose differences
cover all residues (a difference cover) gives all three at once.
"""

import random
from dataclasses import dataclass
from functools import cache, cached_property
from threading import Lock

from survey_app.instrument.definition import Questionnaire


@dataclass(frozen=True)
class Design:
    """`topics` blocks of `size` topics each; block i is the base block moved on by i."""

    topics: int
    size: int

    @cached_property
    def base(self) -> tuple[int, ...]:
        return _smallest_cover(self.topics, self.size)

    @property
    def count(self) -> int:
        return self.topics

    def block(self, number: int) -> tuple[int, ...]:
        """The topics of a block, in the order in which they are asked.

        The order is the base's: over all blocks each topic stands once in each position.
        """
        if not 0 <= number < self.count:
            raise IndexError(number)
        return tuple((residue + number) % self.topics for residue in self.base)


def design_of(questionnaire: Questionnaire) -> Design:
    return Design(len(questionnaire.topics), questionnaire.topics_per_person)


def count_of(questionnaire: Questionnaire) -> int:
    """How many blocks there are to deal from: those of the topics, once for each arm."""
    return design_of(questionnaire).count * len(questionnaire.arms)


def indicators_of(questionnaire: Questionnaire, block: int) -> tuple[str, ...]:
    """The indicator codes of a block, in the order in which they are asked."""
    arm_of(questionnaire, block)
    design = design_of(questionnaire)
    return tuple(questionnaire.indicators[i] for i in design.block(block % design.count))


def arm_of(questionnaire: Questionnaire, block: int) -> int:
    """0, or 1 where the list has its sensitive statement."""
    if not 0 <= block < count_of(questionnaire):
        raise IndexError(block)
    return block // design_of(questionnaire).count


def asked_in(questionnaire: Questionnaire, block: int) -> Questionnaire:
    """The questionnaire as the people of a block meet it."""
    return questionnaire.arms[arm_of(questionnaire, block)]


class Deck:
    """Deals block numbers from a shuffled deck that holds each block once (permuted blocks).

    The deck evens out what chance alone would not: after n deals no topic is further from its
    share than one unfinished deck can carry it.
    """

    def __init__(self, count: int, rng: random.Random) -> None:
        self._count = count
        self._rng = rng
        self._left: list[int] = []
        self._lock = Lock()

    def deal(self) -> int:
        with self._lock:
            if not self._left:
                self._left = list(range(self._count))
                self._rng.shuffle(self._left)
            return self._left.pop()


@cache
def _smallest_cover(modulus: int, size: int) -> tuple[int, ...]:
    """Find the lexicographically smallest `size` residues with 0 whose differences cover all."""
    if not 1 <= size <= modulus:
        raise ValueError(f"{size} of {modulus} topics cannot be asked")
    found = _extend((0,), frozenset({0}), modulus, size)
    if found is None:
        raise ValueError(f"with {size} of {modulus} topics a person, some pairs never meet")
    return found


def _extend(
    chosen: tuple[int, ...], covered: frozenset[int], modulus: int, size: int
) -> tuple[int, ...] | None:
    more = size - len(chosen)
    # k chosen and m more give at most m (2k + m - 1) new differences: give up early.
    if modulus - len(covered) > more * (2 * len(chosen) + more - 1):
        return None
    if more == 0:
        return chosen
    for residue in range(chosen[-1] + 1, modulus - more + 1):
        new = {(residue - each) % modulus for each in chosen}
        new |= {(each - residue) % modulus for each in chosen}
        found = _extend((*chosen, residue), covered | new, modulus, size)
        if found is not None:
            return found
    return None
