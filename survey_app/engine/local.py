"""The engine of one machine: threads read row groups ahead, the kernel counts what they read."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from os import cpu_count

import pyarrow as pa

from survey_app.engine import kernel
from survey_app.engine.kernel import PEOPLE, Counter, Engine, Groups, Progress
from survey_app.engine.source import Part, Source, plain


@dataclass(frozen=True, slots=True)
class Local(Engine):
    """Memory holds one table of sums and a few parts, whatever the number of the rows."""

    progress: Progress = kernel.silent

    def combinations(self, source: Source, key_columns: Sequence[str]) -> pa.Table:
        def found_in(table: pa.Table) -> pa.Table:
            keys = pa.table([plain(each) for each in table.columns], names=list(key_columns))
            found = keys.group_by(list(key_columns)).aggregate([([], "count_all")])
            return found.rename_columns([*key_columns, PEOPLE])

        whole: pa.Table | None = None
        for found in _ahead(source, key_columns, found_in, kernel.silent):
            tables = [found] if whole is None else [whole, found]
            whole = kernel.merged(tables, key_columns)
        return whole

    def scan(
        self,
        source: Source,
        groups: Groups,
        columns: Sequence[str],
        make_counter: Callable[[], Counter],
    ) -> Counter:
        counter = make_counter()
        tables = _ahead(source, columns, lambda table: table, self.progress)
        kernel.count_partition(groups, tables, counter)
        return counter


LOCAL = Local()


def _ahead(
    source: Source,
    columns: Sequence[str],
    prepare: Callable[[pa.Table], pa.Table],
    progress: Progress,
) -> Iterator[pa.Table]:
    """All parts in their order, while threads read the next few and no more."""
    workers = cpu_count() or 1
    parts = list(source.parts())
    rows = sum(part.rows for part in parts)
    done = 0
    with ThreadPoolExecutor(workers) as pool:

        def begun(part: Part) -> Future[pa.Table]:
            return pool.submit(lambda: prepare(source.read(part, columns)))

        waiting = deque(begun(part) for part in parts[:workers])
        for part, following in zip_longest(parts, parts[workers:]):
            table = waiting.popleft().result()
            if following is not None:
                waiting.append(begun(following))
            yield table
            done += part.rows
            progress(done / rows if rows else 1.0)
