from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from survey_app.engine import dataset as files
from survey_app.engine import local
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.engine.local import GroupedCells, Source

ITEMS = ("1.3", "1.5", "residents/sex")
KEYS = ("unit", "channel", "cluster", "residents/sex")


def rows(number: int) -> list[DatasetRow]:
    """Answers of both audiences in three units, from a fixed generator."""
    rng = np.random.default_rng(18091)
    made = []
    for person in range(number):
        groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {
            "unit": ("11413", "11411", "11948")[person % 3],
            "audience": "businesses" if person % 7 == 0 else "residents",
            "channel": "assisted" if person % 2 else "open",
            "cluster": f"c{person % 4}" if person % 2 else "",
        }
        codes = {item: int(rng.integers(-5, 5)) for item in ITEMS}
        made.append(DatasetRow(tuple(groups.values()), codes))
    return made


def written(folder: Path, made: list[DatasetRow]) -> Path:
    name, _ = files.write(folder, DatasetLayout(ITEMS, {}), made, -1)
    return files.path_of(folder, name)


def counted(path: Path, audience: str = "residents") -> GroupedCells:
    return local.count(Source(path, audience), ITEMS[:2], KEYS)


def key_of(row: DatasetRow) -> tuple[object, ...]:
    groups = dict(zip(files.GROUP_COLUMNS, row.groups, strict=True))
    return (*(groups[name] for name in KEYS[:3]), row.codes["residents/sex"])


def test_cells_are_those_that_counting_by_hand_gives(tmp_path: Path) -> None:
    made = rows(400)
    found = counted(written(tmp_path, made))
    mine = [row for row in made if row.groups[1] == "residents"]
    people = Counter(key_of(row) for row in mine)
    groups = list(zip(*(found.keys[name].tolist() for name in KEYS), strict=True))
    assert dict(zip(groups, found.respondents.tolist(), strict=True)) == people
    for item, column in enumerate(found.items):
        given = Counter((key_of(row), row.codes[column]) for row in mine)
        for group, key in enumerate(groups):
            assert found.cells.counts[group, item].tolist() == [
                given[key, code] for code in range(5)
            ]
            # -1 not asked, -2 don't know, -3 refused, -4 skipped, -5 not applicable
            assert found.cells.missing[group, item].tolist() == [
                given[key, -kind] for kind in range(1, 6)
            ]


def test_moments_of_pairs_are_those_that_adding_by_hand_gives(tmp_path: Path) -> None:
    made = rows(400)
    found = counted(written(tmp_path, made))
    for group, unit in enumerate(found.pairs.group_units.tolist()):
        name, channel = found.keys["unit"][group], found.keys["channel"][group]
        both = [
            (25.0 * row.codes["1.3"], 25.0 * row.codes["1.5"])
            for row in made
            if row.groups[:3] == (name, "residents", channel)
            and min(row.codes["1.3"], row.codes["1.5"]) >= 0
        ]
        assert found.pairs.products[unit, 0, 1] == sum(x * y for x, y in both)
        assert found.pairs.sums[unit, 0, 1] == sum(x for x, _ in both)


@pytest.mark.parametrize("rows_per_group", [1, 7, 399])
def test_one_row_group_and_many_give_the_same_integers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_per_group: int
) -> None:
    made = rows(400)
    whole = counted(written(tmp_path, made))
    monkeypatch.setattr(files, "ROWS_PER_GROUP", rows_per_group)
    parts = counted(written(tmp_path, made))
    for name in KEYS:
        assert whole.keys[name].tolist() == parts.keys[name].tolist()
    for one, other in (
        (whole.respondents, parts.respondents),
        (whole.cells.counts, parts.cells.counts),
        (whole.cells.missing, parts.cells.missing),
        (whole.pairs.counts, parts.pairs.counts),
        (whole.pairs.sums, parts.pairs.sums),
        (whole.pairs.products, parts.pairs.products),
    ):
        assert np.array_equal(one, other)


def test_an_audience_without_answers_has_no_groups(tmp_path: Path) -> None:
    made = [row for row in rows(50) if row.groups[1] == "residents"]
    found = counted(written(tmp_path, made), "businesses")
    assert found.respondents.size == 0
    assert found.cells.counts.shape == (0, 2, 5)


def test_a_dataset_without_answers_has_no_groups(tmp_path: Path) -> None:
    assert counted(written(tmp_path, [])).respondents.size == 0
