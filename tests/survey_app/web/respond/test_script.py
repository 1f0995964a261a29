"""The answer form with its script, in a real browser, on a telephone's screen."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
)
from sqlalchemy import select
from werkzeug.serving import make_server

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry
from tests.factories import make_wave

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def address(app: Flask, instance: Instance) -> Iterator[str]:
    """The residents' form of an open wave, served for real."""
    with transaction(instance.engine) as session:
        make_wave(session)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/vi/s/2026-1/11413"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def stored(instance: Instance) -> list[InboxEntry]:
    with reading(instance.engine) as session:
        return list(session.scalars(select(InboxEntry)))


def answer(page: Page, place: int = 1) -> str:
    """Choose the last rating answer of the topic on the screen; returns the question's name."""
    choice = page.locator("[data-screen]:not([hidden]) fieldset:not([hidden])").last.locator(
        f"input[value='{place}']"
    )
    choice.check()
    return choice.get_attribute("name") or ""


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def to_check(page: Page) -> None:
    next_ = page.locator("[data-do=next]")
    while next_.is_visible():
        next_.click()


def receipt(page: Page) -> str:
    return page.locator("#receipt-code").inner_text()


def heading(page: Page) -> str:
    return page.locator("[data-screen]:not([hidden]) h2").inner_text()


def test_one_topic_stands_on_the_screen_and_one_press_sends_it_all(
    page: Page, instance: Instance
) -> None:
    assert page.locator("fieldset:visible").count() == 0
    press(page, "Bắt đầu")
    expect(page.locator("[data-screen]:visible")).to_have_count(1)
    expect(page.locator("[data-place]")).to_have_text("Chủ đề 1/8")
    name = answer(page, 4)
    press(page, "Tiếp tục")
    expect(page.locator("[data-place]")).to_have_text("Chủ đề 2/8")
    to_check(page)
    expect(page.locator("#check dd").filter(has_text="Để trống").first).to_be_visible()
    press(page, "Gửi câu trả lời")
    expect(page.locator("main")).to_have_attribute("data-page", "receipt")
    (entry,) = stored(instance)
    assert entry.answers == {name: "4"}
    assert entry.receipt_code == receipt(page).replace("-", "")
    code = receipt(page)
    page.reload()  # a fresh form, which says that the answers are in
    expect(page.locator("#sent output")).to_have_text(code)
    assert len(stored(instance)) == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_browsers_back_button_moves_one_topic_back_and_loses_nothing(page: Page) -> None:
    press(page, "Bắt đầu")
    first = heading(page)
    name = answer(page)
    press(page, "Tiếp tục")
    assert heading(page) != first
    page.go_back()
    assert heading(page) == first
    expect(page.locator(f"input[name='{name}'][value='1']")).to_be_checked()


def test_changing_the_language_half_way_keeps_place_answers_and_key(
    page: Page, instance: Instance
) -> None:
    press(page, "Bắt đầu")
    first = answer(page, 2)
    press(page, "Tiếp tục")
    second = answer(page, 3)
    key = page.locator("input[name=key]").input_value()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-place]")).to_have_text("Topic 2 of 8")
    to_check(page)
    press(page, "Send answers")
    expect(page.locator("#receipt-code")).to_be_visible()
    (entry,) = stored(instance)
    assert entry.answers == {first: "2", second: "3"}
    assert (entry.language, entry.submission_key) == ("en", key)


def test_a_reload_brings_back_the_same_topics_and_answers(page: Page) -> None:
    press(page, "Bắt đầu")
    name = answer(page, 5)
    press(page, "Tiếp tục")
    topic = heading(page)
    page.reload()
    expect(page.locator("[data-place]")).to_have_text("Chủ đề 2/8")
    assert heading(page) == topic
    expect(page.locator(f"input[name='{name}'][value='5']")).to_be_checked()


def test_a_second_tab_is_asked_whether_it_goes_on_and_shares_the_key(
    page: Page, context: BrowserContext, address: str
) -> None:
    press(page, "Bắt đầu")
    name = answer(page, 5)
    other = context.new_page()
    other.goto(address)
    press(other, "Làm tiếp")
    expect(other.locator(f"input[name='{name}'][value='5']")).to_be_checked()
    for tab in (page, other):
        tab.bring_to_front()  # a browser slows down what is in the back
        to_check(tab)
    press(page, "Gửi câu trả lời")
    press(other, "Gửi câu trả lời")
    expect(other.locator("#receipt-code")).to_be_visible()
    assert receipt(page) == receipt(other)


def test_starting_again_forgets_the_draft(
    page: Page, context: BrowserContext, address: str
) -> None:
    press(page, "Bắt đầu")
    answer(page)
    page.close()
    other = context.new_page()
    other.goto(address)
    press(other, "Làm lại từ đầu")
    assert other.evaluate("localStorage.length") == 0


def test_without_a_connection_the_answers_wait_and_are_sent_once(
    page: Page, context: BrowserContext, instance: Instance
) -> None:
    press(page, "Bắt đầu")
    answer(page)
    to_check(page)
    context.set_offline(True)
    press(page, "Gửi câu trả lời")
    expect(page.locator("#status")).to_contain_text("Hiện chưa có mạng")
    assert stored(instance) == []
    context.set_offline(False)
    expect(page.locator("#receipt-code")).to_be_visible()
    assert len(stored(instance)) == 1


def test_a_double_press_sends_once(page: Page, instance: Instance) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method))
    press(page, "Bắt đầu")
    answer(page)
    to_check(page)
    page.locator("button[name=forward]").dblclick()
    expect(page.locator("#receipt-code")).to_be_visible()
    assert posts.count("POST") == 1
    assert len(stored(instance)) == 1


def test_an_answer_can_be_cleared_and_nothing_at_all_is_refused_on_the_page(page: Page) -> None:
    press(page, "Bắt đầu")
    answer(page)
    press(page, "Bỏ chọn câu này")
    to_check(page)
    press(page, "Gửi câu trả lời")
    expect(page.locator("#faults")).to_contain_text("Xin trả lời ít nhất một câu hỏi")


def test_a_question_with_a_condition_shows_when_it_holds(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(address)
    while page.locator("[data-item='1.5.came']").count() == 0:
        page.goto(address)
    press(page, "Bắt đầu")
    while not page.locator("[data-item='1.5.online']").is_visible():
        press(page, "Tiếp tục")
    came = page.locator("[data-item='1.5.came']")
    expect(came).to_be_hidden()
    page.locator("input[name='1.5.online'][value='1']").check()
    expect(came).to_be_visible()
    page.locator("input[name='1.5.online'][value='3']").check()
    expect(came).to_be_hidden()


def test_it_works_where_storage_is_forbidden(
    context: BrowserContext, address: str, instance: Instance
) -> None:
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('no') }})"
    )
    page = context.new_page()
    page.goto(address)
    press(page, "Bắt đầu")
    answer(page)
    to_check(page)
    press(page, "Gửi câu trả lời")
    expect(page.locator("#receipt-code")).to_be_visible()
    assert len(stored(instance)) == 1


def test_a_wave_that_closes_meanwhile_says_so_and_shows_the_answers(
    page: Page, instance: Instance
) -> None:
    press(page, "Bắt đầu")
    answer(page)
    to_check(page)
    with transaction(instance.engine) as session:
        session.get_one(Wave, 1).state = "closed"
    press(page, "Gửi câu trả lời")
    expect(page.locator("h1")).to_have_text("Khảo sát này đã kết thúc")
    expect(page.locator("main dl.given dd")).to_have_count(1)


def test_everything_is_asked_of_our_own_server_in_three_requests_before_the_font(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(address, wait_until="networkidle")
    host = address.split("/vi/")[0]
    assert all(url.startswith(host) for url in seen)
    needed = [url for url in seen if not url.endswith((".woff2", ".svg"))]
    assert len(needed) == 3


def test_a_keyboard_alone_reaches_a_receipt(page: Page) -> None:
    press(page, "Bắt đầu")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # goes on like the button, and does not change the language
    expect(page.locator("[data-place]")).to_have_text("Chủ đề 2/8")
    to_check(page)
    page.locator("button[name=forward]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#receipt-code")).to_be_visible()
