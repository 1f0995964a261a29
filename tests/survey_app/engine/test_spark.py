import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from analysis import CellCounter, PairMoments
from survey_app import cli
from survey_app.config import QUESTIONNAIRES
from survey_app.engine import dataset as files
from survey_app.engine import kernel
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.engine.kernel import Engine, GroupedCells
from survey_app.engine.local import LOCAL
from survey_app.engine.source import N_CODES, Source
from survey_app.engine.spark import Spark, connected
from survey_app.errors import Refusal
from survey_app.instrument.loading import load_all
from survey_app.services import simulating
from survey_app.services.simulating import Simulation
from survey_app.services.tabulating import KEYS
from tests.spark_cluster import QUICK_START, Cluster, awaited, cluster_of

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine"),
    # Spark's own: it leaves closing to the collector of garbage.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
ITEMS = ("1.3", "1.10")
SETTINGS = {
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": QUICK_START,
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.sql.shuffle.partitions": "2",
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_of(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def spark(cluster: Cluster) -> Iterator[Spark]:
    told: list[float] = []
    with connected(cluster.address, told.append, SETTINGS) as engine:
        yield engine
    assert told
    assert all(0 <= share <= 1 for share in told)


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Source:
    framework = load_all(QUESTIONNAIRES).frameworks["iso18091-2019"]
    path = tmp_path_factory.mktemp("simulated") / "million.parquet"
    simulation = Simulation(tuple(framework.indicator_by_code), 1_000_000)
    simulating.simulate(path, simulation, kernel.silent)
    return Source(path, "residents")


@pytest.fixture(scope="module")
def counted(million: Source) -> GroupedCells:
    items = pa.parquet.read_schema(million.path).names[len(files.GROUP_COLUMNS) :]
    return LOCAL.count(million, items, KEYS)


def paired(engine: Engine, found: GroupedCells) -> PairMoments:
    units = np.unique(found.keys["unit"], return_inverse=True)[1]
    return engine.pairs(found, units, 0.3 + np.arange(units.size, dtype=np.float64) % 7)


def assert_same_cells(one: GroupedCells, other: GroupedCells) -> None:
    assert {name: values.tolist() for name, values in one.keys.items()} == {
        name: values.tolist() for name, values in other.keys.items()
    }
    assert np.array_equal(one.respondents, other.respondents)
    assert np.array_equal(one.cells.counts, other.cells.counts)
    assert np.array_equal(one.cells.missing, other.cells.missing)


def assert_same_pairs(one: PairMoments, other: PairMoments) -> None:
    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.sums, other.sums)
    assert np.array_equal(one.products, other.products)
    assert np.array_equal(np.asarray(one.shared), np.asarray(other.shared))


def row(unit: str, *codes: int, audience: str = "residents") -> DatasetRow:
    groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {"unit": unit, "audience": audience}
    named = zip(ITEMS, codes, strict=False)
    return DatasetRow(tuple(groups.values()), dict(named))


def write(folder: Path, rows: list[DatasetRow], items: tuple[str, ...] = ITEMS) -> Path:
    name, _ = files.write(folder, DatasetLayout(items, {}), rows, -1)
    return files.path_of(folder, name)


def test_a_million_answers_give_the_same_integers_as_one_machine(
    spark: Spark, million: Source, counted: GroupedCells
) -> None:
    assert counted.cells.counts.shape == (3321 * 4, 39, 5)
    assert counted.respondents.sum() == 1_000_000
    found = spark.count(million, counted.items, KEYS)
    assert_same_cells(found, counted)
    assert_same_pairs(paired(spark, found), paired(LOCAL, counted))


def test_partitions_without_rows_change_nothing(spark: Spark, tmp_path: Path) -> None:
    write(tmp_path, [row("11413", 4, 0), row("11411", -2, 3)])
    write(tmp_path, [])
    write(tmp_path, [row("11413", 1, 1, audience="businesses")])
    spark.session.conf.set("spark.sql.files.maxPartitionBytes", "1k")
    whole = spark.session.read.parquet(str(tmp_path))
    with_rows = whole.selectExpr("spark_partition_id()").distinct().count()
    assert with_rows < whole.rdd.getNumPartitions()
    source = Source(tmp_path, "residents")
    found = spark.count(source, ITEMS, KEYS)
    spark.session.conf.unset("spark.sql.files.maxPartitionBytes")
    assert found.respondents.tolist() == [1, 1]
    assert_same_cells(found, LOCAL.count(source, ITEMS, KEYS))
    assert_same_pairs(paired(spark, found), paired(LOCAL, found))


def test_an_audience_that_nobody_belongs_to_has_no_groups(spark: Spark, tmp_path: Path) -> None:
    source = Source(write(tmp_path, [row("11413", 4, 0)]), "businesses")
    found = spark.count(source, ITEMS, KEYS)
    assert found.respondents.size == 0
    assert_same_cells(found, LOCAL.count(source, ITEMS, KEYS))


def test_an_item_that_an_older_version_lacks_was_not_asked_there(
    spark: Spark, tmp_path: Path
) -> None:
    write(tmp_path, [row("11413", 4, 0), row("11413", 3, 2)])
    write(tmp_path, [row("11413", 1)] * 3, ITEMS[:1])
    source = Source(tmp_path, "residents")
    found = spark.count(source, ITEMS, ("unit", "1.3"))
    assert_same_cells(found, LOCAL.count(source, ITEMS, ("unit", "1.3")))
    assert found.keys["1.3"].tolist() == [1, 3, 4]
    assert found.cells.missing[:, 1, 0].tolist() == [3, 0, 0]
    assert found.cells.counts[:, 1].sum(axis=1).tolist() == [0, 1, 1]
    assert_same_pairs(paired(spark, found), paired(LOCAL, found))


@pytest.mark.parametrize("code", [5, -6, 99])
def test_an_unknown_code_is_refused_by_both_in_the_same_words(
    spark: Spark, tmp_path: Path, code: int
) -> None:
    path = write(tmp_path, [row("11413", 4, 0), row("11411", 0, code)])
    said = []
    for engine in (LOCAL, spark):
        with pytest.raises(Refusal, match="dataset_code_unknown") as refused:
            engine.count(Source(path, "residents"), ITEMS, KEYS)
        said.append(refused.value.details)
    assert said[0] == said[1] == {"file": path.name, "column": "1.10", "found": code}


def test_a_worker_that_dies_with_tasks_in_hand_changes_nothing(
    cluster: Cluster, spark: Spark, million: Source, counted: GroupedCells
) -> None:
    spark.session.conf.set("spark.sql.files.maxPartitionBytes", "4m")
    victim = cluster.started[-1]
    [executor] = victim.executor_ids()
    store = spark.session.sparkContext._jsc.sc().statusStore()

    def tasks_in_hand() -> int:
        listed = store.executorList(True)
        every = [listed.apply(place) for place in range(listed.size())]
        return sum(each.activeTasks() for each in every if each.id() == executor)

    make_counter = partial(CellCounter, counted.respondents.size, len(counted.items), N_CODES)
    columns = (*KEYS, *counted.items)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(spark.scan, million, counted.groups, columns, make_counter)
        awaited(tasks_in_hand)
        victim.signal(signal.SIGSTOP)
        time.sleep(1)
        # It has stood still for a second: what it had finished before has been told.
        held = tasks_in_hand()
        victim.kill()
        cells = job.result(timeout=120).cells()
    assert held >= 1
    assert tasks_in_hand() == 0  # nobody of that name works any more
    assert np.array_equal(cells.counts, counted.cells.counts)
    assert np.array_equal(cells.missing, counted.cells.missing)


def test_a_job_that_fails_is_refused_in_the_words_of_spark(
    spark: Spark, counted: GroupedCells, tmp_path: Path
) -> None:
    nowhere = Source(tmp_path / "gone.parquet", "residents")
    with pytest.raises(Refusal, match=r"spark_failed: .*gone\.parquet") as refused:
        spark.scan(nowhere, counted.groups, KEYS, partial(CellCounter, 1, 0, N_CODES))
    assert "\n" not in str(refused.value.details["reason"])


def test_rows_that_are_set_apart_are_left_out_as_on_one_machine(
    spark: Spark, tmp_path: Path
) -> None:
    flags = ("", "fast", "fast,identical", "honeypot,straight")
    for number, each in enumerate(flags):
        groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {"audience": "residents", "flags": each}
        write(tmp_path, [DatasetRow(tuple(groups.values()), dict.fromkeys(ITEMS, number))])
    source = Source(tmp_path, "residents", (("honeypot",), ("fast", "identical")))
    found = spark.count(source, ITEMS, KEYS)
    assert_same_cells(found, LOCAL.count(source, ITEMS, KEYS))
    assert found.cells.counts[:, 0].sum(axis=0).tolist() == [1, 1, 0, 0, 0]


# The last of this file: the command ends the session that the tests above it share.
def test_the_command_prints_the_same_document_from_both_engines(
    cluster: Cluster,
    spark: Spark,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spark.session.stop()  # the last test: the command opens a session of its own
    path = tmp_path / "few.parquet"
    simulating.simulate(path, Simulation(ITEMS, 3000, units=7), kernel.silent)
    printed = []
    for more in ((), ("--engine", "spark", "--master", cluster.address)):
        command = ["survey-app", "analyse", "--dataset", str(path), "--json", *more]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert len(json.loads(printed[0])["rows"]) == 7 * 2
