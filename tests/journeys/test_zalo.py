"""The browser inside Zalo: it forbids to keep anything, downloads nothing, and is a small phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.places import Site
from tests.journeys.test_answering import (
    FORM,
    answers_stored,
    choose_last_of_each,
    given,
    next_screen,
    receipt_of,
    send,
)
from tests.journeys.walker import Walker

AGENT = (
    "Mozilla/5.0 (Linux; Android 9; SM-J415F Build/PPR1; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/109.0.5414.117 Mobile Safari/537.36 Zalo android/1203"
)
FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}
delete window.speechSynthesis;
Object.defineProperty(navigator, "serviceWorker", { value: undefined });
"""


@pytest.fixture
def resident(browser: Browser, site: Site) -> Iterator[Walker]:
    context = browser.new_context(
        viewport={"width": 360, "height": 640},
        user_agent=AGENT,
        is_mobile=True,
        has_touch=True,
        accept_downloads=False,
        locale="vi-VN",
    )
    context.add_init_script(FORBIDDEN)
    walker = Walker(site, context.new_page())
    walker.page.on("dialog", lambda dialog: dialog.accept())
    yield walker
    context.close()
    assert walker.faults == []


def begin(resident: Walker) -> Page:
    """Answer the first topic and go on to the second."""
    page = resident.go(FORM)
    next_screen(page)
    choose_last_of_each(page)
    next_screen(page)
    return page


def test_it_says_that_no_draft_can_be_kept_and_does_not_promise_one(resident: Walker) -> None:
    page = resident.go(FORM)
    expect(page.locator("#unkept")).to_contain_text("không lưu được bản nháp")
    assert resident.is_as_wide_as_the_screen()
    page = begin(resident)
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    resident.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    page.context.set_offline(True)
    send(page)
    expect(page.locator("#status")).to_contain_text("để nguyên trang này")
    expect(page.locator("#status")).not_to_contain_text("giữ trên máy")
    page.context.set_offline(False)
    receipt_of(page)


def test_a_whole_form_is_answered_with_a_reload_in_the_middle(
    resident: Walker, site: Site
) -> None:
    before = answers_stored(site)
    page = begin(resident)
    so_far, place = given(page), page.locator("[data-place]").inner_text()
    assert so_far
    page.reload()
    expect(page.locator("[data-place]")).to_have_text(place)
    assert given(page) == so_far

    page.go_back()
    expect(
        page.locator("[data-screen=topic]:visible fieldset input:checked").first
    ).to_be_visible()
    page.reload()
    expect(page.locator("[data-place]")).to_have_text("Chủ đề 1/8")
    assert given(page) == so_far
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
        choose_last_of_each(page)
        assert resident.is_as_wide_as_the_screen()
    send(page)
    receipt_of(page)
    assert resident.is_as_wide_as_the_screen()
    assert answers_stored(site) == before + 1


def test_a_change_of_language_keeps_place_and_answers(resident: Walker) -> None:
    page = begin(resident)
    so_far = given(page)
    page.locator("button[name=lang]:visible").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-place]")).to_contain_text("Topic 2")
    assert given(page) == so_far
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-place]")).to_contain_text("Topic 2")
    assert given(page) == so_far


def test_a_change_of_language_without_a_network_loses_nothing(resident: Walker) -> None:
    page = begin(resident)
    so_far = given(page)
    resident.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    page.context.set_offline(True)
    page.locator("button[name=lang]:visible").tap()
    expect(page.locator("#status")).to_contain_text("Câu trả lời vẫn còn trên trang này")
    assert given(page) == so_far
    page.context.set_offline(False)
    page.locator("button[name=lang]:visible").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert given(page) == so_far


def test_leaving_there_leaves_nothing_behind_either(resident: Walker) -> None:
    page = begin(resident)
    page.locator("[data-leave]").tap()
    page.wait_for_url("**/vi/")
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    assert page.url.endswith("/vi/")
    assert page.evaluate("history.state") is None
