from pathlib import Path

import numpy as np

from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.services.striking_units import Striking, striking_units

ITEMS = tuple(f"1.{number}" for number in range(1, 9))
PEOPLE = 60


def wave(folder: Path, units: int, stuffed: int) -> Path:
    """Units of 60 honest people; in the last one so many sheets are a program's."""
    rng = np.random.default_rng(18091)
    rows = []
    for unit in range(units):
        for person in range(PEOPLE):
            is_made_up = unit == units - 1 and person < stuffed
            groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {
                "unit": f"{unit:05}",
                "audience": "residents",
                "duration_class": "under_2" if is_made_up or rng.random() < 0.05 else "2_to_5",
            }
            honest = np.where(rng.random(8) < 0.1, -2, rng.integers(0, 5, 8)).tolist()
            codes = dict(zip(ITEMS, [4] * 8 if is_made_up else honest, strict=True))
            rows.append(DatasetRow(tuple(groups.values()), codes))
    name, _ = files.write(folder, DatasetLayout(ITEMS, {}), rows, -1)
    return files.path_of(folder, name)


def test_a_stuffed_unit_stands_out_from_the_others(tmp_path: Path) -> None:
    found = striking_units(wave(tmp_path, 10, stuffed=30), "residents", ITEMS)
    assert found == [Striking("00009", "fastest"), Striking("00009", "all_best")]


def test_a_unit_where_nobody_is_ever_unsure_stands_out(tmp_path: Path) -> None:
    found = striking_units(wave(tmp_path, 10, stuffed=PEOPLE), "residents", ITEMS)
    assert Striking("00009", "no_dont_know") in found


def test_honest_units_do_not(tmp_path: Path) -> None:
    assert striking_units(wave(tmp_path, 10, stuffed=0), "residents", ITEMS) == []


def test_few_units_are_not_judged_and_another_audience_has_none(tmp_path: Path) -> None:
    assert striking_units(wave(tmp_path, 7, stuffed=30), "residents", ITEMS) == []
    assert striking_units(wave(tmp_path, 10, stuffed=30), "businesses", ITEMS) == []
