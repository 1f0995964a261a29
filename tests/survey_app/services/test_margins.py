"""Expected numbers were worked out by hand from the published projection of Hải Phòng for 2026."""

import csv
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import survey_app
from survey_app.db import transaction
from survey_app.queries import margins as margin_queries
from survey_app.services.margins import (
    MarginFault,
    MarginRow,
    adults_from_projection,
    bands_from_projection,
    parse_margins,
    store_margins,
    unit_codes,
)
from tests import databases
from tests.factories import make_wave

PROJECTION = (
    Path(survey_app.__file__).parents[2]
    / "shared/data/vn_population/projection_new34_age_sex_2014_2034.csv"
)
UNITS = {"11411", "11413", "00004"}
CELLS = [(sex, age_band) for sex in (1, 2) for age_band in range(1, 6)]
HEADING = "unit,sex,age_band,population"


def lines(unit: str = "11413") -> list[str]:
    return [f"{unit},{sex},{band},{1000 * sex + band}" for sex, band in CELLS]


def table(*rows: str) -> str:
    return "\n".join((HEADING, *rows)) + "\n"


@pytest.fixture
def session(database: None, tmp_path: Path) -> Iterator[Session]:
    with databases.engine_in(tmp_path) as engine, transaction(engine) as session:
        yield session


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_good_table_is_read_however_the_spreadsheet_saved_it(
    mark: str, separator: str, ending: str
) -> None:
    text = mark + table(*lines()).replace(",", separator).replace("\n", ending)
    parsed = parse_margins(text, UNITS)
    assert not parsed.faults
    assert parsed.rows[0] == MarginRow(2, "11413", 1, 1, 1001)
    assert [(row.sex, row.age_band) for row in parsed.rows] == CELLS


def test_codes_are_text_and_keep_their_zeros() -> None:
    assert {row.unit for row in parse_margins(table(*lines("00004")), UNITS).rows} == {"00004"}
    faults = parse_margins(table(*lines("4")), UNITS).faults
    assert faults[0] == MarginFault("bad_unit", 2, "unit", "4")


def test_columns_may_stand_in_any_order_beside_others_and_between_empty_lines() -> None:
    rows = ["", *(f"Hải An,{cell[6:]},11413" for cell in lines()), ",,,,"]
    text = "Name,Sex,AGE_BAND, population ,unit\n" + "\n".join(rows)
    parsed = parse_margins(text, UNITS)
    assert not parsed.faults
    assert [row.row for row in parsed.rows] == list(range(3, 13))


def test_every_bad_cell_is_named_by_row_and_column_and_no_row_is_kept() -> None:
    rows = lines()
    rows[1] = "11413,3,2,12.5"
    rows[4] = "11413,1,6,-1"
    rows[5] = "Hải An,,1,"
    parsed = parse_margins(table(*rows), UNITS)
    assert parsed.rows == ()
    assert [(fault.code, fault.row, fault.column, fault.value) for fault in parsed.faults] == [
        ("bad_sex", 3, "sex", "3"),
        ("bad_population", 3, "population", "12.5"),
        ("bad_age_band", 6, "age_band", "6"),
        ("bad_population", 6, "population", "-1"),
        ("bad_unit", 7, "unit", "Hải An"),
        ("bad_sex", 7, "sex", ""),
        ("bad_population", 7, "population", ""),
    ]


def test_a_number_cut_in_two_by_its_comma_is_not_taken_for_its_first_part() -> None:
    rows = lines()
    rows[0] = "11413,1,1,1,001"
    assert parse_margins(table(*rows), UNITS).faults == (MarginFault("extra_cell", 2, "", "001"),)


def test_a_cell_given_twice_and_a_cell_not_given_are_faults() -> None:
    rows = lines()
    rows[9] = rows[0]
    assert parse_margins(table(*rows), UNITS).faults == (
        MarginFault("repeated_cell", 11, "age_band", "1,1"),
        MarginFault("missing_cell", 2, "age_band", "2,5"),
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", MarginFault("empty_file", 1, "", "")),
        ("\ufeff\n ; ;\n", MarginFault("empty_file", 1, "", "")),
        (HEADING, MarginFault("empty_file", 1, "", "")),
        ("unit,sex,population\n11413,1,5", MarginFault("missing_column", 1, "age_band", "")),
        ("a" * 200_000, MarginFault("unreadable_file", 1, "", "")),
    ],
)
def test_a_file_that_is_no_table_of_margins_says_what_it_lacks(
    text: str, fault: MarginFault
) -> None:
    assert parse_margins(text, UNITS).faults == (fault,)


def stored(session: Session, wave_id: int) -> list[tuple[int, int, int]]:
    return [
        (margin.sex, margin.age_band, margin.population)
        for margin in margin_queries.in_wave(session, wave_id)
    ]


def test_stored_margins_replace_those_of_the_same_unit_only(session: Session) -> None:
    wave = make_wave(session)
    both = parse_margins(table(*lines("11411"), *lines("11413")), UNITS)
    store_margins(session, wave.id, both.rows)
    assert len(stored(session, wave.id)) == 20
    again = parse_margins(table(*(f"11413,{sex},{band},7" for sex, band in CELLS)), UNITS)
    store_margins(session, wave.id, again.rows)
    cells = stored(session, wave.id)
    assert len(cells) == 20
    assert sum(population for *_, population in cells) == 10 * 7 + sum(
        1000 * sex + band for sex, band in CELLS
    )


def test_a_unit_outside_the_wave_is_named_together_with_the_bad_cells(session: Session) -> None:
    wave = make_wave(session)
    rows = [*lines("11413"), *lines("99999")]
    rows[2] = "11413,1,3,many"
    parsed = parse_margins(table(*rows), unit_codes(session, wave.id))
    assert [(fault.code, fault.row, fault.value) for fault in parsed.faults] == [
        ("bad_population", 4, "many"),
        *(("unit_not_in_wave", row, "99999") for row in range(12, 22)),
    ]
    assert parsed.rows == ()


def test_bands_take_two_fifths_of_the_youngest_group_and_add_up() -> None:
    groups = {
        ("total", "15-19"): 9_999,
        ("male", "Total"): 9_999,
        ("male", "10-14"): 500,
        ("male", "15-19"): 500,
        ("male", "25-29"): 100,
        ("male", "30-34"): 300,
        ("female", "45-49"): 200,
        ("female", "65-69"): 100,
        ("female", "80+"): 100,
    }
    # Adults: 200 + 100 + 300 of the men, 400 of the women: 1,000 of 1,800 people.
    assert adults_from_projection(groups, 180) == 100
    bands = bands_from_projection(groups, 101)
    # 30.3, 30.3, 20.2, 10.1, 10.1: the person left over goes to the first of the largest rests.
    shares = {(1, 1): 31, (1, 2): 30, (2, 3): 20, (2, 4): 10, (2, 5): 10}
    assert bands == dict.fromkeys(CELLS, 0) | shares
    assert sum(bands.values()) == 101


@pytest.mark.skipif(not PROJECTION.exists(), reason="the projection is not beside the project")
def test_the_projection_of_hai_phong_gives_the_bands_of_hai_an() -> None:
    with PROJECTION.open(encoding="utf-8-sig", newline="") as file:
        groups = {
            (row["sex"], row["age_group"]): int(row["y2026"])
            for row in csv.DictReader(file)
            if row["code"] == "31"
        }
    # 102,648 people x 2,963,140.2 adults / 4,003,547 people = 75,972.7
    assert adults_from_projection(groups, 102_648) == 75_973
    # Men of 18-29: 150,049 x 2/5 + 120,780 + 114,646 = 295,445.6; x 75,960 / 2,963,140.2 = 7,573.7
    assert bands_from_projection(groups, 75_960) == {
        (1, 1): 7_574,
        (1, 2): 11_849,
        (1, 3): 9_013,
        (1, 4): 5_524,
        (1, 5): 3_018,
        (2, 1): 6_996,
        (2, 2): 11_862,
        (2, 3): 9_543,
        (2, 4): 6_179,
        (2, 5): 4_402,
    }


def test_the_margins_of_the_demonstration_are_good_and_cover_its_eight_units() -> None:
    text = (files("survey_app") / "data" / "demo_margins.csv").read_text(encoding="utf-8")
    parsed = parse_margins(text, {line[:5] for line in text.splitlines()})
    assert not parsed.faults
    adults: Counter[str] = Counter()
    for row in parsed.rows:
        adults[row.unit] += row.population
    assert len(adults) == 8
    # 102,648 people x 0.74 = 75,959.5; each of the ten cells is rounded.
    assert adults["11413"] == pytest.approx(75_959.5, abs=5)
    assert len(parsed.rows) == 80
