"""9. Unusable by keyboard or screen reader, especially grids; auto-advance traps."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from survey_app.config import LANGUAGES
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN
from tests.journeys.test_accessibility import RULES
from tests.journeys.test_answering import next_screen, receipt_of
from tests.journeys.test_keyboard import UNNAMED

NARROW = 320
TARGET = 48
ROUNDS = 60
# What is pressed, and how large it is for a finger.
SMALL = """(least) => [...document.querySelectorAll("main a, main button, main label.choice, header a, header button")]
  .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden") && !each.matches(".visually-hidden"))
  .filter((each) => !each.closest("p, li, dd") || each.matches(".button, .button-quiet, .link-button, .alone"))
  .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
ON = """() => {
  const on = document.activeElement;
  return { move: on.dataset.do || on.name || on.tagName, type: on.type, box: on.closest("[data-item]")?.dataset.item };
}"""


def form(language: str, audience: str = "residents") -> str:
    return f"/{language}/s/{OPEN}/{HAI_AN}" + "/business" * (audience == "businesses")


def to_button(page: Page, wanted: str) -> set[str]:
    """Tab onwards, choosing with the arrows; returns the questions that were met on the way."""
    met: set[str] = set()
    for _press in range(ROUNDS):
        page.keyboard.press("Tab")
        on = page.evaluate(ON)
        if on["move"] == wanted:
            return met
        if on["type"] == "radio" and on["box"] not in met:
            met.add(on["box"])
            page.keyboard.press("ArrowDown")  # one key, and the second answer is chosen
    raise AssertionError(f"the keyboard does not come to {wanted}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", ["residents", "businesses"])
def test_the_keyboard_meets_every_question_and_comes_to_a_receipt(
    walker: Welcome, language: str, audience: str
) -> None:
    page = walker(width=NARROW).go(form(language, audience))
    to_button(page, "next")
    page.keyboard.press("Enter")
    while page.locator("[data-do=next]").is_visible():
        expect(page.locator("[data-screen]:visible h2")).to_be_focused()
        met = to_button(page, "next")
        asked = page.locator("fieldset[data-item]:visible")
        assert met == {each.get_attribute("data-item") for each in asked.all()}
        expect(asked.locator("input:checked")).to_have_count(asked.count())
        page.keyboard.press("Enter")
    to_button(page, "forward")
    page.keyboard.press("Enter")
    receipt_of(page)


def test_to_choose_an_answer_never_moves_on_by_itself(walker: Welcome) -> None:
    page = walker().go(form("vi"))
    next_screen(page)
    heading = page.locator("[data-screen]:visible h2").inner_text()
    for choice in page.locator("fieldset[data-item]:visible label.choice").all():
        choice.click()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
    page.wait_for_timeout(600)
    assert page.locator("[data-screen]:visible h2").inner_text() == heading
    expect(page.locator("[data-place]")).to_contain_text("1/8")


@pytest.mark.parametrize("javascript", [True, False])
def test_what_others_show_as_a_grid_is_one_named_group_after_another(
    walker: Welcome, *, javascript: bool
) -> None:
    page = walker(javascript=javascript, width=NARROW).go(form("vi"))
    assert page.locator("main table").count() == 0
    assert page.evaluate(UNNAMED) == []
    if javascript:
        next_screen(page)
    for box in page.locator("fieldset[data-item]:visible").all():
        name = box.locator("legend").inner_text()
        group = page.get_by_role("group", name=name, exact=True).first
        radios = group.get_by_role("radio")
        assert radios.count() >= 3
        for choice, words in zip(radios.all(), box.locator(".choice span").all(), strict=True):
            expect(choice).to_have_accessible_name(words.inner_text())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", ["plain", "large", "forced"])
def test_axe_finds_nothing_on_any_screen_and_a_finger_hits_every_target(
    walker: Welcome, language: str, look: str
) -> None:
    resident = walker(width=NARROW)
    if look == "forced":
        resident.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page = resident.go(form(language))
    if look == "large":
        page.locator("[data-do=bigger]").click()
        page.locator("[data-do=bigger]").click()
    while True:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate(SMALL, TARGET) == []
        assert resident.is_as_wide_as_the_screen()
        if not page.locator("[data-do=next]").is_visible():
            break
        next_screen(page)


def test_a_refusal_is_where_the_keyboard_is_and_names_the_question(walker: Welcome) -> None:
    resident = walker()
    resident.forgiven = ("400 (BAD REQUEST)",)  # which this journey provokes
    page = resident.go(form("vi"))
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    page.locator("button[name=forward]").click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Xin trả lời ít nhất một câu hỏi")
    expect(page.locator("[data-place]")).to_contain_text("1/8")  # where it can be answered
    page.locator("fieldset[data-item]:visible label.choice").first.click()
    expect(page.locator("#faults")).to_be_hidden()


def test_a_change_from_the_check_page_leads_to_that_question_and_straight_back(
    walker: Welcome,
) -> None:
    page = walker().go(form("vi"))
    next_screen(page)
    name = page.locator("fieldset[data-item]:visible").last.get_attribute("data-item")
    question = page.locator(f"fieldset[data-item='{name}']")
    question.locator("label.choice").first.click()
    words = question.locator("legend").inner_text()
    second = question.locator(".choice span").nth(1).inner_text()
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    row = page.locator("#check dl > div").filter(has_text=words)
    row.get_by_role("button").click()
    assert page.evaluate(ON)["box"] == name
    page.keyboard.press("ArrowDown")
    to_button(page, "next")
    expect(page.locator("[data-do=next]")).to_have_text("Xem lại câu trả lời")
    page.keyboard.press("Enter")
    expect(page.locator("#check h2")).to_be_focused()
    expect(row.locator("dd").first).to_have_text(second)


def test_without_script_each_answer_can_be_changed_from_the_check_page_too(
    walker: Welcome,
) -> None:
    page = walker(javascript=False).go(form("vi"))
    last = page.locator("fieldset[data-item]").last
    last.locator("label.choice").first.click()
    page.locator("fieldset[data-item] label.choice").first.click()
    anchor = last.get_attribute("id")
    page.locator("button[name=forward]").click()
    page.locator(f"button[formaction$='#{anchor}']").click()
    assert page.url.endswith(f"#{anchor}")
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()
    expect(page.locator(f"[id='{anchor}'] input").first).to_be_checked()
