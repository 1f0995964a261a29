import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.services import analysing, exporting
from tests.runs import open_wave, place_of, soon, usual_wave


def test_every_answer_is_a_row_of_the_codes_that_are_counted(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    place = place_of(instance)
    run = analysing.analyse_wave(session, wave, place, soon(wave))
    sink = io.BytesIO()
    assert exporting.write_dataset(session, wave, place, sink) == 64
    rows = list(csv.DictReader(io.StringIO(sink.getvalue().decode())))
    stored = pq.read_table(files.path_of(place.folder, run.dataset_sha256)).to_pylist()
    assert [{name: str(value) for name, value in row.items()} for row in stored] == rows
    assert {row["channel"] for row in rows} == {"assisted", "open"}
    assert sorted(row["1.3"] for row in rows if row["channel"] == "assisted") == sorted(
        "01234" * 8
    )


def test_a_wave_that_was_not_analysed_has_nothing_to_take_out(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    with pytest.raises(Refusal, match="not_analysed"):
        exporting.write_dataset(session, wave, place_of(instance), io.BytesIO())


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_is_a_formula(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("export") / "dataset.parquet"
    table = pa.table(
        {
            "cluster": pa.array([text, "c=1"]).dictionary_encode(),
            "1.1": pa.array([-1, 4], pa.int8()),
        }
    )
    pq.write_table(table, path)
    sink = io.BytesIO()
    assert files.write_csv(path, sink) == 2
    rows = list(csv.reader(io.StringIO(sink.getvalue().decode(), newline="")))
    assert rows == [["cluster", "1.1"], ["'" + text, "-1"], ["c=1", "4"]]
