"""A telephone that others use: nothing stays on it, and one press leaves without a trace."""

from playwright.sync_api import Dialog, Page, expect

from tests.journeys.conftest import Welcome
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

KEPT = "JSON.stringify([localStorage, sessionStorage, history.state])"


def begin(page: Page, *, shared: bool = True) -> None:
    """Answer the first topic and go on to the second."""
    if shared:
        page.get_by_label("Máy này có người khác dùng chung").check()
    next_screen(page)
    choose_last_of_each(page)
    next_screen(page)


def kept(page: Page) -> str:
    return str(page.evaluate(KEPT))


def test_on_a_shared_phone_no_draft_is_kept_and_the_answers_still_arrive(
    walker: Welcome, site: Site
) -> None:
    before = answers_stored(site)
    page = walker().go(FORM)
    begin(page)
    assert "values" not in kept(page)
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    send(page)
    code = receipt_of(page)
    assert code not in kept(page)
    assert answers_stored(site) == before + 1


def test_saying_so_half_way_deletes_the_draft_that_was_there(walker: Welcome) -> None:
    page = walker().go(FORM)
    begin(page, shared=False)
    assert "values" in kept(page)
    page.locator("[data-do=back]").click()
    page.locator("[data-do=back]").click()
    page.get_by_label("Máy này có người khác dùng chung").check()
    assert "values" not in kept(page)
    next_screen(page)
    assert "values" not in kept(page)


def test_a_reload_on_a_shared_phone_asks_first_and_begins_anew(walker: Welcome) -> None:
    page = walker().go(FORM)
    begin(page)
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.reload()
    assert asked == ["beforeunload"]
    assert given(page) == []
    expect(page.locator("#resume")).to_be_hidden()
    expect(page.locator("#shared")).to_be_checked()  # the choice itself lasts


def test_on_a_shared_phone_the_language_changes_without_losing_anything(walker: Welcome) -> None:
    page = walker().go(FORM)
    begin(page)
    so_far = given(page)
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-place]")).to_contain_text("Topic 2")
    assert given(page) == so_far
    assert "/en/" in page.url
    assert "values" not in kept(page)


def test_leaving_erases_the_draft_and_the_way_back(walker: Welcome) -> None:
    visitor = walker()
    page = visitor.go("/vi/help")
    visitor.go(FORM)
    begin(page, shared=False)
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Leave and erase").click()
    page.wait_for_url("**/en/")
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    seen = []
    for _step in range(2):
        page.go_back()
        seen.append(page.url.removeprefix(visitor.site.address))
    assert seen == ["/en/", "/vi/help"]
    while page.evaluate("navigation.canGoForward"):
        page.go_forward()
        assert page.url.endswith("/en/")
        assert page.locator("fieldset[data-item]").count() == 0


def test_leaving_from_the_receipt_takes_the_code_along(walker: Welcome) -> None:
    page = walker().go(FORM)
    begin(page, shared=False)
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    send(page)
    code = receipt_of(page)
    page.get_by_role("link", name="Thoát và xóa").click()
    page.wait_for_url("**/vi/")
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    assert code not in page.content()


def test_without_script_there_is_nothing_to_erase_and_no_button_for_it(walker: Welcome) -> None:
    page = walker(javascript=False).go(FORM)
    expect(page.locator("[data-leave]")).to_be_hidden()
    expect(page.locator("#shared")).to_be_hidden()
    expect(page.locator("#unkept")).to_be_hidden()
