from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from analysis import PairMoments
from survey_app.engine import dataset as files
from survey_app.engine import source
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.engine.kernel import GroupedCells
from survey_app.engine.local import LOCAL, Local
from survey_app.engine.source import Source

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
    return LOCAL.count(Source(path, audience), ITEMS[:2], KEYS)


def paired(found: GroupedCells) -> PairMoments:
    """Per unit and channel, everybody counting for a multiple of one half."""
    names = [f"{unit}|{channel}" for unit, channel in zip(*places(found), strict=True)]
    weights = 0.5 + np.arange(len(names)) % 3 / 2
    return LOCAL.pairs(found, np.unique(names, return_inverse=True)[1], weights)


def places(found: GroupedCells) -> tuple[list[str], list[str]]:
    return found.keys["unit"].tolist(), found.keys["channel"].tolist()


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
    pairs = paired(found)
    for group, unit in enumerate(pairs.group_units.tolist()):
        name, channel = found.keys["unit"][group], found.keys["channel"][group]
        both = [
            (25.0 * row.codes["1.3"], 25.0 * row.codes["1.5"])
            for row in made
            if row.groups[:3] == (name, "residents", channel)
            and min(row.codes["1.3"], row.codes["1.5"]) >= 0
        ]
        assert pairs.products[unit, 0, 1] == sum(x * y for x, y in both)
        assert pairs.sums[unit, 0, 1] == sum(x for x, _ in both)


@pytest.mark.parametrize("rows_per_group", [1, 7, 399])
def test_one_row_group_and_many_give_the_same_integers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_per_group: int
) -> None:
    made = rows(400)
    monkeypatch.setattr(source, "ROWS_AT_ONCE", 2 * rows_per_group)
    whole = counted(written(tmp_path, made))
    monkeypatch.setattr(files, "ROWS_PER_GROUP", rows_per_group)
    parts = counted(written(tmp_path, made))
    for name in KEYS:
        assert whole.keys[name].tolist() == parts.keys[name].tolist()
    one, other = paired(whole), paired(parts)
    assert np.array_equal(whole.respondents, parts.respondents)
    assert np.array_equal(whole.cells.counts, parts.cells.counts)
    assert np.array_equal(whole.cells.missing, parts.cells.missing)
    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.sums, other.sums)
    assert np.array_equal(one.products, other.products)
    assert np.array_equal(np.asarray(one.shared), np.asarray(other.shared))


def test_an_audience_without_answers_has_no_groups(tmp_path: Path) -> None:
    made = [row for row in rows(50) if row.groups[1] == "residents"]
    found = counted(written(tmp_path, made), "businesses")
    assert found.respondents.size == 0
    assert found.cells.counts.shape == (0, 2, 5)


def test_a_dataset_without_answers_has_no_groups(tmp_path: Path) -> None:
    assert counted(written(tmp_path, [])).respondents.size == 0


def test_it_tells_how_much_of_the_rows_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROWS_PER_GROUP", 100)
    monkeypatch.setattr(source, "ROWS_AT_ONCE", 100)
    told: list[float] = []
    path = written(tmp_path, rows(400))
    Local(told.append).count(Source(path, "residents"), ITEMS[:2], KEYS)
    assert told == [0.25, 0.5, 0.75, 1.0]
