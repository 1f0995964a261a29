"""A field that only programs fill in: no eye, no key, no screen reader and no autofill meets it."""

from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from survey_app.config import LANGUAGES
from survey_app.db import make_engine, reading
from survey_app.models.responses import InboxEntry
from survey_app.web.respond.posted import HIDDEN_FIELD
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN, Site, settings_in
from tests.journeys.test_accessibility import RULES
from tests.journeys.test_answering import FORM, next_screen, receipt_of, send, walk_to_the_check

MOST_STOPS = 400
STOP = """(() => {
  const on = document.activeElement;
  return on === document.body ? "" : on.name || on.dataset.do || on.id || on.tagName;
})()"""
FILL_IN_EVERYTHING = """document.querySelectorAll("input[type=text], textarea")
  .forEach((each) => { each.value = "https://example.org"; })"""


def stops_of(page: Page) -> list[str]:
    """Every element that Tab comes to, until it leaves the page."""
    stops: list[str] = []
    for _step in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = str(page.evaluate(STOP))
        if not stop:
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab never leaves the page: {stops[-3:]}")


def names_for_screen_readers(page: Page) -> set[str]:
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    return {
        str(node.get("name", {}).get("value", "")) for node in tree["nodes"] if not node["ignored"]
    }


def honeypots(site: Site) -> int:
    """How many of the answers that wait have the sign."""
    engine = make_engine(settings_in(site.folder).database_url)
    with reading(engine) as session:
        found = Counter(
            "honeypot" in flags.split(",") for flags in session.scalars(select(InboxEntry.flags))
        )
    engine.dispose()
    return found[True]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("javascript", [True, False])
def test_no_person_meets_it(walker: Welcome, language: str, *, javascript: bool) -> None:
    page = walker(javascript=javascript).go(f"/{language}/s/{OPEN}/{HAI_AN}")
    hidden = page.locator(f"[name={HIDDEN_FIELD}]")
    expect(hidden).to_have_count(1)
    expect(hidden).to_be_hidden()
    label = page.locator(f"label[for={HIDDEN_FIELD}]").text_content() or ""
    assert label.strip()
    heard = names_for_screen_readers(page)
    assert len(heard) > 20
    assert label.strip() not in heard
    stops = stops_of(page)
    assert HIDDEN_FIELD not in stops
    assert ("next" if javascript else "forward") in stops  # Tab has come past its place
    if javascript:
        assert Axe().run(page, options=RULES).violations_count == 0


def test_nobody_sees_it_when_the_style_sheets_do_not_arrive(walker: Welcome) -> None:
    visitor = walker(javascript=False)
    visitor.forgiven = ("net::ERR_FAILED",)

    def lose(route: Route) -> None:
        route.abort()

    visitor.page.route("**/*.css*", lose)
    page = visitor.go(FORM)
    expect(page.locator(f"[name={HIDDEN_FIELD}]")).to_be_hidden()


def test_a_person_leaves_it_empty_and_a_program_does_not(walker: Welcome, site: Site) -> None:
    before = honeypots(site)
    page = walk_to_the_check(walker())
    send(page)
    receipt_of(page)
    assert honeypots(site) == before
    page = walk_to_the_check(walker())
    page.evaluate(FILL_IN_EVERYTHING)
    send(page)
    receipt_of(page)  # the program is told nothing
    assert honeypots(site) == before + 1


def test_it_is_remembered_over_a_change_of_language(walker: Welcome, site: Site) -> None:
    before = honeypots(site)
    page = walker().go(FORM)
    page.evaluate(FILL_IN_EVERYTHING)
    next_screen(page)
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("fieldset[data-item]:visible label.choice").first.click()
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    send(page)
    receipt_of(page)
    assert honeypots(site) == before + 1
