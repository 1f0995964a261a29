"""Published tables as an attacker reads them: cells, and which of them add up to which."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array

from analysis.arrays import Integers
from analysis.disclosure.blocks import cyclic_blocks
from analysis.disclosure.counts import people_counted
from analysis.errors import BadInput


@dataclass(frozen=True, slots=True)
class Sum:
    """The cell ``whole`` counts everybody whom the cells ``parts`` count, each person once."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """The equations "whole - parts = 0" as a list of (row, cell, sign)."""

    rows: Integers
    cells: Integers
    signs: Integers


@dataclass(frozen=True, eq=False)
class Tables:
    """
    Counts of respondents of every cell that is published or hidden, totals among them.

    Overlapping tables are one `Tables`: a cell that stands in two of them stands here once, and
    every equation between cells is a `Sum`.

    Parameters
    ----------
    counts : (cells,) respondents, unweighted
    sums : the equations; the counts have to satisfy them
    """

    counts: Integers
    sums: tuple[Sum, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", _counts(self.counts))
        _check(self.counts, self.sums)

    @classmethod
    def nested(
        cls,
        counts: ArrayLike,
        parents: Sequence[int],
        breakdowns: Sequence[object] | None = None,
    ) -> "Tables":
        """
        Return a hierarchy: cells of one parent and one breakdown add up to that parent.

        Parameters
        ----------
        parents : the cell that each cell is a part of, -1 of none
        breakdowns : by what each cell divides its parent ("sex", "age"); None: there is one only

        Examples
        --------
        >>> province = Tables.nested([60, 45, 15], [-1, 0, 0])
        >>> province.sums
        (Sum(whole=0, parts=(1, 2)),)
        """
        array = _counts(counts)
        above = _parents(parents, array.size)
        labels = [None] * array.size if breakdowns is None else list(breakdowns)
        if len(labels) != array.size:
            raise BadInput(f"breakdowns must have {array.size} cells, got {len(labels)}")
        parts: dict[tuple[int, object], list[int]] = {}
        for cell, (parent, label) in enumerate(zip(above, labels, strict=True)):
            if parent >= 0:
                parts.setdefault((parent, label), []).append(cell)
        return cls(array, tuple(Sum(whole, tuple(of)) for (whole, _), of in parts.items()))

    @classmethod
    def crossed(cls, inner: ArrayLike) -> "Tables":
        """
        Return a cross-table with all its margins; the last place of each axis is the total.

        Examples
        --------
        >>> Tables.crossed([[1, 2], [3, 4]]).counts.reshape(3, 3).tolist()
        [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
        """
        table = people_counted("inner", inner)
        if not table.ndim:
            raise BadInput(f"inner must have a dimension or more, got {table}")
        for axis in range(table.ndim):
            table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
        places = np.arange(table.size).reshape(table.shape)
        lines = [
            np.moveaxis(places, axis, -1)[line]
            for axis in range(table.ndim)
            for line in product(*(range(n) for i, n in enumerate(table.shape) if i != axis))
        ]
        return cls(table.ravel(), tuple(Sum(int(c[-1]), tuple(c[:-1].tolist())) for c in lines))

    @cached_property
    def entries(self) -> Entries:
        rows = [row for row, each in enumerate(self.sums) for _ in range(1 + len(each.parts))]
        cells = [cell for each in self.sums for cell in (each.whole, *each.parts)]
        signs = [sign for each in self.sums for sign in (1, *[-1] * len(each.parts))]
        return Entries(*(np.array(column, dtype=np.int64) for column in (rows, cells, signs)))

    @cached_property
    def matrix(self) -> csr_array:
        """(equations, cells): a count x is possible where matrix @ x = 0."""
        of = self.entries
        shape = (len(self.sums), self.counts.size)
        return coo_array((of.signs.astype(float), (of.rows, of.cells)), shape=shape).tocsr()

    @cached_property
    def sums_of_cell(self) -> tuple[tuple[int, ...], ...]:
        found: list[list[int]] = [[] for _ in range(self.counts.size)]
        for row, cell in zip(self.entries.rows.tolist(), self.entries.cells.tolist(), strict=True):
            found[cell].append(row)
        return tuple(map(tuple, found))

    @cached_property
    def blocks(self) -> tuple[Integers, ...]:
        """The equations that have to be looked at together (rows of a cross-table and so on)."""
        return cyclic_blocks(self.entries.rows, self.entries.cells)


def _counts(counts: ArrayLike) -> Integers:
    array = people_counted("counts", counts)
    if array.ndim != 1:
        raise BadInput(f"counts must have one dimension, got shape {array.shape}")
    return array


def _parents(parents: Sequence[int], cells: int) -> list[int]:
    array = np.asarray(parents)
    if array.shape != (cells,):
        raise BadInput(f"parents must have {cells} cells, got shape {array.shape}")
    if cells and array.dtype.kind not in "iu":
        raise BadInput(f"parents must be cells or -1, got {array.dtype}")
    if (wrong := np.flatnonzero((array < -1) | (array >= cells))).size:
        raise BadInput(f"parents must be cells or -1, got {array[wrong[0]]} in row {wrong[0]}")
    return [int(cell) for cell in array]


def _check(counts: Integers, sums: Sequence[Sum]) -> None:
    for each in sums:
        cells = (each.whole, *each.parts)
        if len(set(cells)) != len(cells) or not each.parts:
            raise BadInput(f"sums must name each cell once and some parts, got {each}")
        if min(cells) < 0 or max(cells) >= counts.size:
            raise BadInput(f"sums name a cell outside of {counts.size} counts: {each}")
        if counts[each.whole] != counts[list(each.parts)].sum():
            raise BadInput(
                f"counts of cells {each.parts} add up to {counts[list(each.parts)].sum()}, "
                f"not to the {counts[each.whole]} of cell {each.whole}"
            )
