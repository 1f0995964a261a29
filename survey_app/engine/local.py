"""The engine of one machine: row groups of a dataset through `analysis.count_cells`, summed.

Counts are integers and add up, so the number and order of the parts change nothing.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from operator import add
from os import cpu_count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis import CellCounts, PairMoments, count_cells, count_pairs

SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])  # of the five codes of every rating
UNIT_COLUMNS = ("unit", "channel")  # what moments of pairs are kept by


@dataclass(frozen=True, slots=True)
class GroupedCells:
    """Counts of (group, item, code) and moments of pairs of items, and what each group is.

    `keys`: column -> the group's value, arrays of length n_groups (text, or small integers for an
    item that is a key). `respondents`: how many rows each group has.
    """

    keys: dict[str, NDArray[np.object_]]
    respondents: NDArray[np.int64]
    items: tuple[str, ...]
    cells: CellCounts
    pairs: PairMoments


@dataclass(frozen=True, slots=True)
class _Part:
    """What one row group holds; parts add up to the whole."""

    cells: CellCounts
    pairs: PairMoments
    respondents: NDArray[np.int64]

    def __add__(self, other: "_Part") -> "_Part":
        return _Part(
            self.cells + other.cells,
            self.pairs + other.pairs,
            self.respondents + other.respondents,
        )


@dataclass(frozen=True, slots=True)
class _Groups:
    """All combinations of key values that occur, as one sorted number each."""

    values: dict[str, pa.Array]
    numbers: NDArray[np.int64]

    def keys(self) -> dict[str, NDArray[np.object_]]:
        """The value of every key in every group."""
        places = np.unravel_index(self.numbers, [len(each) for each in self.values.values()])
        return {
            column: np.array(values.to_pylist(), dtype=object)[place]
            for (column, values), place in zip(self.values.items(), places, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Source:
    """The responses of one audience in a dataset."""

    path: Path
    audience: str

    @property
    def n_parts(self) -> int:
        """Row groups, each a part: the whole file never stands in memory."""
        return int(pq.read_metadata(self.path).num_row_groups)

    def parts(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        return (self.part(number, columns) for number in range(self.n_parts))

    def part(self, number: int, columns: Sequence[str]) -> pa.Table:
        wanted = list(dict.fromkeys((*columns, "audience")))
        table = pq.ParquetFile(self.path).read_row_group(number, columns=wanted)
        return table.filter(pc.equal(_plain(table.column("audience")), self.audience))


def count(source: Source, items: Sequence[str], key_columns: Sequence[str]) -> GroupedCells:
    """Count the codes of `items` (int8 columns) in every group of `key_columns`."""
    groups = _find_groups(source, key_columns)
    n_groups = len(groups.numbers)
    keys = groups.keys()
    names = ["|".join(parts) for parts in zip(*(keys[name] for name in UNIT_COLUMNS), strict=True)]
    units = np.unique(names, return_inverse=True)[1] if names else np.zeros(0, dtype=np.int64)

    def count_part(number: int) -> _Part:
        table = source.part(number, (*key_columns, *items))
        ids = np.searchsorted(groups.numbers, _numbered(table, groups.values))
        codes = np.stack([table.column(item).to_numpy() for item in items])
        return _Part(
            count_cells(ids, codes, n_groups, len(SCORES)),
            count_pairs(ids, codes, SCORES, n_groups=n_groups, group_units=units),
            np.bincount(ids, minlength=n_groups),
        )

    with ThreadPoolExecutor(cpu_count()) as pool:
        whole = reduce(add, pool.map(count_part, range(source.n_parts)))
    return GroupedCells(keys, whole.respondents, tuple(items), whole.cells, whole.pairs)


def _find_groups(source: Source, key_columns: Sequence[str]) -> _Groups:
    values: dict[str, pa.Array] = {}
    for column in key_columns:
        seen = [pc.unique(_plain(part.column(column))) for part in source.parts([column])]
        values[column] = _sorted(pa.concat_arrays(seen))
    found = [np.unique(_numbered(part, values)) for part in source.parts(key_columns)]
    return _Groups(values, np.unique(np.concatenate(found)))


def _numbered(table: pa.Table, values: dict[str, pa.Array]) -> NDArray[np.int64]:
    """One number per row for its combination of key values."""
    places = [
        pc.index_in(_plain(table.column(column)), value_set=known).to_numpy()
        for column, known in values.items()
    ]
    radix = tuple(len(known) for known in values.values())
    numbers: NDArray[np.int64] = np.ravel_multi_index(tuple(places), radix).astype(np.int64)
    return numbers


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values as themselves: dictionaries differ between row groups."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column


def _sorted(values: pa.Array) -> pa.Array:
    distinct = pc.unique(values)
    return distinct.take(pc.sort_indices(distinct))
