"""The scan: answers become exact integer counts, and every later step costs O(cells)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_ASKED = -1
DONT_KNOW = -2
REFUSED = -3
SKIPPED = -4
NOT_APPLICABLE = -5
MISSING_KINDS = (NOT_ASKED, DONT_KNOW, REFUSED, SKIPPED, NOT_APPLICABLE)


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
        if self.counts.shape != other.counts.shape:
            raise BadInput(
                f"cells of shape {self.counts.shape} and {other.counts.shape} do not add up"
            )
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


def count_cells(
    groups: NDArray[np.integer], codes: NDArray[np.integer], n_groups: int, n_codes: int
) -> CellCounts:
    """Count the answers of every group; exact, so that parts of a dataset add up to the whole.

    Parameters
    ----------
    groups : integers 0..n_groups-1, shape (n,)
        The key of the group: unit, audience, series, stratum, primary sampling unit and every
        raking variable, so that all respondents of a group have the same weight.
    codes : int8, shape (items, n), or a sequence of such columns
        0..n_codes-1 an answer, otherwise one of `MISSING_KINDS`.

    Examples
    --------
    >>> import numpy as np
    >>> cells = count_cells(np.array([0, 0, 1]), np.array([[4, 4, -2]], dtype=np.int8), 2, 5)
    >>> cells.counts[:, 0].tolist()
    [[0, 0, 0, 0, 2], [0, 0, 0, 0, 0]]
    >>> cells.missing_of(DONT_KNOW).tolist()
    [[0], [1]]
    """
    n_kinds = len(MISSING_KINDS)
    width = n_codes + n_kinds
    _check_range("groups", groups, 0, n_groups - 1)
    # int64 throughout: bincount would copy anything else.
    first_bin = groups.astype(np.int64) * width + n_kinds
    bins = np.empty_like(first_bin)
    counts = np.empty((n_groups, len(codes), n_codes), dtype=np.int64)
    missing = np.empty((n_groups, len(codes), n_kinds), dtype=np.int64)
    for item, column in enumerate(codes):
        _check_range(f"codes of item {item}", column, -n_kinds, n_codes - 1)
        np.add(first_bin, column, out=bins)
        table = np.bincount(bins, minlength=n_groups * width).reshape(n_groups, width)
        counts[:, item] = table[:, n_kinds:]
        missing[:, item] = table[:, n_kinds - 1 :: -1]
    return CellCounts(counts, missing)


def _check_range(name: str, values: NDArray[np.integer], lowest: int, highest: int) -> None:
    # A code outside its range would be counted in a neighbouring cell without anybody noticing.
    if values.size and (values.min() < lowest or values.max() > highest):
        raise BadInput(
            f"{name} must lie in {lowest}..{highest}, found {values.min()}..{values.max()}"
        )
