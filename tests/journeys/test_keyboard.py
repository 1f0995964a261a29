"""Without a mouse, on the narrowest phone, with a screen reader, and with a network that breaks."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from survey_app.config import LANGUAGES
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN, Site
from tests.journeys.test_accessibility import RULES
from tests.journeys.test_answering import (
    FORM,
    answers_stored,
    choose_last_of_each,
    next_screen,
    receipt_of,
    send,
    walk_to_the_check,
)
from tests.journeys.test_reading import SPEAKING

NARROW = 320
SMALLEST_TARGET = 24
FOCUSED = """(() => {
  const on = document.activeElement, style = getComputedStyle(on.closest("label.choice") || on);
  return { do: on.dataset.do || on.type || on.tagName, checked: on.checked || false,
           outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
           name: on.name || "" };
})()"""
SMALL = """(least) => [...document.querySelectorAll("main a, main button, main label.choice, header button")]
  .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden, .skip") && !each.matches(".visually-hidden"))
  .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least).map(([text]) => text)"""
UNNAMED = """() => [...document.querySelectorAll("fieldset[data-item]")]
  .filter((each) => each.firstElementChild.tagName !== "LEGEND" || !each.firstElementChild.textContent.trim())
  .map((each) => each.dataset.item)"""


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the button named so has the focus; each stop on the way can be seen."""
    for _step in range(40):
        page.keyboard.press("Tab")
        on = page.evaluate(FOCUSED)
        assert on["outline"], f"no focus is seen on {on}"
        if wanted in {on["do"], on["name"]}:
            return
        if on["do"] == "radio" and not on["checked"]:
            page.keyboard.press("Space")
    raise AssertionError(wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_alone_goes_from_the_first_page_to_a_receipt(
    walker: Welcome, site: Site, language: str
) -> None:
    before = answers_stored(site)
    resident = walker(width=NARROW)
    page = resident.go(f"/{language}/s/{OPEN}/{HAI_AN}")
    tab_to(page, "bigger")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_class("js large")
    tab_to(page, "next")
    page.keyboard.press("Enter")
    while page.locator("[data-do=next]").is_visible():
        assert resident.is_as_wide_as_the_screen()
        tab_to(page, "next")
        page.keyboard.press("Enter")
    tab_to(page, "forward")
    page.keyboard.press("Enter")
    receipt_of(page)
    assert answers_stored(site) == before + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_screen_of_the_form(walker: Welcome, language: str) -> None:
    resident = walker(width=NARROW)
    resident.page.add_init_script(SPEAKING % language)
    page = resident.go(f"/{language}/s/{OPEN}/{HAI_AN}")

    def check() -> None:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate(SMALL, SMALLEST_TARGET) == []
        assert resident.is_as_wide_as_the_screen()

    assert page.evaluate(UNNAMED) == []
    check()
    next_screen(page)
    choose_last_of_each(page)
    expect(page.locator("[data-do=speak]:visible").first).to_be_visible()
    check()
    page.locator("[data-do=contrast]").click()
    check()
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    check()
    send(page)
    receipt_of(page)
    expect(page.locator(".last-time li")).to_have_count(8)
    check()


def test_an_answer_whose_receipt_was_lost_on_the_way_counts_once(
    walker: Welcome, site: Site
) -> None:
    resident, before = walker(), answers_stored(site)
    resident.forgiven = ("ERR_",)
    page = walk_to_the_check(resident)
    tries: list[int] = []

    def cut_the_first(route: Route) -> None:
        """The server takes the answer, and its reply does not arrive."""
        reply = route.fetch()
        tries.append(reply.status)
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=reply)

    page.route(f"**{FORM}", cut_the_first)
    send(page)
    expect(page.locator("#status")).to_contain_text("Câu trả lời được giữ trên máy này")
    assert answers_stored(site) == before + 1
    page.evaluate("window.dispatchEvent(new Event('online'))")
    receipt_of(page)
    assert tries == [200, 200]
    assert answers_stored(site) == before + 1


def test_the_qr_code_of_a_receipt_fills_in_the_code_and_no_server_sees_it(
    walker: Welcome,
) -> None:
    resident = walker()
    page = walk_to_the_check(resident)
    send(page)
    code = receipt_of(page)
    other = walker()
    page = other.go(f"/vi/receipt#{code.replace('-', '')}")
    expect(page.locator("input[name=code]")).to_have_value(code.replace("-", ""))
    assert "#" not in page.url
    expect(page.locator("main form button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".notice.success")).to_be_visible()
    assert not [each.url for each in other.sent if code.replace("-", "") in each.url.split("#")[0]]
