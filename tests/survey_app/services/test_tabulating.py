from pathlib import Path

import pytest

from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.engine.local import LOCAL
from survey_app.services import tabulating

ITEMS = ("1.10", "1.3", "residents/sex")


def person(code: int, stratum: str, **groups: str) -> DatasetRow:
    known = {"unit": "S00001", "audience": "residents", "channel": "drawn", "stratum": stratum}
    named = dict.fromkeys(files.GROUP_COLUMNS, "") | known | groups
    return DatasetRow(tuple(named.values()), {"1.3": code, "1.10": -1, "residents/sex": 0})


def write(folder: Path, people: list[DatasetRow]) -> Path:
    name, _ = files.write(folder, DatasetLayout(ITEMS, {}), people, -1)
    return files.path_of(folder, name)


def test_a_row_has_the_counts_and_the_stratified_estimate(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        [person(code, "1") for code in (4, 2, 3)] + [person(code, "2") for code in (0, 1, -2)],
    )
    said = tabulating.document(path, LOCAL)
    assert said["files"] == {path.name: path.stem}
    indicators = [(row["unit"], row["indicator"]) for row in tabulating.tabulate(path, LOCAL)]
    assert indicators == [("S00001", "1.3"), ("S00001", "1.10")]
    first, second = tabulating.tabulate(path, LOCAL)
    assert (first["counts"], first["n"], first["dont_know"]) == ([1, 1, 1, 1, 1], 5, 1)
    assert first["mean"] == 50.0
    assert first["evidence"] == "A"
    # Linearised within strata, d = (x - 50) / 5 and 0 for who did not know:
    # stratum 1 (10, 0, 5) has sum of squares 50, stratum 2 (-10, -5, 0) too; 3/2 (50 + 50) = 150
    assert first["se"] == pytest.approx(150**0.5)
    assert (second["n"], second["not_asked"], second["mean"], second["se"]) == (0, 6, None, None)


def test_series_and_audiences_stay_apart(tmp_path: Path) -> None:
    people = [
        person(4, "1"),
        person(0, "1", channel="open"),
        person(2, "", audience="businesses", channel="open"),
    ]
    rows = tabulating.tabulate(write(tmp_path, people), LOCAL)
    cells = [(row["audience"], row["series"], row["mean"]) for row in rows if row["n"]]
    assert cells == [
        ("residents", "drawn", 100.0),
        ("residents", "open", 0.0),
        ("businesses", "open", 50.0),
    ]
    assert [row["se"] for row in rows if row["evidence"] == "C"] == [None] * 4
