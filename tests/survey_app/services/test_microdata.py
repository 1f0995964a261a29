import unicodedata

import pytest

from survey_app.engine.dataset import IMPORTED_COLUMNS, DatasetRow
from survey_app.errors import Refusal
from survey_app.instrument.mapping import SourceMapping
from survey_app.services.microdata import MicrodataFault, item_columns, read_microdata

MAPPING = SourceMapping.model_validate(
    {
        "framework": "iso18091-2019",
        "audience": "residents",
        "channel": "assisted",
        "language": "vi",
        "columns": {
            "wave": "Đợt",
            "unit": "Phường",
            "weight": "w",
            "stratum": "tầng",
            "cluster": "tổ",
        },
        "scale": {
            "five": {
                "codes": {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5},
                "missing": {"9": "dont_know", "": "skipped"},
            },
            "yes": {"scores": {"Có": 100, "Không": 0}},
        },
        "indicator": [
            {
                "code": "1.10",
                "scale": "five",
                "items": [{"column": "a"}, {"column": "b", "reversed": True}],
            },
            {"code": "4.2", "scale": "yes", "items": [{"column": "c"}]},
        ],
    }
)
HEADING = "id,Đợt,Phường,w,tầng,tổ,a,b,c"
ROW = "1,2026-1,11413,0.5,x,y,5,2,Có"


def read(*lines: str) -> list[DatasetRow]:
    return read_microdata("\n".join(lines).encode(), "tệp.csv", MAPPING)


def faults(*lines: str) -> tuple[MicrodataFault, ...]:
    with pytest.raises(Refusal) as refused:
        read(*lines)
    assert refused.value.code == "microdata_faults"
    found = refused.value.details["found"]
    assert isinstance(found, tuple)
    assert refused.value.details["count"] == len(found)
    return found


def test_a_row_keeps_its_columns_and_makes_its_indicators() -> None:
    (row,) = read(HEADING, ROW)
    assert dict(zip(IMPORTED_COLUMNS, row.groups, strict=True)) == {
        "unit": "11413",
        "audience": "residents",
        "channel": "assisted",
        "language": "vi",
        "block": "",
        "stratum": "x",
        "cluster": "y",
        "weighting_class": "",
        "duration_class": "",
        "helped": "0",
        "flags": "",
        "wave": "2026-1",
    }
    assert row.weight == 0.5
    assert item_columns(MAPPING) == ("residents/a", "residents/b", "residents/c", "1.10", "4.2")
    # Codes 4 and 3 of two items: the eighth of the nine means 0, 0.5 ... 4.
    assert row.codes == {
        "residents/a": 4,
        "residents/b": 3,
        "residents/c": 1,
        "1.10": 7,
        "4.2": 1,
    }


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_file_is_read_however_it_was_saved(mark: str, ending: str, form: str) -> None:
    text = ending.join((HEADING, ROW, "", ROW))
    commas = mark + unicodedata.normalize(form, text)  # type: ignore[arg-type]  # a form's name
    semicolons = commas.replace(",", ";").replace("0.5", "0,5")
    for written in (commas, semicolons):
        rows = read_microdata(written.encode(), "tệp.csv", MAPPING)
        assert rows == read(HEADING, ROW, ROW)


def test_every_bad_cell_is_named_by_row_and_column() -> None:
    assert faults(
        HEADING,
        ROW,
        "2,2026-1,,0.5,x,y,7,2,có",
        ROW,
        "",
        "4,2026-1,11413,-1,x, ,5,2,Có",
        "5,2026-1,11413,0.5,x,y,5,2",
    ) == (
        MicrodataFault("unknown_code", 3, "a", "7"),
        MicrodataFault("unknown_code", 3, "c", "có"),
        MicrodataFault("empty_label", 3, "Phường"),
        MicrodataFault("empty_label", 6, "tổ"),
        MicrodataFault("bad_weight", 6, "w", "-1"),
        MicrodataFault("cell_count", 7, "", "8"),
    )


def test_one_bad_cell_in_row_1000_is_found_there() -> None:
    (fault,) = faults(HEADING, *[ROW] * 998, ROW.replace("Có", "Maybe"), *[ROW] * 50)
    assert fault == MicrodataFault("unknown_code", 1000, "c", "Maybe")
    assert str(fault) == "row 1000, column c: unknown_code 'Maybe'"


@pytest.mark.parametrize(
    "weight", ["-0.1", "nan", "NaN", "inf", "", "1e999", "1_000", "0x10", "mười", "1 000"]
)
def test_a_weight_is_a_plain_number_of_zero_or_more(weight: str) -> None:
    assert faults(HEADING, ROW.replace("0.5", weight)) == (
        MicrodataFault("bad_weight", 2, "w", weight),
    )


@pytest.mark.parametrize(("weight", "number"), [("0", 0.0), (".5", 0.5), ("1.5e3", 1500.0)])
def test_weights_as_statistics_programs_write_them_are_read(weight: str, number: float) -> None:
    assert read(HEADING, ROW.replace("0.5", weight))[0].weight == number


def test_columns_that_are_absent_or_twice_there_are_named_beside_the_bad_cells() -> None:
    heading = HEADING.replace("w,", "weight,").replace("b,", "a,").replace("Đợt", "c")
    assert faults(heading, ROW.replace("Có", "7")) == (
        MicrodataFault("repeated_column", 1, "a", "2"),
        MicrodataFault("missing_column", 1, "b"),
        MicrodataFault("repeated_column", 1, "c", "2"),
        MicrodataFault("missing_column", 1, "Đợt"),
        MicrodataFault("missing_column", 1, "w"),
        MicrodataFault("unknown_code", 2, "c", "7"),
    )


@pytest.mark.parametrize("content", ["", "\n\n", HEADING, HEADING + "\n\n"])
def test_a_file_without_a_row_is_refused(content: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.code == "microdata_empty"


@pytest.mark.parametrize("content", [b"PK\x03\x04", "tệp".encode("utf-16"), b'a,b\n"1,2\n'])
def test_what_is_no_csv_in_utf_8_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_microdata(content, "x.csv", MAPPING)
    assert refused.value.code in {"microdata_unreadable", "microdata_empty"}


def test_a_long_value_is_shown_by_its_beginning() -> None:
    (fault,) = faults(HEADING, ROW.replace("Có", "x" * 5000))
    assert fault.value == "x" * 80
