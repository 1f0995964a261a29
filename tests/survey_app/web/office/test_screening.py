"""The page about signs of made-up answers: what was noticed, what follows, and who decided."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.screening import ScreeningRuling
from survey_app.models.units import Unit
from survey_app.services import analysing, fielding, screening
from tests.office import SignIn
from tests.runs import close, collect, open_wave, place_of, sheet
from tests.visit import Visit

SIGNS = "/en/office/waves/2026-1/signs"
HONEST = ["1", "2", "3", "4", "5"] * 6  # 30 people, mean 50


def units_of(session: Session) -> list[Unit]:
    """The communes that signing somebody in has made, if it has."""
    return list(session.scalars(select(Unit).where(Unit.level == "commune").order_by(Unit.id)))


def stuffed(
    instance: Instance, flags: Sequence[str] = ("fast", "identical"), *, sheets: int = 20
) -> Wave:
    """30 residents of mean 50 and flagged sheets of 100; closed and analysed."""
    with transaction(instance.engine) as session:
        wave = open_wave(session, instance, units=units_of(session))
        screening.freeze(wave)
        said = [sheet(wave, {"1.3": rating}) for rating in HONEST]
        said += [replace(sheet(wave, {"1.3": "5"}), flags=tuple(flags)) for _ in range(sheets)]
        collect(session, instance, wave, said)
        close(session, wave)
        analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)
        return wave


@pytest.fixture
def official(signed_in: SignIn) -> Visit:
    return signed_in("official", "31")


def test_the_page_shows_numbers_in_steps_and_results_with_and_without(
    instance: Instance, official: Visit
) -> None:
    """By hand: (30 x 50 + 20 x 100) / 50 = 70; with all 20 at 0 it is 30, with all at 100 it is 70."""
    stuffed(instance)
    page = official.get(SIGNS)
    assert page.one(".menu [aria-current]").get_text() == "Survey waves"
    (row,) = page.all("table:has(caption:-soup-contains('by unit')) tbody tr")
    assert row.get_text(" ", strip=True) == (
        "Hai An Ward Residents about 50 about 20 Sent sooner than the questions can be read: about"
        " 20 The same answers as several others that day: about 20"
    )
    (line,) = page.all("table:has(caption:-soup-contains('Hai An')) tbody tr")
    cells = [cell.get_text(" ", strip=True) for cell in line.find_all(["th", "td"])]
    assert cells[1:] == ["Residents, Open link", "about 20", "50", "70", "30 to 70"]


def test_with_fewer_than_ten_set_apart_the_difference_is_kept_back(
    instance: Instance, official: Visit
) -> None:
    stuffed(instance, sheets=9)
    page = official.get(SIGNS)
    assert "under 10" in page.one("table:has(caption:-soup-contains('by unit')) tbody").text
    assert "No result that you may see has ten answers or more set apart." in page.text


def test_a_decision_is_recorded_and_asks_for_a_new_analysis(
    instance: Instance, official: Visit
) -> None:
    wave = stuffed(instance)
    page = official.get(SIGNS)
    said = {"flag": "identical", "verdict": "counted", "reason": "A class did it together."}
    after = page.submit(said)
    assert after.path == SIGNS
    assert "The results do not heed the last decision yet" in after.text
    assert "A class did it together." in after.text
    with reading(instance.engine) as session:
        (ruling,) = session.scalars(select(ScreeningRuling))
        assert (ruling.flag, ruling.verdict, ruling.author_name) == (
            "identical",
            "counted",
            "Official",
        )
    official.get(f"/en/office/waves/{wave.key}/analyse").submit()
    again = official.get(SIGNS)
    assert "The results do not heed the last decision yet" not in again.text
    assert "none" in again.one("table:has(caption:-soup-contains('by unit')) tbody").text


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"verdict": "counted", "reason": ""}, "This field is required."),
        ({"reason": "x"}, "This field is required."),
        (
            {"flag": "network", "verdict": "set_apart", "reason": "x"},
            "Nobody's answer is set apart for this sign alone",
        ),
    ],
)
def test_a_decision_that_may_not_be_stays_on_the_page(
    instance: Instance, official: Visit, said: dict[str, str], fault: str
) -> None:
    stuffed(instance)
    page = official.get(SIGNS).submit(said, status=400)
    assert fault in page.text
    with reading(instance.engine) as session:
        assert session.scalars(select(ScreeningRuling)).all() == []


def test_after_publication_nobody_decides_any_more(instance: Instance, official: Visit) -> None:
    wave = stuffed(instance)
    page = official.get(SIGNS)
    with transaction(instance.engine) as session:
        fielding.publish_wave(session, session.merge(wave), wave.closes_at)
    assert not official.get(SIGNS).all("form textarea")
    said = {"flag": "fast", "verdict": "counted", "reason": "x"}
    assert "until its results are published" in page.submit(said, status=409).text


def test_an_expert_reads_and_does_not_decide(instance: Instance, signed_in: SignIn) -> None:
    stuffed(instance)
    page = signed_in("expert", "31").get(SIGNS)
    assert not page.all("form textarea")
    assert "about 20" in page.text


def test_who_still_scores_sees_the_numbers_but_not_what_people_say(
    instance: Instance, signed_in: SignIn
) -> None:
    stuffed(instance)
    page = signed_in("assessor", "11413").get(SIGNS)
    assert "about 20" in page.text
    assert not page.all("table:has(caption:-soup-contains('Hai An'))")


def test_the_method_card_says_how_many_were_set_apart_and_why(
    instance: Instance, visit: Visit
) -> None:
    wave = stuffed(instance)
    with transaction(instance.engine) as session:
        fielding.publish_wave(session, session.merge(wave), wave.closes_at)
    english = visit.get("/en/results/2026-1/11413").text
    assert "Set apart, kept but not counted: about 20." in english
    assert "questions can be read – and one of these as well: The same answers as" in english
    assert "The rule was fixed before the first answer came in." in english
    assert "khoảng 20" in visit.get("/vi/results/2026-1/11413").text


def test_a_draft_shows_what_registering_would_freeze(instance: Instance, official: Visit) -> None:
    with transaction(instance.engine) as session:
        wave = open_wave(session, instance, units=units_of(session))
        wave.state = "draft"
    page = official.get(SIGNS)
    assert "This is what registering the wave freezes." in page.text
    assert "After 30 answers to the unit from one network" in page.text
