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

from analysis import CellCounts, count_cells

N_CODES = 5  # every rating has five options


@dataclass(frozen=True, slots=True)
class GroupedCells:
    """Counts of (group, item, code), and what each group is.

    `keys`: column -> the group's value, arrays of length n_groups (text, or small integers for an
    item that is a key). `respondents`: how many rows each group has.
    """

    keys: dict[str, NDArray[np.object_]]
    respondents: NDArray[np.int64]
    items: tuple[str, ...]
    cells: CellCounts


@dataclass(frozen=True, slots=True)
class _Groups:
    """All combinations of key values that occur, as one sorted number each."""

    values: dict[str, pa.Array]
    numbers: NDArray[np.int64]

    @property
    def radix(self) -> tuple[int, ...]:
        return tuple(len(values) for values in self.values.values())


def count(path: Path, items: Sequence[str], key_columns: Sequence[str]) -> GroupedCells:
    """Count the codes of `items` (int8 columns) in every group of `key_columns`."""
    groups = _find_groups(path, key_columns)

    def count_part(number: int) -> tuple[CellCounts, NDArray[np.int64]]:
        table = pq.ParquetFile(path).read_row_group(number, columns=[*key_columns, *items])
        ids = np.searchsorted(groups.numbers, _numbered(table, groups.values))
        codes = np.stack([table.column(item).to_numpy() for item in items])
        n_groups = len(groups.numbers)
        return count_cells(ids, codes, n_groups, N_CODES), np.bincount(ids, minlength=n_groups)

    with ThreadPoolExecutor(cpu_count()) as pool:
        parts = list(pool.map(count_part, range(pq.ParquetFile(path).num_row_groups)))
    if not parts:
        raise ValueError(f"{path.name} has no responses")
    places = np.unravel_index(groups.numbers, groups.radix)
    return GroupedCells(
        keys={
            column: np.array(values.to_pylist(), dtype=object)[place]
            for (column, values), place in zip(groups.values.items(), places, strict=True)
        },
        respondents=reduce(add, (respondents for _, respondents in parts)),
        items=tuple(items),
        cells=reduce(add, (cells for cells, _ in parts)),
    )


def _find_groups(path: Path, key_columns: Sequence[str]) -> _Groups:
    values: dict[str, pa.Array] = {}
    for column in key_columns:
        seen = [pc.unique(part.column(column)) for part in _parts(path, [column])]
        values[column] = _sorted(pa.chunked_array([_plain(each) for each in seen]))
    found = [np.unique(_numbered(part, values)) for part in _parts(path, key_columns)]
    return _Groups(values, np.unique(np.concatenate(found)))


def _parts(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    file = pq.ParquetFile(path)
    for number in range(file.num_row_groups):
        yield file.read_row_group(number, columns=list(columns))


def _numbered(table: pa.Table, values: dict[str, pa.Array]) -> NDArray[np.int64]:
    """One number per row for its combination of key values."""
    places = [
        pc.index_in(_plain(table.column(column).combine_chunks()), value_set=known).to_numpy()
        for column, known in values.items()
    ]
    radix = tuple(len(known) for known in values.values())
    return np.ravel_multi_index(tuple(places), radix).astype(np.int64)


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _sorted(values: pa.ChunkedArray) -> pa.Array:
    distinct = pc.unique(values)
    return distinct.take(pc.sort_indices(distinct))
