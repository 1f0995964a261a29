from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from survey_app.engine import source
from survey_app.engine.local import LOCAL
from survey_app.engine.source import Source
from survey_app.errors import Refusal


def write(path: Path, *, statistics: bool = True, **columns: pa.Array) -> Source:
    """A file of the residents, two rows to a row group."""
    rows = len(next(iter(columns.values())))
    table = pa.table({"audience": pa.array(["residents"] * rows, pa.string()), **columns})
    pq.write_table(table, path, row_group_size=2, write_statistics=statistics)
    return Source(path, "residents")


def codes(*values: int | None) -> pa.Array:
    return pa.array(values, pa.int8())


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize(("given", "found"), [((4, 0, -5, 5), 5), ((-6, 4, 0, 0), -6)])
def test_an_unknown_code_is_refused_by_column_and_code(
    tmp_path: Path, given: tuple[int, ...], found: int, *, statistics: bool
) -> None:
    answers = write(tmp_path / "a.parquet", statistics=statistics, q=codes(*given))
    with pytest.raises(Refusal) as refused:
        answers.check((), ("q",))
    assert refused.value.code == "dataset_code_unknown"
    assert refused.value.details == {"file": "a.parquet", "column": "q", "found": found}


def test_known_codes_and_empty_files_pass(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", q=codes(4, 0, -5, None)).check((), ("q",))
    write(tmp_path / "b.parquet", q=codes()).check((), ("q",))


@pytest.mark.parametrize(("keys", "column"), [(("unit",), "unit"), ((), "q")])
def test_a_missing_group_or_a_column_of_another_type_is_refused(
    tmp_path: Path, keys: tuple[str, ...], column: str
) -> None:
    answers = write(tmp_path / "a.parquet", q=pa.array([1, 2], pa.int64()))
    with pytest.raises(Refusal, match="dataset_column_unfit") as refused:
        answers.check(keys, ("q",))
    assert refused.value.details["column"] == column


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="dataset_empty"):
        Source(tmp_path, "residents").check((), ())


def test_an_item_that_a_file_lacks_was_not_asked(tmp_path: Path) -> None:
    answers = write(tmp_path / "a.parquet", q=codes(4, None))
    [part] = answers.parts()
    table = answers.read(part, ("later", "q"))
    assert table.to_pydict() == {"later": [-1, -1], "q": [4, -1]}


def test_row_groups_are_read_together_up_to_a_number_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "ROWS_AT_ONCE", 4)
    write(tmp_path / "a.parquet", q=codes(0, 1, 2, 3, 4, 0, 1))
    write(tmp_path / "b.parquet", q=codes(2))
    parts = list(Source(tmp_path, "residents").parts())
    assert [(part.path.name, part.row_groups, part.rows) for part in parts] == [
        ("a.parquet", (0, 1), 4),
        ("a.parquet", (2, 3), 3),
        ("b.parquet", (0,), 1),
    ]


FLAGS = pa.array(["", "fast", "fast,identical", "honeypot,straight", None, "fast,network"])


def test_rows_with_all_signs_of_a_line_are_left_out_and_no_others(tmp_path: Path) -> None:
    everybody = write(tmp_path / "a.parquet", q=codes(0, 1, 2, 3, 4, -2), flags=FLAGS)
    kept = Source(everybody.path, "residents", (("honeypot",), ("fast", "identical")))
    found = [kept.read(part, ("q",)).column("q").to_pylist() for part in kept.parts()]
    assert found == [[0, 1, 4, -2]]
    assert [everybody.read(part, ("q",)).num_rows for part in everybody.parts()] == [6]


def test_a_file_from_before_there_were_flags_is_read_whole(tmp_path: Path) -> None:
    old = write(tmp_path / "a.parquet", q=codes(0, 1, 2))
    kept = Source(old.path, "residents", (("honeypot",),))
    assert [kept.read(part, ("q",)).num_rows for part in kept.parts()] == [3]


def test_a_file_of_which_all_rows_are_set_apart_counts_nobody(tmp_path: Path) -> None:
    flags = pa.array(["honeypot"] * 3)
    stuffed = write(tmp_path / "a.parquet", q=codes(0, 1, 2), unit=flags, flags=flags)
    found = LOCAL.count(Source(stuffed.path, "residents", (("honeypot",),)), ("q",), ("unit",))
    assert found.respondents.tolist() == []
