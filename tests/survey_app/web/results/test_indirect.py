"""What the public and the office read of a list experiment."""

import pytest
from flask import Flask

from survey_app.db import transaction
from survey_app.instance import Instance
from tests.office import SignIn
from tests.survey_app.services.test_indirect_rows import analysed, counted, list_wave
from tests.visit import Page, Visit

MANY, FEW = "11413", "11411"
FIGURE = "blockquote"


@pytest.fixture
def published(instance: Instance) -> None:
    """105 to each list in the first unit, ten in the second; a third of the treated count one more."""
    with transaction(instance.engine) as session:
        wave = list_wave(session, instance, ("open",))
        sheets = [
            counted(
                wave,
                str(1 + number % 2 + (treated and number % 3 == 0)),
                treated=treated,
                unit=unit,
            )
            for unit, answers in ((0, 105), (1, 10))
            for number in range(answers)
            for treated in (False, True)
        ]
        analysed(session, instance, wave, sheets)
        wave.state = "published"


def figures(page: Page) -> list[list[str]]:
    """The table beside the picture."""
    table = page.one("blockquote ~ .table-scroll table")
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in table.select("tbody tr")
    ]


@pytest.mark.usefixtures("published")
def test_a_unit_with_enough_answers_has_its_own_figure_beside_that_of_all(visit: Visit) -> None:
    page = visit.get(f"/en/results/2026-1/{MANY}")
    assert "gave officials money or gifts" in page.one(FIGURE).get_text()
    # A third, in steps of five; of the wave 35 + 4 of 115.
    assert figures(page) == [
        ["Hai An Ward", "35%", "15% to 50%", "210"],
        ["All units", "35%", "15% to 50%", "230"],
    ]
    assert "In Hai An Ward this is true for about 35% of the businesses" in page.text
    assert "This speaks only for the businesses that chose to answer." in page.text
    assert "no single answer says which ones are" in page.text
    for width in (560, 340):
        assert page.one(f"#indirect-{width}")


@pytest.mark.usefixtures("published")
def test_a_unit_with_few_answers_shows_that_of_all_units(visit: Visit) -> None:
    page = visit.get(f"/vi/results/2026-1/{FEW}")
    assert [each[1:] for each in figures(page)] == [["35%", "15% đến 50%", "230"]]
    assert "quá ít để có con số riêng" in page.text


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_office_reads_it_beside_the_rule_of_law_and_nowhere_else(
    app: Flask, instance: Instance, language: str
) -> None:
    official = SignIn(app, instance)("official", None)
    assert official.get(f"/{language}/office/gaps/2026-1/{MANY}/1.6").all("#indirect-560")
    assert official.get(f"/{language}/office/gaps/2026-1/{MANY}/1.4").all("#indirect-560") == []
