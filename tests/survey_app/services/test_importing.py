"""Expected numbers are worked out here in plain Python, or are R's (tests/reference)."""

import csv
import json
import tomllib
import unicodedata
from collections.abc import Sequence
from math import fsum, sqrt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy.orm import Session

from survey_app.config import ROOT
from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.mapping import SourceMapping, load_mapping
from survey_app.models.responses import Response
from survey_app.models.runs import Dataset
from survey_app.services.importing import (
    ImportedDataset,
    document,
    estimate_dataset,
    import_responses,
)
from tests.factories import long_ago

REFERENCE = ROOT / "tests/reference"
KANSAS_CITY = ROOT / "docs/examples/kansas_city.toml"
KANSAS_CITY_ANSWERS = ROOT.parent / "shared/data/microdata/kansas_city_resident_survey_fy2022.csv"

NHANES = """
framework = "iso18091-2019"
audience = "residents"
channel = "drawn"
{places}
[columns]
weight = "WTMEC2YR"
stratum = "SDMVSTRA"
cluster = "SDMVPSU"
{columns}
[scale.cholesterol]
{meaning}
missing = {{ NA = "skipped" }}
[[indicator]]
code = "3.6"
scale = "cholesterol"
items = [{{ column = "HI_CHOL" }}]
"""
ONE_UNIT = 'unit = "us"'
AS_SCORES = "scores = { 0 = 0, 1 = 100 }"

SMALL = """
framework = "iso18091-2019"
audience = "residents"
channel = "CHANNEL"
unit = "11413"
[scale.five]
codes = { 1 = 1, 2 = 2, 3 = 3, 4 = 4, 5 = 5 }
missing = { 8 = "refused", 9 = "dont_know", "" = "skipped", 0 = "not_asked" }
[[indicator]]
code = "4.2"
scale = "five"
items = [{ column = "rác" }]
[[indicator]]
code = "1.10"
scale = "five"
items = [{ column = "a" }, { column = "b", reversed = true }, { column = "c" }]
"""


@pytest.fixture
def importer(instance: Instance, session: Session, tmp_path: Path) -> "Importer":
    return Importer(instance, session, tmp_path)


class Importer:
    """What the command does: a mapping file and the bytes of an answers file."""

    def __init__(self, instance: Instance, session: Session, folder: Path) -> None:
        self.instance = instance
        self.session = session
        self.folder = folder

    @property
    def datasets(self) -> Path:
        return self.instance.settings.datasets

    def mapping(self, text: str) -> SourceMapping:
        path = self.folder / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return load_mapping(path, self.instance.library.frameworks)

    def __call__(self, content: bytes, mapping: str, name: str = "answers.csv") -> ImportedDataset:
        return import_responses(
            self.session,
            content,
            name,
            self.mapping(mapping),
            folder=self.datasets,
            at=long_ago(),
        )

    def of(self, *lines: str, channel: str = "assisted") -> ImportedDataset:
        return self("\n".join(lines).encode(), SMALL.replace("CHANNEL", channel))


def by_hand(answers: Sequence[Sequence[str]]) -> tuple[int, float, float, float]:
    """n, share of don't know, mean and standard error: half of the ratings make a score."""
    scores = []
    for ratings in answers:
        given = [int(rating) for rating in ratings if rating != "9"]
        if 2 * len(given) >= len(ratings):
            scores.append(fsum(25 * (rating - 1) for rating in given) / len(given))
    n, asked = len(scores), len(answers)
    mean = fsum(scores) / n
    squares = fsum((score - mean) ** 2 for score in scores)
    # Equal weights, everybody drawn on their own: those asked are the sample, those who did not
    # know add zero to the sum of squares (statistics.md 1R, 3).
    return n, (asked - n) / asked, mean, sqrt(asked / (asked - 1) * squares) / n


@pytest.mark.skipif(
    not KANSAS_CITY_ANSWERS.exists(),
    reason=f"the resident survey of Kansas City is not at {KANSAS_CITY_ANSWERS}",
)
def test_the_survey_of_kansas_city_gives_what_a_hand_calculation_gives(importer: Importer) -> None:
    with KANSAS_CITY_ANSWERS.open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert len(people) == 2017
    mapping = tomllib.loads(KANSAS_CITY.read_text(encoding="utf-8"))
    columns = {
        indicator["code"]: [item["column"] for item in indicator["items"]]
        for indicator in mapping["indicator"]
    }
    imported = importer(
        KANSAS_CITY_ANSWERS.read_bytes(),
        KANSAS_CITY.read_text(encoding="utf-8"),
        KANSAS_CITY_ANSWERS.name,
    )
    assert [(row.wave, row.indicator) for row in imported.estimates] == [
        (wave, code) for wave in ("1QSEP2021", "3QMAR2022") for code in columns
    ]
    for row in imported.estimates:
        n, share, mean, error = by_hand(
            [
                [person[column] for column in columns[row.indicator]]
                for person in people
                if person["quarte"] == row.wave
            ]
        )
        assert row.n == n
        assert row.dont_know_share == pytest.approx(share, rel=1e-12, abs=1e-12)
        assert row.mean == pytest.approx(mean, rel=1e-12)
        assert row.se == pytest.approx(error, rel=1e-12)
        assert row.low is not None
        assert row.high is not None
        assert row.mean is not None
        assert row.low < row.mean < row.high
    assert imported.dataset.responses == 2017
    assert imported.dataset.source == "kansas_city_resident_survey_fy2022.csv"


@pytest.mark.parametrize("meaning", [AS_SCORES, "codes = { 0 = 1, 1 = 5 }"])
def test_weights_strata_and_clusters_give_the_numbers_of_r(
    importer: Importer, meaning: str
) -> None:
    mapping = NHANES.format(places=ONE_UNIT, columns="", meaning=meaning)
    (row,) = importer((REFERENCE / "nhanes.csv").read_bytes(), mapping).estimates
    r = case("nhanes.mean.HI_CHOL")
    assert row.wave is None
    assert row.mean == pytest.approx(100 * r["estimate"], rel=1e-9)
    assert row.se == pytest.approx(100 * r["se"], rel=1e-9)
    assert row.df == r["degf"]
    assert row.n == 7846  # rows of the file where HI_CHOL is not NA


@pytest.mark.parametrize(
    ("name", "places", "columns", "place"),
    [
        ("nhanes.by.agecat", "", 'unit = "agecat"', ("", "agecat")),
        ("nhanes.by.agecat", ONE_UNIT, 'wave = "agecat"', ("agecat", "")),
        ("nhanes.by.race_sex", "", 'wave = "RIAGENDR"\nunit = "race"', ("RIAGENDR", "race")),
    ],
)
def test_waves_and_units_of_a_weighted_sample_are_the_groups_of_r(
    importer: Importer, name: str, places: str, columns: str, place: tuple[str, str]
) -> None:
    mapping = NHANES.format(places=places, columns=columns, meaning=AS_SCORES)
    imported = importer((REFERENCE / "nhanes.csv").read_bytes(), mapping)
    rows = {(row.wave, row.unit): row for row in imported.estimates}
    r = case(name)
    assert len(rows) == len(r["groups"])
    for group, value, error in zip(r["groups"], r["estimate"], r["se"], strict=True):
        row = rows[group.get(place[0]), group.get(place[1], "us")]
        assert row.mean == pytest.approx(100 * value, rel=1e-9)
        assert row.se == pytest.approx(100 * error, rel=1e-9)


def case(name: str) -> Any:  # noqa: ANN401  whatever shape R's answer has
    return json.loads((REFERENCE / "expected.json").read_text(encoding="utf-8"))["cases"][name][
        "expected"
    ]


def test_kinds_of_missing_stay_apart_and_half_of_the_ratings_make_a_score(
    importer: Importer,
) -> None:
    imported = importer.of(
        "rác,a,b,c",
        "5,5,1,9",  # b is reversed: 100 and 100
        "1,1,9,9",  # one of three
        "9,1,5,1",  # 0
        "8,3,3,9",  # 50 and 50
        ",,,",
        "0,0,0,4",  # only c was asked: 75
    )
    rubbish, safety = imported.estimates
    # Asked are those who answered, did not know or refused: 100, 0, -, -. Standard error by hand.
    assert (rubbish.n, rubbish.dont_know_share, rubbish.mean) == (2, 0.25, 50)
    assert rubbish.se == pytest.approx(sqrt(4 / 3 * 2 * 25**2), rel=1e-12)
    assert rubbish.df == 1
    # 100, 0, 50, 75, and one who did not know.
    assert (safety.n, safety.dont_know_share, safety.mean) == (4, 0.2, 56.25)
    squares = 43.75**2 + 56.25**2 + 6.25**2 + 18.75**2
    assert safety.se == pytest.approx(sqrt(5 / 4 * squares) / 4, rel=1e-12)


def test_the_dataset_holds_every_column_in_one_byte_and_no_answer_is_made(
    importer: Importer, session: Session
) -> None:
    imported = importer.of("id,rác,a,b,c", "7,5,5,1,9", "8,1,1,9,9")
    path = files.checked_path(importer.datasets, imported.dataset.sha256)
    table = pq.read_table(path)
    items = ["residents/rác", "residents/a", "residents/b", "residents/c", "4.2", "1.10"]
    assert table.column_names == [*files.IMPORTED_COLUMNS, *items]
    assert {str(table.schema.field(item).type) for item in items} == {"int8"}
    assert table.column("residents/b").to_pylist() == [4, -2]
    assert session.get(Dataset, imported.dataset.sha256) is imported.dataset
    assert (imported.dataset.wave_id, imported.dataset.responses) == (None, 2)
    assert session.query(Response).count() == 0


def test_the_same_file_and_mapping_give_the_same_dataset(importer: Importer) -> None:
    first = importer.of("rác,a,b,c", "5,5,1,9", "4,3,3,3")
    again = importer.of("rác,a,b,c", "5,5,1,9", "4,3,3,3")
    assert again.dataset is first.dataset
    assert document(again) == document(first)
    other = importer.of("rác,a,b,c", "5,5,1,9", "4,3,3,2")
    assert other.dataset.sha256 != first.dataset.sha256


def test_estimates_are_recomputed_from_the_file_which_is_refused_when_altered(
    importer: Importer,
) -> None:
    imported = importer.of("rác,a,b,c", "5,5,1,9", "4,3,3,3")
    path = files.checked_path(importer.datasets, imported.dataset.sha256)
    assert estimate_dataset(path) == imported.estimates
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Refusal, match="dataset_altered"):
        files.checked_path(importer.datasets, imported.dataset.sha256)


def test_the_document_is_json_with_null_for_what_is_not_known(importer: Importer) -> None:
    imported = importer.of("rác,a,b,c", "9,,,")
    printed = json.loads(json.dumps(document(imported), allow_nan=False))
    nothing = dict.fromkeys(("mean", "se", "df", "low", "high"))
    common = {"wave": None, "unit": "11413", "n": 0}
    assert printed == {
        "dataset": imported.dataset.sha256,
        "rows": [
            {**common, "indicator": "4.2", "dont_know_share": 1.0, **nothing},
            {**common, "indicator": "1.10", "dont_know_share": None, **nothing},
        ],
    }


def test_an_open_link_describes_and_infers_nothing(importer: Importer) -> None:
    row, _ = importer.of("rác,a,b,c", "5,5,1,9", "4,3,3,3", channel="open").estimates
    assert (row.n, row.mean) == (2, 87.5)
    assert (row.se, row.df, row.low, row.high) == (None, None, None, None)


def test_one_answer_alone_is_not_certain(importer: Importer) -> None:
    row, _ = importer.of("rác,a,b,c", "5,5,1,9").estimates
    assert (row.mean, row.df, row.high) == (100, 0, 100)
    assert row.se is not None
    assert row.se > 0
    assert row.low is not None
    assert row.low < 50


def test_headings_in_either_spelling_are_the_same_column(importer: Importer) -> None:
    composed = importer.of("rác,a,b,c", "5,5,1,9")
    apart = importer.of(unicodedata.normalize("NFD", "rác") + ",a,b,c", "5,5,1,9")
    assert apart.estimates == composed.estimates


def test_a_file_with_one_bad_cell_leaves_nothing_behind(
    importer: Importer, session: Session
) -> None:
    with pytest.raises(Refusal, match="row 1000, column a: unknown_code '6'"):
        importer.of("rác,a,b,c", *["5,5,1,9"] * 998, "5,6,1,9", "5,5,1,9")
    assert list(importer.datasets.iterdir()) == []
    assert session.query(Dataset).count() == 0
