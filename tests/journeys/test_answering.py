"""A resident answers on a phone: each answer is kept, and counts once."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from survey_app.db import make_engine, reading
from survey_app.models.responses import InboxEntry, Response
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN, Site, settings_in
from tests.journeys.walker import Walker

FORM = f"/vi/s/{OPEN}/{HAI_AN}"
TOPICS = 8
CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4})+")


def answers_stored(site: Site) -> int:
    """All answers of the instance, in the inbox or flushed out of it."""
    engine = make_engine(settings_in(site.folder).database_url)
    with reading(engine) as session:
        stored = [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (InboxEntry, Response)
        ]
    engine.dispose()
    return sum(stored)


def choose_last_of_each(page: Page) -> None:
    """Answer all questions in sight; an answer may bring up one more."""
    asked = page.locator("fieldset[data-item]:visible:not(:has(input:checked))")
    while asked.count():
        asked.first.locator("label.choice").last.click()


def given(page: Page) -> list[str]:
    """What stands chosen, by field and code, whatever the language."""
    chosen = page.locator("fieldset[data-item] input:checked")
    return [f"{each.get_attribute('id')}" for each in chosen.all()]


def next_screen(page: Page) -> None:
    page.locator("[data-do=next]").click()


def walk_to_the_check(walker: Walker) -> Page:
    """Answer the first topic and pass the rest."""
    page = walker.go(FORM)
    next_screen(page)
    choose_last_of_each(page)
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    expect(page.locator("#check")).to_be_visible()
    return page


def send(page: Page) -> None:
    page.locator("button[name=forward]").click()


def receipt_of(page: Page) -> str:
    code = page.locator("output#receipt-code")
    expect(code).to_have_text(CODE)
    return code.inner_text().strip()


def assert_is_counted(walker: Walker, code: str) -> None:
    page = walker.go("/en/receipt")
    page.locator("input[name=code]").fill(code.lower())
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("These answers are counted")


def test_a_resident_answers_in_vietnamese_goes_on_in_english_and_gets_a_receipt(
    walker: Welcome, site: Site
) -> None:
    resident, before = walker(), answers_stored(site)
    page = resident.go(FORM)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    for number in range(1, TOPICS // 2 + 1):
        next_screen(page)
        expect(page.locator("[data-screen=topic]:visible")).to_have_count(1)
        expect(page.locator("[data-place]")).to_contain_text(f"{number}")
        assert resident.is_as_wide_as_the_screen()
        choose_last_of_each(page)
    so_far = given(page)
    assert len(so_far) >= TOPICS // 2

    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-place]")).to_contain_text(f"Topic {TOPICS // 2} of {TOPICS}")
    assert given(page) == so_far
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
        choose_last_of_each(page)
    assert set(so_far) < set(given(page))
    chosen = page.locator("#check dd:not(.blank):not(:has(button))")
    assert chosen.count() == len(given(page))
    send(page)

    code = receipt_of(page)
    assert code not in page.url
    assert answers_stored(site) == before + 1
    assert_is_counted(resident, code)


def test_without_javascript_a_resident_answers_on_one_page_and_nothing_is_missing(
    walker: Welcome, site: Site
) -> None:
    resident, before = walker(javascript=False), answers_stored(site)
    page = resident.go(FORM)
    expect(page.locator("[data-screen=topic]")).to_have_count(TOPICS)
    for question in page.locator("fieldset[data-item]").all()[:6]:
        question.locator("label.choice").last.click()
    so_far = given(page)
    assert len(so_far) == 6

    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert given(page) == so_far
    page.locator("textarea[name=comment]").fill("The lamp in our lane is broken.")
    send(page)
    expect(page.locator("main")).to_have_attribute("data-page", "check")
    expect(page.locator("main")).to_contain_text("The lamp in our lane is broken.")
    assert answers_stored(site) == before

    page.locator(".moves button[name=back]").click()
    assert given(page) == so_far
    send(page)
    send(page)
    code = receipt_of(page)
    assert answers_stored(site) == before + 1
    page.reload()
    assert receipt_of(page) == code
    assert answers_stored(site) == before + 1
    assert_is_counted(resident, code)


def test_an_impatient_double_click_sends_one_answer(walker: Welcome, site: Site) -> None:
    before = answers_stored(site)
    page = walk_to_the_check(walker())
    page.locator("button[name=forward]").dblclick()
    receipt_of(page)
    page.wait_for_load_state("networkidle")
    assert answers_stored(site) == before + 1


def test_without_javascript_a_double_click_sends_one_answer_too(
    walker: Welcome, site: Site
) -> None:
    before = answers_stored(site)
    page = walker(javascript=False).go(FORM)
    page.locator("fieldset[data-item] label.choice").first.click()
    send(page)
    page.locator("button[name=forward]").dblclick()
    receipt_of(page)
    assert answers_stored(site) == before + 1


def test_answers_wait_for_the_network_and_are_sent_once_when_it_is_back(
    walker: Welcome, site: Site
) -> None:
    resident, before = walker(), answers_stored(site)
    resident.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    page = walk_to_the_check(resident)
    page.context.set_offline(True)
    send(page)
    expect(page.locator("#status")).to_contain_text("Câu trả lời được giữ trên máy này")
    assert answers_stored(site) == before
    page.context.set_offline(False)
    receipt_of(page)
    page.wait_for_load_state("networkidle")
    assert answers_stored(site) == before + 1


def test_answers_begun_on_this_device_are_still_there_the_next_time(walker: Welcome) -> None:
    resident = walker()
    page = resident.go(FORM)
    next_screen(page)
    choose_last_of_each(page)
    begun = given(page)
    another = page.context.new_page()
    page.close()
    another.goto(resident.site.to(FORM))
    another.locator("[data-do=resume]").click()
    expect(another.locator("[data-screen=topic]:visible")).to_have_count(1)
    assert given(another) == begun


def test_a_topic_can_be_answered_with_the_keyboard_alone(walker: Welcome) -> None:
    page = walker().go(FORM)
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.do") == "next":
            break
    page.keyboard.press("Enter")
    topic = page.locator("[data-screen=topic]:visible")
    expect(topic.locator("h2")).to_be_focused()
    for _step in range(30):
        page.keyboard.press("Tab")
        on = page.evaluate("document.activeElement.type || document.activeElement.dataset.do")
        if on == "radio" and not page.evaluate("document.activeElement.checked"):
            page.keyboard.press("Space")
        if page.evaluate("document.activeElement.dataset.do") == "next":
            break
    questions = topic.locator("fieldset[data-item]:visible")
    expect(questions.locator("input:checked")).to_have_count(questions.count())
    page.keyboard.press("Enter")
    expect(page.locator("[data-place]")).to_contain_text("2")
