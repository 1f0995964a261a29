"""The scan: answers become exact integer counts, and every later step costs O(cells)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import BadInput
from analysis.whole_numbers import whole_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NOT_ASKED = -1
DONT_KNOW = -2
REFUSED = -3
SKIPPED = -4
NOT_APPLICABLE = -5
MISSING_KINDS = (NOT_ASKED, DONT_KNOW, REFUSED, SKIPPED, NOT_APPLICABLE)
LARGEST_SIZE = np.iinfo(np.int32).max
ROWS_AT_A_TIME = 1 << 17  # what is written per item and read at once stays in the cache


@dataclass(frozen=True, slots=True, eq=False)
class CellCounts:
    """How many respondents of each group gave each code to each item.

    Attributes
    ----------
    counts : int64, shape (group, item, code)
    missing : int64, shape (group, item, kind)
        The kinds in the order of `MISSING_KINDS`; they are never added together here.
    """

    counts: NDArray[np.int64]
    missing: NDArray[np.int64]

    def __add__(self, other: CellCounts) -> CellCounts:
        _check_shapes(self, other)
        return CellCounts(self.counts + other.counts, self.missing + other.missing)

    @property
    def answered(self) -> NDArray[np.int64]:
        return np.asarray(self.counts.sum(axis=2))

    @property
    def asked(self) -> NDArray[np.int64]:
        """Answered, did not know or refused: whoever met the question and dealt with it."""
        return self.answered + self.missing_of(DONT_KNOW) + self.missing_of(REFUSED)

    @property
    def respondents(self) -> NDArray[np.int64]:
        """Everybody in the group, one number per group (the same for each item)."""
        if self.counts.shape[1] == 0:
            return np.zeros(self.counts.shape[0], dtype=np.int64)
        return np.asarray(self.counts[:, 0].sum(axis=1) + self.missing[:, 0].sum(axis=1))

    def missing_of(self, kind: int) -> NDArray[np.int64]:
        return self.missing[:, :, MISSING_KINDS.index(kind)]


class CellCounter:
    """Cells of a dataset that comes in parts: one table, to which every part is added in place.

    One thread at a time may add. The table takes 8 * items * groups * (codes + 5) bytes, whatever
    the number of rows.
    """

    def __init__(self, n_groups: int, n_items: int, n_codes: int) -> None:
        n_groups, n_items, n_codes = (
            whole_number(name, size, 0, LARGEST_SIZE)
            for name, size in (("n_groups", n_groups), ("n_items", n_items), ("n_codes", n_codes))
        )
        # Item by item, so that the counting of one item stays within the processor's cache.
        self._table = np.zeros((n_items, n_groups, len(MISSING_KINDS) + n_codes), dtype=np.int64)

    def add(
        self,
        groups: ArrayLike,
        codes: NDArray[np.integer] | Sequence[ArrayLike],
    ) -> None:
        """Count further rows: arguments as of `count_cells`."""
        n_items, n_groups, width = self._table.shape
        n_kinds = len(MISSING_KINDS)
        of_row, columns = integer_rows(groups, codes, n_items)
        check_range("groups", of_row, 0, n_groups - 1)
        for item, column in enumerate(columns):
            # A code outside its range would be counted in a neighbouring cell, unnoticed.
            check_range(f"codes of item {item}", column, -n_kinds, width - n_kinds - 1)
        # int64 is what the indexing below takes without a copy.
        first_bin = of_row.astype(np.int64) * width + n_kinds
        bins = np.empty(min(of_row.size, ROWS_AT_A_TIME), dtype=np.int64)
        for table, column in zip(self._table.reshape(n_items, -1), columns, strict=True):
            for start in range(0, of_row.size, ROWS_AT_A_TIME):
                end = min(start + ROWS_AT_A_TIME, of_row.size)
                part = bins[: end - start]
                np.add(first_bin[start:end], column[start:end], out=part)
                np.add.at(table, part, 1)

    def merge(self, cells: CellCounts) -> None:
        """Add what was counted elsewhere."""
        mine = self.cells()
        _check_shapes(mine, cells)
        np.add(mine.counts, cells.counts, out=mine.counts)
        np.add(mine.missing, cells.missing, out=mine.missing)

    def cells(self) -> CellCounts:
        """What was counted so far: views of the table, so count no further while they are used."""
        n_kinds = len(MISSING_KINDS)
        by_group = self._table.transpose(1, 0, 2)
        return CellCounts(by_group[:, :, n_kinds:], by_group[:, :, n_kinds - 1 :: -1])


def count_cells(
    groups: ArrayLike,
    codes: NDArray[np.integer] | Sequence[ArrayLike],
    n_groups: int,
    n_codes: int,
) -> CellCounts:
    """Count the answers of every group; exact, so that parts of a dataset add up to the whole.

    Parameters
    ----------
    groups : integers 0..n_groups-1, shape (n,)
        The key of the group: unit, audience, series, stratum, primary sampling unit and every
        raking variable, so that all respondents of a group have the same weight.
    codes : int8, shape (items, n), or a sequence of such columns
        0..n_codes-1 an answer, otherwise one of `MISSING_KINDS`.

    Raises
    ------
    BadInput
        A group or a code outside its range, columns of different lengths, numbers that are not
        integers.

    Examples
    --------
    >>> import numpy as np
    >>> cells = count_cells(np.array([0, 0, 1]), np.array([[4, 4, -2]], dtype=np.int8), 2, 5)
    >>> cells.counts[:, 0].tolist()
    [[0, 0, 0, 0, 2], [0, 0, 0, 0, 0]]
    >>> cells.missing_of(DONT_KNOW).tolist()
    [[0], [1]]
    """
    of_row, columns = integer_rows(groups, codes, None)
    counter = CellCounter(n_groups, len(columns), n_codes)
    counter.add(of_row, columns)
    return counter.cells()


def integer_rows(
    groups: ArrayLike, codes: NDArray[np.integer] | Sequence[ArrayLike], n_items: int | None
) -> tuple[NDArray[np.integer], list[NDArray[np.integer]]]:
    """Return the groups of all rows and a column of codes for each item, or refuse them by name."""
    of_row = _array("groups", groups)
    if of_row.ndim != 1 or of_row.dtype.kind not in "iu":
        raise BadInput(
            f"groups must be integers of one dimension, got {of_row.dtype} of shape {of_row.shape}"
        )
    if not _has_columns(codes):
        raise BadInput(f"codes must have a column for each item, got {type(codes).__name__}")
    columns = [_array(f"codes of item {item}", column) for item, column in enumerate(codes)]
    if n_items is not None and len(columns) != n_items:
        raise BadInput(f"codes must have {n_items} columns, got {len(columns)}")
    for item, column in enumerate(columns):
        if column.shape != of_row.shape or column.dtype.kind not in "iu":
            raise BadInput(
                f"codes of item {item} must be {of_row.size} integers, "
                f"got {column.dtype} of shape {column.shape}"
            )
    return of_row, columns


def _has_columns(codes: object) -> bool:
    return isinstance(codes, Sequence) or (isinstance(codes, np.ndarray) and codes.ndim > 0)


def _array(name: str, values: ArrayLike) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise BadInput(f"{name} must be integers: {error}") from error
    return array if array.size else array.astype(np.int64)  # an empty list has no type of its own


def check_range(name: str, values: NDArray[np.integer], lowest: int, highest: int) -> None:
    if values.size and (values.min() < lowest or values.max() > highest):
        raise BadInput(
            f"{name} must lie in {lowest}..{highest}, found {values.min()}..{values.max()}"
        )


def _check_shapes(one: CellCounts, other: object) -> None:
    if not isinstance(other, CellCounts):
        raise BadInput(f"cells add up with cells, got {type(other).__name__}")
    if one.counts.shape != other.counts.shape:
        raise BadInput(f"cells of shape {one.counts.shape} and {other.counts.shape} do not add up")
