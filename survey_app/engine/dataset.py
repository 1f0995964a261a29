"""The dataset file: wide Parquet, one small integer per item, frozen and named by its hash.

Columns: `GROUP_COLUMNS` as text, then one int8 column per item. A rating has its indicator's code
as name; every other item carries its audience, "residents/4.2.missed". The codes are those of
`instrument.answers`: 0 and up an answer, negative not asked, don't know, refused, skipped, not used.

A file of imported microdata has the column `wave` as well, and `weight` where people have weights of
their own. Each column of the source is an item ("residents/q3_04"); the indicator's code is the
recoding of its items (`instrument.recoding`), and the file says what score every such code has.
"""

import hashlib
import json
import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from survey_app.errors import Refusal

GROUP_COLUMNS = (
    "unit",
    "audience",
    "channel",
    "language",
    "block",
    "stratum",
    "cluster",
    "weighting_class",
    "duration_class",
    "helped",
    "flags",
)
# What only imported microdata has.
IMPORTED_COLUMNS = (*GROUP_COLUMNS, "wave")
WEIGHT = "weight"
SCORES = "scores"  # in what the file says of itself: indicator -> score of each of its codes
ROWS_PER_GROUP = 65_536
ROWS_PER_BATCH = 8_192
FORMULA = "^([=+\\-@\t\r])"


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One response: a text per group column and a code per item that its audience has."""

    groups: tuple[str, ...]
    codes: dict[str, int]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class DatasetLayout:
    """Which item columns a file has, and what it says of itself."""

    items: tuple[str, ...]
    about: dict[str, str]
    weighted: bool = False
    groups: tuple[str, ...] = GROUP_COLUMNS

    def schema(self) -> pa.Schema:
        names = pa.dictionary(pa.int32(), pa.string())
        fields = [pa.field(name, names, nullable=False) for name in self.groups]
        if self.weighted:
            fields.append(pa.field(WEIGHT, pa.float64(), nullable=False))
        fields += [pa.field(item, pa.int8(), nullable=False) for item in self.items]
        return pa.schema(fields, metadata=self.about)


def column_of(audience: str, item_id: str, *, is_rating: bool) -> str:
    return item_id if is_rating and item_id[0].isdigit() else f"{audience}/{item_id}"


def write(
    folder: Path, layout: DatasetLayout, rows: Iterable[DatasetRow], absent: int
) -> tuple[str, int]:
    """Write the file under its hash; returns (hash, number of rows).

    `absent` is the code of an item that a row does not have (another audience's).
    """
    with TemporaryDirectory(dir=folder) as desk:
        partial = Path(desk) / "dataset.parquet"
        tables = _tables(layout, iter(rows), absent)
        sha256, written = write_tables(partial, layout, tables)
        partial.replace(path_of(folder, sha256))
    return sha256, written


def write_tables(path: Path, layout: DatasetLayout, tables: Iterable[pa.Table]) -> tuple[str, int]:
    """Write a file that has a name already, a row group per table; returns (hash, rows)."""
    written = 0
    with pq.ParquetWriter(path, layout.schema(), compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
            written += table.num_rows
    return _settled(path), written


def path_of(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.parquet"


def checked_path(folder: Path, sha256: str) -> Path:
    """The file of that hash, after comparing its bytes with it.

    Raises
    ------
    Refusal
        `dataset_missing`, or `dataset_altered` when the bytes are not those that were frozen.
    """
    path = path_of(folder, sha256)
    if not path.exists():
        raise Refusal("dataset_missing", dataset=sha256)
    if file_sha256(path) != sha256:
        raise Refusal("dataset_altered", dataset=sha256)
    return path


def read(path: Path) -> pa.Table:
    """The whole table, groups as plain text: for imported microdata, which are small."""
    table = pq.read_table(path)
    plain = [
        pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(plain))


def write_csv(path: Path, sink: IO[bytes]) -> int:
    """All columns, streamed; returns the number of rows.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    file, rows = pq.ParquetFile(path), 0
    plain = [
        pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in file.schema_arrow
    ]
    with csv.CSVWriter(sink, pa.schema(plain)) as writer:
        for batch in file.iter_batches(ROWS_PER_BATCH):
            columns = [
                _harmless(column.cast(pa.string())) if field.type == pa.string() else column
                for field, column in zip(plain, batch.columns, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=pa.schema(plain)))
            rows += batch.num_rows
    return rows


def _harmless(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, FORMULA, r"'\1")


def scores_of(path: Path) -> dict[str, tuple[float, ...]]:
    """Score of each code of the indicators of imported microdata, by indicator."""
    said = pq.read_schema(path).metadata or {}
    scores = json.loads(said.get(SCORES.encode(), b"{}"))
    return {indicator: tuple(table) for indicator, table in scores.items()}


def _settled(path: Path) -> str:
    """The hash of a file that is on the disk for certain: the database will name it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return file_sha256(path)


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tables(layout: DatasetLayout, rows: Iterator[DatasetRow], absent: int) -> Iterator[pa.Table]:
    """At least one, so that a file without rows has one empty row group."""
    table = _table(layout, rows, absent)
    yield table
    while table.num_rows == ROWS_PER_GROUP:
        table = _table(layout, rows, absent)
        if table.num_rows:
            yield table


def _table(layout: DatasetLayout, rows: Iterator[DatasetRow], absent: int) -> pa.Table:
    """The next rows as bytes in columns: the rows themselves would take fifty times the room."""
    groups: list[list[str]] = [[] for _name in layout.groups]
    weights: list[float] = []
    codes = {item: array("b", [absent]) * ROWS_PER_GROUP for item in layout.items}
    taken = 0
    for row in islice(rows, ROWS_PER_GROUP):
        for column, text in zip(groups, row.groups, strict=True):
            column.append(text)
        for item, code in row.codes.items():
            codes[item][taken] = code
        weights.append(row.weight)
        taken += 1
    columns = [pa.array(each, pa.string()).dictionary_encode() for each in groups]
    if layout.weighted:
        columns.append(pa.array(weights, pa.float64()))
    columns += [pa.array(np.frombuffer(each, np.int8)[:taken]) for each in codes.values()]
    return pa.Table.from_arrays(columns, schema=layout.schema())
