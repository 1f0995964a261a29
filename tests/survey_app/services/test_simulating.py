from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from survey_app.engine import dataset as files
from survey_app.engine import kernel
from survey_app.services import simulating
from survey_app.services.simulating import MISSING, Simulation

FEW = Simulation(("1.3", "1.10"), 50_000, units=20)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, rows = simulating.simulate(tmp_path / "1", FEW, kernel.silent)
    again, _ = simulating.simulate(tmp_path / "2", FEW, kernel.silent)
    other, _ = simulating.simulate(
        tmp_path / "3", Simulation(FEW.indicators, 50_000, units=20, seed=7), kernel.silent
    )
    assert (rows, again) == (50_000, first)
    assert other != first


def test_shares_of_answers_are_those_that_were_asked_for(tmp_path: Path) -> None:
    simulating.simulate(tmp_path / "file", FEW, kernel.silent)
    table = pq.read_table(tmp_path / "file")
    codes = np.concatenate([table["1.3"].to_numpy(), table["1.10"].to_numpy()])
    for code, share in MISSING.items():
        # Four standard errors of a share of 100,000.
        assert (codes == code).mean() == pytest.approx(share, abs=4 * (share / 100_000) ** 0.5)
    assert set(np.unique(codes)) == {*MISSING, 0, 1, 2, 3, 4}
    assert len(table["unit"].unique()) == 20
    assert sorted(table["stratum"].unique().to_pylist()) == ["1", "2", "3", "4"]


def test_satisfaction_of_one_person_goes_together_and_differs_between_units(
    tmp_path: Path,
) -> None:
    simulating.simulate(tmp_path / "file", FEW, kernel.silent)
    table = pq.read_table(tmp_path / "file")
    first, second = table["1.3"].to_numpy(), table["1.10"].to_numpy()
    both = (first >= 0) & (second >= 0)
    assert np.corrcoef(first[both], second[both])[0, 1] > 0.05
    unit = np.array(table["unit"].to_pylist())[both]
    means = [first[both][unit == name].mean() for name in np.unique(unit)]
    assert np.std(means) > 0.1


def test_nobody_makes_a_file_of_nothing_and_it_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "ROWS_PER_GROUP", 1000)
    told: list[float] = []
    simulating.simulate(tmp_path / "file", Simulation(("1.3",), 2500), told.append)
    assert told == [0.4, 0.8, 1.0]
    _, rows = simulating.simulate(tmp_path / "none", Simulation(("1.3",), 0), told.append)
    assert rows == 0
    assert pq.ParquetFile(tmp_path / "none").schema_arrow.names == [*files.GROUP_COLUMNS, "1.3"]
