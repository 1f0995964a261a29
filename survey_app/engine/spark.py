"""The engine of a cluster: the kernel runs on its workers by `mapInArrow`, and Spark adds the sums.

Every worker needs this package and its dependencies in its Python, and sees the dataset's path.
A worker that dies costs time only: Spark runs its tasks elsewhere, and integers add up as before.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, reduce
from operator import and_
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.types import ByteType, StringType, StructField, StructType

from survey_app.engine import kernel
from survey_app.engine.kernel import PEOPLE, Counter, Engine, Groups, Progress
from survey_app.engine.source import FLAGS, NOT_ASKED, ROWS_AT_ONCE, Source, is_text
from survey_app.errors import Refusal

QUIET = Path(__file__).with_name("log4j2.properties")
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={QUIET}",
    "spark.driver.memory": "2g",  # the sums of a nation's groups arrive here
    "spark.driver.maxResultSize": "0",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "131072",
}
LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
CODEC = "zstd"
BLOCK_BYTES = 1 << 20  # of sums, which travel in blocks so that many workers add them
# One block of sums: which of the counter's arrays, its first row there, its numbers, compressed.
BLOCKS = pa.schema(
    [("array", pa.int32()), ("start", pa.int64()), ("size", pa.int64()), ("sums", pa.binary())]
)
BLOCKS_SQL = "array int, start long, size long, sums binary"
PLACES = ("at ", "...", "Driver stacktrace", "JVM stacktrace")  # lines of a stack trace
GLANCE = 0.5  # seconds between two looks at how far the cluster is


@dataclass(frozen=True, slots=True, eq=False)
class Spark(Engine):
    """An open session on a cluster; `connected` makes one."""

    session: SparkSession
    progress: Progress = kernel.silent

    def combinations(self, source: Source, key_columns: Sequence[str]) -> pa.Table:
        with self._watched():
            answers = self._answers(source, key_columns)
            found = answers.groupBy(*answers.columns).count().toArrow()
        types = [pa.string() if is_text(column) else pa.int8() for column in key_columns]
        fields = zip((*key_columns, PEOPLE), (*types, pa.int64()), strict=True)
        return found.rename_columns([*key_columns, PEOPLE]).cast(pa.schema(list(fields)))

    def scan(
        self,
        source: Source,
        groups: Groups,
        columns: Sequence[str],
        make_counter: Callable[[], Counter],
    ) -> Counter:
        counter = make_counter()
        sums = kernel.sums_of(counter)
        kinds = tuple(each.dtype for each in sums)
        count = partial(_count_on_worker, groups, make_counter)
        add = partial(_added, kinds)
        with self._watched():
            blocks = self._answers(source, columns).mapInArrow(count, BLOCKS_SQL)
            found = blocks.groupBy("array", "start").applyInArrow(add, BLOCKS_SQL).toArrow()
        for place in range(found.num_rows):
            array, start, numbers = _unpacked(found, place, kinds)
            part = numbers.reshape(-1, *sums[array].shape[1:])
            sums[array][start : start + len(part)] += part
        return counter

    def _answers(self, source: Source, columns: Sequence[str]) -> DataFrame:
        """These columns, named by their places: Spark reads a dot in a name as a path."""
        wanted = dict.fromkeys((*columns, "audience", *([FLAGS] if source.set_apart else [])))
        schema = StructType(
            [StructField(name, StringType() if is_text(name) else ByteType()) for name in wanted]
        )
        files = [f"file://{path.resolve()}" for path in source.files]
        found = self.session.read.schema(schema).parquet(*files)
        found = found.where(sql.col("audience") == source.audience)
        for signs in source.set_apart:
            found = found.where(~_has_all(signs))
        return found.select(
            *(_filled(column).alias(f"c{place}") for place, column in enumerate(columns))
        )

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Tell how far the tasks are that run meanwhile; a job that fails is refused in words."""
        over = Event()
        watcher = Thread(target=self._watch, args=(over,), daemon=True)
        watcher.start()
        try:
            yield
        except PySparkException as failure:
            raise Refusal("spark_failed", reason=_in_short(failure)) from failure
        finally:
            over.set()
            watcher.join()

    def _watch(self, over: Event) -> None:
        tracker = self.session.sparkContext.statusTracker()
        while not over.wait(GLANCE):
            stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
            known = [stage for stage in stages if stage is not None and stage.numTasks]
            if known:
                done = sum(stage.numCompletedTasks for stage in known)
                self.progress(done / sum(stage.numTasks for stage in known))


@contextmanager
def connected(
    master: str, progress: Progress = kernel.silent, settings: Mapping[str, str] | None = None
) -> Iterator[Spark]:
    """A session on the cluster of that address, stopped in any case at the end."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    local = LOOPBACK if _is_on_loopback(master) else {}
    builder = SparkSession.builder.master(master).appName("survey-app")
    for name, value in {**SETTINGS, **local, **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as failure:
        raise Refusal("spark_failed", reason=_in_short(failure)) from failure
    try:
        yield Spark(session, progress)
    finally:
        session.stop()


def _in_short(failure: Exception) -> str:
    """The last line of what Spark says that is no place in a program."""
    lines = (line.strip() for line in str(failure).splitlines())
    said = [line for line in lines if line and not line.startswith(PLACES)]
    return said[-1] if said else type(failure).__name__


def _is_on_loopback(master: str) -> bool:
    return master.startswith(("local", "spark://127.", "spark://localhost"))


def _filled(column: str) -> Column:
    """An item that a file does not have was not asked; see `source`."""
    absent = sql.lit("") if is_text(column) else sql.lit(NOT_ASKED).cast(ByteType())
    return sql.coalesce(sql.col(f"`{column}`"), absent)


def _has_all(signs: Sequence[str]) -> Column:
    found = sql.split(sql.coalesce(sql.col(FLAGS), sql.lit("")), ",")
    return reduce(and_, (sql.array_contains(found, sign) for sign in signs))


def _count_on_worker(
    groups: Groups,
    make_counter: Callable[[], Counter],
    batches: Iterable[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """One partition through the kernel; its sums leave in blocks, empty ones not at all."""
    counter = make_counter()
    kernel.count_partition(groups, _gathered(batches), counter)
    for array, sums in enumerate(kernel.sums_of(counter)):
        rows = max(1, BLOCK_BYTES // max(1, sums[:1].nbytes))
        for start in range(0, len(sums), rows):
            block = sums[start : start + rows]
            if block.any():
                yield pa.RecordBatch.from_pylist([_packed(array, start, block)], BLOCKS)


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Tables of about `ROWS_AT_ONCE` rows."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _added(kinds: tuple[np.dtype[Any], ...], blocks: pa.Table) -> pa.Table:
    """The same block of several partitions, added."""
    array, start, first = _unpacked(blocks, 0, kinds)
    whole = first.copy()
    for place in range(1, blocks.num_rows):
        whole += _unpacked(blocks, place, kinds)[2]
    return pa.Table.from_pylist([_packed(array, start, whole)], BLOCKS)


def _packed(array: int, start: int, block: NDArray[Any]) -> dict[str, object]:
    """A row of `BLOCKS`; most sums are small, so that little of them has to travel."""
    numbers = block.tobytes()
    sums = pa.compress(numbers, CODEC, asbytes=True)
    return {"array": array, "start": start, "size": len(numbers), "sums": sums}


def _unpacked(
    blocks: pa.Table, place: int, kinds: tuple[np.dtype[Any], ...]
) -> tuple[int, int, NDArray[Any]]:
    array, start, size = (blocks[name][place].as_py() for name in BLOCKS.names[:3])
    numbers = pa.decompress(blocks["sums"][place].as_buffer(), size, CODEC)
    return array, start, np.frombuffer(numbers, kinds[array])
