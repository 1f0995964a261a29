"""Answers as the graded response model takes them: small categories merged, patterns counted."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analysis.arrays import Floats, Integers, tally
from analysis.errors import BadInput
from analysis.items.answers import NO_ANSWER

FEWEST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Merge:
    """Codes of an item that count as one category, because one of them had too few answers."""

    item: int
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Categories:
    """The categories of one item: which codes each holds, from the lowest to the highest."""

    item: int
    codes: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, item: int, column: Integers) -> "Categories":
        """Merge what fewer than ten chose with the smaller of its neighbours, until none is."""
        present, counts = np.unique(column[column != NO_ANSWER], return_counts=True)
        held = [(int(code),) for code in present]
        sizes = counts.tolist()
        while len(held) > 1 and min(sizes) < FEWEST_ANSWERS:
            small = sizes.index(min(sizes))
            near = [at for at in (small - 1, small + 1) if 0 <= at < len(held)]
            low = min(small, min(near, key=sizes.__getitem__))
            held[low : low + 2] = [held[low] + held[low + 1]]
            sizes[low : low + 2] = [sizes[low] + sizes[low + 1]]
        return cls(item, tuple(held))

    @property
    def merges(self) -> list[Merge]:
        return [Merge(self.item, codes) for codes in self.codes if len(codes) > 1]

    def ranks(self, column: Integers) -> Integers:
        """Return the place of each answer among the categories; -1: no answer."""
        codes = np.array([code for held in self.codes for code in held])
        places = np.array([at for at, held in enumerate(self.codes) for _ in held])
        answered = column != NO_ANSWER
        at = np.minimum(np.searchsorted(codes, column), codes.size - 1)
        strange = np.flatnonzero(answered & (codes[at] != column))
        if strange.size:
            raise BadInput(
                f"answers must hold known codes, got {column[strange[0]]} in row {strange[0]}, "
                f"item {self.item}"
            )
        return np.where(answered, places[at], NO_ANSWER).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """
    The different rows of answers, and how often each occurs.

    Attributes
    ----------
    chosen : (patterns, categories of all items) 1 where chosen
    mass, squares : (patterns,) sums of the rows' weights, and of their squares
    of_row : (rows,) the pattern of each row
    """

    chosen: csr_array
    mass: Floats
    squares: Floats
    of_row: Integers

    @classmethod
    def of(cls, ranks: Integers, sizes: Integers, mass: Floats) -> "Patterns":
        distinct, of_row = np.unique(ranks, axis=0, return_inverse=True)
        of_row = of_row.reshape(-1)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        rows, items = np.nonzero(distinct != NO_ANSWER)
        columns = starts[items] + distinct[rows, items]
        chosen = csr_array(
            (np.ones(rows.size), (rows, columns)), shape=(distinct.shape[0], int(starts[-1]))
        )
        total, squares = (tally(of_row, each, distinct.shape[0]) for each in (mass, mass**2))
        return cls(chosen, total, squares, of_row.astype(np.int64))
