from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout, DatasetRow
from survey_app.errors import Refusal

LAYOUT = DatasetLayout(items=("1.3", "residents/sex"), about={"wave": "2026-1"})
ABSENT = -1


def row(unit: str = "11413", **codes: int) -> DatasetRow:
    groups = dict.fromkeys(files.GROUP_COLUMNS, "") | {"unit": unit, "audience": "residents"}
    named = {"rating": "1.3", "sex": "residents/sex"}
    return DatasetRow(tuple(groups.values()), {named[name]: code for name, code in codes.items()})


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    rows = [row(rating=4, sex=0), row("11411", rating=-2)]
    first, written = files.write(tmp_path, LAYOUT, rows, ABSENT)
    content = files.path_of(tmp_path, first).read_bytes()
    assert files.write(tmp_path, LAYOUT, iter(rows), ABSENT) == (first, 2)
    assert written == 2
    assert files.path_of(tmp_path, first).read_bytes() == content


def test_one_other_answer_makes_another_name(tmp_path: Path) -> None:
    first, _ = files.write(tmp_path, LAYOUT, [row(rating=4)], ABSENT)
    second, _ = files.write(tmp_path, LAYOUT, [row(rating=3)], ABSENT)
    assert first != second


def test_a_file_is_named_by_its_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    name, _ = files.write(tmp_path, LAYOUT, [row(rating=4)], ABSENT)
    path = files.checked_path(tmp_path, name)
    assert files.file_sha256(path) == name
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OverflowError):
        files.write(tmp_path, LAYOUT, [row(rating=4), row(rating=10**30)], ABSENT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [0, 4, 200, -1])
def test_an_altered_byte_is_refused(tmp_path: Path, place: int) -> None:
    name, _ = files.write(tmp_path, LAYOUT, [row(rating=4)] * 50, ABSENT)
    path = files.path_of(tmp_path, name)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Refusal, match="dataset_altered"):
        files.checked_path(tmp_path, name)


def test_a_file_that_is_not_there_is_refused_as_missing(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="dataset_missing"):
        files.checked_path(tmp_path, "0" * 64)


def test_items_are_small_integers_and_an_item_of_others_is_absent(tmp_path: Path) -> None:
    name, _ = files.write(tmp_path, LAYOUT, [row(rating=4), row(sex=1)], ABSENT)
    table = files.read(files.path_of(tmp_path, name))
    assert table.schema.field("1.3").type == pa.int8()
    assert table.column("1.3").to_pylist() == [4, ABSENT]
    assert table.column("residents/sex").to_pylist() == [ABSENT, 1]
    assert table.column("unit").to_pylist() == ["11413", "11413"]
    said = pq.read_schema(files.path_of(tmp_path, name)).metadata
    assert said[b"wave"] == b"2026-1"


def test_rows_are_cut_into_groups_and_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROWS_PER_GROUP", 3)
    rows = [row(rating=number % 5) for number in range(7)]
    name, written = files.write(tmp_path, LAYOUT, rows, ABSENT)
    file = pq.ParquetFile(files.path_of(tmp_path, name))
    sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert (written, sizes) == (7, [3, 3, 1])
    assert file.read().column("1.3").to_pylist() == [0, 1, 2, 3, 4, 0, 1]


def test_a_file_without_rows_still_has_a_row_group(tmp_path: Path) -> None:
    name, written = files.write(tmp_path, LAYOUT, [], ABSENT)
    assert written == 0
    assert pq.ParquetFile(files.path_of(tmp_path, name)).num_row_groups == 1


def test_weights_are_a_column_only_where_people_have_them(tmp_path: Path) -> None:
    weighted = DatasetLayout(items=LAYOUT.items, about={}, weighted=True)
    rows = [DatasetRow(row().groups, {}, weight=0.5)]
    name, _ = files.write(tmp_path, weighted, rows, ABSENT)
    assert files.read(files.path_of(tmp_path, name)).column("weight").to_pylist() == [0.5]
    assert files.WEIGHT not in LAYOUT.schema().names


@pytest.mark.parametrize(
    ("item", "is_rating", "column"),
    [
        ("4.2", True, "4.2"),
        ("overall", True, "residents/overall"),
        ("4.2.missed", False, "residents/4.2.missed"),
        ("sex", False, "residents/sex"),
    ],
)
def test_only_a_rating_of_an_indicator_has_a_column_that_audiences_share(
    item: str, column: str, *, is_rating: bool
) -> None:
    assert files.column_of("residents", item, is_rating=is_rating) == column
