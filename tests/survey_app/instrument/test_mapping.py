import unicodedata
from pathlib import Path

import pytest

from survey_app.config import QUESTIONNAIRES, ROOT
from survey_app.instrument.definition import Framework
from survey_app.instrument.faults import DefinitionFault
from survey_app.instrument.loading import load_all
from survey_app.instrument.mapping import SourceMapping, load_mapping

GOOD = """
framework = "iso18091-2019"
audience = "residents"
channel = "drawn"
unit = "11413"

[columns]
wave = "quarter"
weight = "w"

[scale.five]
codes = { 1 = 1, 2 = 2, 3 = 3, 4 = 4, 5 = 5 }
missing = { 9 = "dont_know", "" = "skipped" }

[scale.yes]
scores = { Yes = 100, Partly = 40, No = 0 }

[[indicator]]
code = "1.10"
scale = "five"
items = [{ column = "a" }, { column = "b", reversed = true }]

[[indicator]]
code = "4.2"
scale = "yes"
items = [{ column = "c" }]
"""


@pytest.fixture(scope="module")
def frameworks() -> dict[str, Framework]:
    return dict(load_all(QUESTIONNAIRES).frameworks)


def read(folder: Path, frameworks: dict[str, Framework], text: str) -> SourceMapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, frameworks)


def faults(folder: Path, frameworks: dict[str, Framework], text: str) -> str:
    with pytest.raises(DefinitionFault) as refused:
        read(folder, frameworks, text)
    return str(refused.value)


def test_a_mapping_says_what_every_value_means(
    tmp_path: Path, frameworks: dict[str, Framework]
) -> None:
    mapping = read(tmp_path, frameworks, GOOD)
    safety, rubbish = mapping.indicators
    plain, turned = (
        mapping.scale_of(safety, item).code_of_value(reverse=item.reversed)
        for item in safety.items
    )
    assert plain == {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "9": -2, "": -4}
    assert turned == {"1": 4, "2": 3, "3": 2, "4": 1, "5": 0, "9": -2, "": -4}
    assert mapping.scores_of(rubbish) == (0, 40, 100)
    assert mapping.scale_of(rubbish, rubbish.items[0]).code_of_value(reverse=False) == {
        "Yes": 2,
        "Partly": 1,
        "No": 0,
    }
    assert mapping.columns.labels == {"wave": "quarter"}


def test_names_and_values_are_compared_composed(
    tmp_path: Path, frameworks: dict[str, Framework]
) -> None:
    apart = unicodedata.normalize("NFD", "Đợt khảo sát")
    text = GOOD.replace('"quarter"', f'"{apart}"').replace("Partly", f'"{apart}"')
    mapping = read(tmp_path, frameworks, text)
    assert mapping.columns.wave == "Đợt khảo sát"
    assert "Đợt khảo sát" in mapping.scales["yes"].scores


def test_every_fault_is_named_at_once(tmp_path: Path, frameworks: dict[str, Framework]) -> None:
    text = (
        GOOD.replace('unit = "11413"', 'unit = "11413"\nwave = "2026"')
        .replace('wave = "quarter"', 'wave = "quarter"\nunit = "ward"')
        .replace('9 = "dont_know"', '5 = "dont_know"')
        .replace('{ column = "c" }', '{ column = "a", scale = "six" }, { column = "c" }')
    )
    text += """
[[indicator]]
code = "9.9"
scale = "five"
items = [{ column = "d" }]
[[indicator]]
code = "1.4"
scale = "five"
items = [{ column = "e", revers = true }]
[[indicator]]
code = "1.1"
scale = "five"
items = [{ column = "f" }]
[[indicator]]
code = "1.10"
scale = "five"
items = [{ column = "g" }]
"""
    assert faults(tmp_path, frameworks, text).split("\n") == [
        "mapping.toml: 1.4: items 0 revers: Extra inputs are not permitted",
        "mapping.toml: unit: either a constant or a column, columns.unit",
        "mapping.toml: wave: a constant or a column, columns.wave, not both",
        "mapping.toml: five: '5' is both an answer and missing",
        "mapping.toml: 4.2: scale six is unknown",
        "mapping.toml: 4.2: scale yes has scores: they do for an indicator of one column only",
        "mapping.toml: 9.9: is no indicator of iso18091-2019",
        "mapping.toml: 1.1: is not asked of residents",
        "mapping.toml: 1.10: indicator appears 2 times",
        "mapping.toml: column a appears 2 times",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("framework = ", "framework ", "mapping.toml: not readable as TOML"),
        ("4 = 4, 5 = 5", "4 = 4, 5 = 6", "scale five codes 5: Input should be less than or equal"),
        ("Yes = 100", "Yes = 101", "scale yes scores Yes: Input should be less than or equal"),
        ('"drawn"', '"radio"', "channel: Input should be 'drawn', "),
        ("scores =", "missing =", "scale yes missing Yes: Input should be 'dont_know'"),
        ('"iso18091-2019"', '"iso-9001"', "framework iso-9001 is unknown"),
        ('unit = "11413"', "", "unit: either a constant or a column, columns.unit"),
        ("[scale.yes]", "[scale.yes]\ncodes = { Yes = 5 }", "either codes or scores"),
        ('[{ column = "c" }]', "[]", "4.2: items: Tuple should have at least 1 item"),
        (
            '{ column = "c" }',
            '{ column = "c", reversed = true }',
            "as they are meant, not reversed",
        ),
        (
            '[{ column = "a" }, ',
            "[" + ", ".join(f'{{ column = "a{place}" }}' for place in range(9)) + ", ",
            "1.10: more than 9 columns",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, frameworks: dict[str, Framework], old: str, new: str, fault: str
) -> None:
    assert fault in faults(tmp_path, frameworks, GOOD.replace(old, new, 1))


def test_the_mapping_of_kansas_city_places_or_explains_each_of_its_73_ratings(
    frameworks: dict[str, Framework],
) -> None:
    mapping = load_mapping(ROOT / "docs/examples/kansas_city.toml", frameworks)
    placed = [item.column for indicator in mapping.indicators for item in indicator.items]
    left_out = [column for each in mapping.left_out for column in each.columns]
    asked = {"q1": 3, "q2": 8, "q3": 16, "q5": 7, "q7": 4, "q9": 10, "q11": 2, "q12": 10}
    asked |= {"q14": 4, "q15": 5, "q17": 4}
    ratings = {
        f"{question}_{place:02}" for question, n in asked.items() for place in range(1, n + 1)
    }
    assert len(ratings) == 73
    assert sorted(placed + left_out) == sorted(ratings)
    assert (len(placed), len(mapping.indicators)) == (55, 18)
