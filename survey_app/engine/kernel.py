"""The one kernel of all engines: tables of answers become exact sums per group, which add up.

An engine finds the groups, brings the tables to the kernel wherever they lie, and adds the sums.
Only integers (and multiples of a power of two) are added, so that neither the number of the parts
nor their order changes a bit.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis import CellCounter, CellCounts, PairCounter, PairMoments
from survey_app.engine.source import N_CODES, Source

SCORES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])  # of the five codes of every rating
PEOPLE = "people"  # how many rows a combination of keys has

Counter = TypeVar("Counter", CellCounter, PairCounter)
Progress = Callable[[float], None]  # the share that is done


def silent(_share: float) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Groups:
    """All combinations of key values that occur, as one sorted number each.

    `values`: what occurs in each key column, sorted.
    """

    values: tuple[pa.Array, ...]
    numbers: NDArray[np.int64]

    def of(self, table: pa.Table) -> NDArray[np.int64]:
        """The group of every row; the first columns of the table are the keys."""
        return np.searchsorted(self.numbers, numbered(table, self.values))

    def keys(self, columns: Sequence[str]) -> dict[str, NDArray[np.object_]]:
        """The value of every key in every group."""
        places = np.unravel_index(self.numbers, [len(each) for each in self.values])
        return {
            column: np.array(values.to_pylist(), dtype=object)[place]
            for column, values, place in zip(columns, self.values, places, strict=True)
        }


@dataclass(frozen=True, slots=True, eq=False)
class GroupedCells:
    """Counts of (group, item, code), and what each group is.

    `keys`: column -> the group's value, arrays of length n_groups (text, or small integers for an
    item that is a key). `respondents`: how many rows each group has.
    """

    source: Source
    groups: Groups
    keys: dict[str, NDArray[np.object_]]
    respondents: NDArray[np.int64]
    items: tuple[str, ...]
    cells: CellCounts


class Engine(ABC):
    """Where the kernel runs."""

    __slots__ = ()

    @abstractmethod
    def combinations(self, source: Source, key_columns: Sequence[str]) -> pa.Table:
        """Every combination of keys that occurs, once, with the number of its rows (`PEOPLE`)."""

    @abstractmethod
    def scan(
        self,
        source: Source,
        groups: Groups,
        columns: Sequence[str],
        make_counter: Callable[[], Counter],
    ) -> Counter:
        """Bring everything in `columns` (keys, then items) to counters, and add these up."""

    def count(
        self, source: Source, items: Sequence[str], key_columns: Sequence[str]
    ) -> GroupedCells:
        """Count the codes of `items` (int8 columns) in every group of `key_columns`."""
        source.check(key_columns, items)
        groups, respondents = _sorted_groups(self.combinations(source, key_columns))
        make_counter = partial(CellCounter, len(groups.numbers), len(items), N_CODES)
        counter = make_counter()
        if len(groups.numbers):
            counter = self.scan(source, groups, (*key_columns, *items), make_counter)
        keys = groups.keys(key_columns)
        return GroupedCells(source, groups, keys, respondents, tuple(items), counter.cells())

    def pairs(
        self, counted: GroupedCells, units: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> PairMoments:
        """Moments of the pairs of items, per unit; `units` and `weights` are those of a group."""
        make_counter = partial(
            PairCounter, SCORES, len(counted.items), group_units=units, group_weights=weights
        )
        columns = (*counted.keys, *counted.items)
        return self.scan(counted.source, counted.groups, columns, make_counter).pairs()


def count_partition(
    groups: Groups, tables: Iterable[pa.Table], counter: CellCounter | PairCounter
) -> None:
    """The kernel: all rows of the tables, whose columns are the keys and then the items."""
    n_keys = len(groups.values)
    for table in tables:
        if table.num_rows:
            codes = [column.to_numpy() for column in table.columns[n_keys:]]
            counter.add(groups.of(table), codes)


def sums_of(counter: CellCounter | PairCounter) -> list[NDArray[Any]]:
    """What adds up, as views: first axis group or unit."""
    if isinstance(counter, CellCounter):
        cells = counter.cells()
        return [cells.counts, cells.missing]
    pairs = counter.pairs()
    sums = (pairs.counts, pairs.sums, pairs.products, pairs.shared)
    return [each for each in sums if each is not None]


def merged(tables: Iterable[pa.Table], key_columns: Sequence[str]) -> pa.Table:
    """Combinations of several tables, each once, their people added."""
    whole = pa.concat_tables(tables).combine_chunks()
    found = whole.group_by(list(key_columns)).aggregate([(PEOPLE, "sum")])
    return found.rename_columns([*key_columns, PEOPLE])


def numbered(table: pa.Table, values: Sequence[pa.Array]) -> NDArray[np.int64]:
    """One number per row for its combination of key values."""
    places = [_places(column, known) for column, known in zip(table.columns, values, strict=False)]
    radix = tuple(len(known) for known in values)
    numbers: NDArray[np.int64] = np.ravel_multi_index(places, radix).astype(np.int64)
    return numbers


def _places(column: pa.ChunkedArray, known: pa.Array) -> NDArray[np.int64]:
    """Where each value stands among the known ones; by the dictionary, where there is one."""

    def chunks() -> Iterator[pa.Array]:
        for chunk in column.chunks:
            if pa.types.is_dictionary(chunk.type):
                yield pc.index_in(chunk.dictionary, value_set=known).take(chunk.indices)
            else:
                yield pc.index_in(chunk, value_set=known)

    found: NDArray[np.int64] = pa.chunked_array(chunks(), pa.int32()).to_numpy().astype(np.int64)
    return found


def _sorted_groups(combinations: pa.Table) -> tuple[Groups, NDArray[np.int64]]:
    """The groups in order, and the people of each."""
    *keys, people = combinations.columns
    values = tuple(_sorted(column) for column in keys)
    numbers = numbered(combinations, values)
    order = np.argsort(numbers)
    return Groups(values, numbers[order]), people.to_numpy().astype(np.int64)[order]


def _sorted(column: pa.ChunkedArray) -> pa.Array:
    distinct = pc.unique(column)
    return distinct.take(pc.sort_indices(distinct))
