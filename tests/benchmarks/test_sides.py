"""What the benchmark compares are equals: all sides give the same numbers. Nothing is timed here."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis import Sample
from analysis.bootstrap import bootstrap_means
from tests.benchmarks import means, raking
from tests.benchmarks.nation import SCORES, nation
from tests.benchmarks.rounds import Timed

SMALL = nation(6_000, 4, 12, 3)


def test_a_bare_histogram_gives_what_we_give() -> None:
    values, errors = means.ours(SMALL)
    bare_values, bare_errors = means.numpy_histogram(SMALL)
    assert values == pytest.approx(bare_values, rel=1e-12)
    assert errors == pytest.approx(bare_errors, rel=1e-10)


def test_duckdb_gives_what_we_give() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        means.duckdb_table(SMALL, connection)
        found = means.duckdb_means(SMALL, connection)
    for side, other in zip(found, means.ours(SMALL), strict=True):
        assert side == pytest.approx(other, rel=1e-9)


def test_r_gives_what_we_give() -> None:
    found = means.r_means(SMALL, 2)
    if found is None:
        pytest.skip("R with the survey package is not on this machine")
    for side, other in zip(found[0], means.ours(SMALL), strict=True):
        assert side == pytest.approx(other[:2], rel=1e-9)


def test_raking_the_table_gives_the_weights_that_we_give() -> None:
    small = raking.people(5_000)
    assert raking.ours(small) == pytest.approx(raking.collapsed_numpy(small), rel=1e-7)


def test_the_bootstrap_comes_near_the_linearised_error() -> None:
    rows = SMALL.groups
    sample = Sample(SMALL.group_weights[rows], strata=rows)
    rng = np.random.default_rng(3)
    found = bootstrap_means(sample, SMALL.codes, rows // SMALL.strata, 200, rng, scores=SCORES)
    values, errors = means.ours(SMALL)
    assert found.values == pytest.approx(values, rel=1e-9)
    assert np.median(found.standard_errors / errors) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("measure", ["means", "nation"])
def test_the_memory_of_a_run_is_measured_in_a_process_of_its_own(
    measure: str, tmp_path: Path
) -> None:
    sizes = {"means": ["6000"], "nation": ["3000", str(tmp_path / "small.parquet")]}[measure]
    said = subprocess.run(  # noqa: S603  (our own module)
        [sys.executable, "-m", "tests.benchmarks.memory", measure, *sizes],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(said.stdout)
    assert found["peak"] >= found["before"] > 0
    assert found["cells"] > 0


def test_the_ratio_is_that_of_the_best_rounds() -> None:
    timed = Timed({"a": [2.0, 1.0, 9.0], "b": [4.0, 5.0, 3.0]})
    assert timed.ratio("a", "b") == pytest.approx(1 / 3)
    assert timed.paired("a", "b") == 0.5
