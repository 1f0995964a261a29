"""10. Stuffing, coaching, or blocking honest people: one address for a village, a cookie, a captcha.

What the door notes of a burst, and that the mean without it hardly moves, is tested beside the door:
`tests/survey_app/web/respond/test_door.py`.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.services import analysing
from survey_app.services.run_document import document
from tests.failure_modes.wire import ask, filled
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN, Site
from tests.journeys.test_answering import (
    answers_stored,
    choose_last_of_each,
    next_screen,
    receipt_of,
    send,
)
from tests.runs import assisted, close, collect, open_wave, opinions, place_of, sheet

FORM = f"/vi/s/{OPEN}/{HAI_AN}"
VILLAGE = 200
AT_ONCE = 20
BOTS = 500


def test_two_hundred_people_behind_one_address_all_get_through_without_a_cookie(
    site: Site,
) -> None:
    before = answers_stored(site)

    def answer(number: int) -> tuple[int, str | None, bool]:
        reply = ask(site, FORM, filled(site, FORM, f"{number:032}"))
        return reply.status, reply.receipt, "Set-Cookie" in reply.headers

    with ThreadPoolExecutor(AT_ONCE) as village:
        replies = list(village.map(answer, range(VILLAGE)))
    assert [status for status, _receipt, _cookie in replies] == [200] * VILLAGE
    assert len({receipt for _status, receipt, _cookie in replies} - {None}) == VILLAGE
    assert not any(cookie for _status, _receipt, cookie in replies)
    assert answers_stored(site) == before + VILLAGE


def test_no_service_but_ours_is_asked_and_no_cookie_is_kept_on_the_whole_way(
    walker: Welcome,
) -> None:
    resident = walker()
    page = resident.go("/vi/")
    page.goto(resident.site.to(FORM))
    next_screen(page)
    choose_last_of_each(page)
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    send(page)
    receipt_of(page)
    page.wait_for_load_state("networkidle")
    asked = {request.url.split("/")[2] for request in resident.sent if ":" in request.url[:6]}
    assert asked == {resident.site.address.split("/")[2]}
    assert len(resident.sent) >= 6
    assert page.context.cookies() == []
    frames = page.locator("iframe, object, embed, [src^='http'], link[href^='http']")
    assert frames.count() == 0


def analysed(session: Session, instance: Instance, *, bots: int) -> list[dict[str, Any]]:
    """A ward with 40 interviews, and programs that fill in the open form with the best answers."""
    wave = open_wave(session, instance, channels=("assisted", "open"))
    sheets = assisted(wave, "12345" * 8)
    sheets += [sheet(wave, each) for each in opinions(*"5" * bots)]
    collect(session, instance, wave, sheets)
    close(session, wave)
    run = analysing.analyse_wave(session, wave, place_of(instance), wave.opens_at)
    rows = document(session, wave, run)["rows"]
    assert isinstance(rows, list)
    return rows


def headline(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["headline"] and row["series"] == "assisted"]


def test_a_burst_of_bots_moves_no_headline_figure_at_all(instance: Instance) -> None:
    """The open form is a series of its own, beside the interviews and never added to them."""
    found = []
    for bots in (0, BOTS):
        with transaction(instance.engine) as session:
            world = session.begin_nested()
            found.append(analysed(session, instance, bots=bots))
            world.rollback()
    quiet, stuffed = found
    assert headline(stuffed) == headline(quiet)
    assert {row["mean"] for row in headline(quiet) if row["n"]} == {50.0}
    loud = [row for row in stuffed if row["series"] == "open" and row["n"]]
    assert loud
    assert {row["evidence"] for row in loud} == {"C"}
    assert all(row["se"] is None and row["p_gap"] is None and row["low"] is None for row in loud)
    assert not any(row["headline"] for row in loud)
