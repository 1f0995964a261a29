"""The responses of one audience in a dataset: a file, or a folder of files of several versions.

An item that a file does not have was not in its version of the questionnaire: nobody was asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import MISSING_KINDS
from survey_app.engine.dataset import IMPORTED_COLUMNS
from survey_app.errors import Refusal

NOT_ASKED = MISSING_KINDS[0]
N_CODES = 5
LOWEST, HIGHEST = min(MISSING_KINDS), N_CODES - 1
FLAGS = "flags"  # a group column; files from before there were flags lack it
ROWS_AT_ONCE = 524_288  # what is counted in one step: enough to make the size of a table cheap


@dataclass(frozen=True, slots=True)
class Part:
    """Row groups of one file that are read together."""

    path: Path
    row_groups: tuple[int, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where the answers of an audience lie."""

    path: Path
    audience: str
    set_apart: tuple[tuple[str, ...], ...] = ()  # rows with all flags of one of these are left out

    @property
    def files(self) -> tuple[Path, ...]:
        if self.path.is_dir():
            return tuple(sorted(self.path.glob("*.parquet")))
        return (self.path,)

    def check(self, key_columns: Sequence[str], items: Sequence[str]) -> None:
        """Refuse what cannot be counted before any engine starts, by the footers of the files.

        Raises
        ------
        Refusal
            `dataset_empty`, `dataset_column_unfit`, `dataset_code_unknown`: with the file, the
            column and the code found.
        """
        if not self.files:
            raise Refusal("dataset_empty", folder=self.path.name)
        for path in self.files:
            with pq.ParquetFile(path) as file:
                _check_columns(file, path.name, ("audience", *key_columns, *items))
                _check_codes(file, path.name, items)

    def parts(self) -> Iterator[Part]:
        """Runs of row groups of about `ROWS_AT_ONCE` rows: the whole never stands in memory."""
        for path in self.files:
            metadata = pq.read_metadata(path)
            run: list[int] = []
            rows = 0
            for number in range(metadata.num_row_groups):
                more = metadata.row_group(number).num_rows
                if run and rows + more > ROWS_AT_ONCE:
                    yield Part(path, tuple(run), rows)
                    run, rows = [], 0
                run.append(number)
                rows += more
            if run:
                yield Part(path, tuple(run), rows)

    def read(self, part: Part, columns: Sequence[str]) -> pa.Table:
        """These columns in this order, of the audience alone, without what is set apart."""
        with pq.ParquetFile(part.path) as file:
            there = set(file.schema_arrow.names)
            noted = (FLAGS,) if self.set_apart else ()
            wanted = [
                column
                for column in dict.fromkeys((*columns, "audience", *noted))
                if column in there
            ]
            table = file.read_row_groups(list(part.row_groups), columns=wanted, use_threads=False)
        mine = pc.equal(plain(table.column("audience")), self.audience)
        if not pc.all(mine).as_py():
            table = table.filter(mine)
        if noted and FLAGS in there:
            table = table.filter(self._is_kept(plain(table.column(FLAGS)).combine_chunks()))
        return pa.table([_filled(table, column) for column in columns], names=list(columns))

    def _is_kept(self, flags: pa.Array) -> pa.Array:
        distinct = pc.unique(flags)
        kept = [
            not any({*(each or "").split(",")}.issuperset(signs) for signs in self.set_apart)
            for each in distinct.to_pylist()
        ]
        return pa.array(kept, pa.bool_()).take(pc.index_in(flags, distinct))


def is_text(column: str) -> bool:
    """A group column; every other column is an item."""
    return column in IMPORTED_COLUMNS


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values as themselves: dictionaries differ between row groups."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column


def _filled(table: pa.Table, column: str) -> pa.ChunkedArray:
    if column not in table.column_names:
        return pa.chunked_array([pa.repeat(pa.scalar(NOT_ASKED, pa.int8()), table.num_rows)])
    found = table.column(column)
    if not found.null_count:
        return found
    return pc.fill_null(plain(found), "" if is_text(column) else NOT_ASKED)


def _check_columns(file: pq.ParquetFile, name: str, columns: Sequence[str]) -> None:
    schema = file.schema_arrow
    for column in columns:
        place = schema.get_field_index(column)
        if place < 0:
            fits = not is_text(column)
        else:
            fits = _has_its_type(schema.field(place).type, column)
        if not fits:
            raise Refusal("dataset_column_unfit", file=name, column=column)


def _has_its_type(kind: pa.DataType, column: str) -> bool:
    if not is_text(column):
        return bool(pa.types.is_int8(kind))
    return bool(pa.types.is_string(kind.value_type if pa.types.is_dictionary(kind) else kind))


def _check_codes(file: pq.ParquetFile, name: str, items: Sequence[str]) -> None:
    columns = file.schema_arrow.names
    for item in items:
        if item not in columns:
            continue
        for number in range(file.num_row_groups):
            for code in _extremes(file, number, columns.index(item), item):
                if not LOWEST <= code <= HIGHEST:
                    raise Refusal("dataset_code_unknown", file=name, column=item, found=code)


def _extremes(file: pq.ParquetFile, number: int, place: int, item: str) -> tuple[int, ...]:
    """Lowest and highest code of a row group; nothing where it has no row."""
    said = file.metadata.row_group(number).column(place).statistics
    if said is not None and said.has_min_max:
        return int(said.min), int(said.max)
    found = pc.min_max(file.read_row_group(number, columns=[item]).column(item))
    ends = (found["min"].as_py(), found["max"].as_py())
    return tuple(int(each) for each in ends if each is not None)
