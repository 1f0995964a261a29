"""1. Doubled responses: double click, retry, two tabs, slow server."""

from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from survey_app.db import make_engine, reading, transaction
from survey_app.models.responses import DailyCount
from survey_app.services import flushing
from tests.failure_modes.wire import RATING, Fields, ask, filled
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN, Site, settings_in
from tests.journeys.test_answering import (
    answers_stored,
    choose_last_of_each,
    next_screen,
    receipt_of,
    send,
)
from tests.runs import seeded

FORM = f"/vi/s/{OPEN}/{HAI_AN}"
TIMES = 50


def counted(site: Site) -> int:
    """What the boards of the office say."""
    engine = make_engine(settings_in(site.folder).database_url)
    with reading(engine) as session:
        found = session.scalar(select(func.sum(DailyCount.responses))) or 0
    engine.dispose()
    return int(found)


def flush(site: Site) -> int:
    engine = make_engine(settings_in(site.folder).database_url)
    with transaction(engine) as session:
        moved = flushing.flush_ready(session, seeded())
    engine.dispose()
    return moved


def test_fifty_posts_at_once_are_one_row_and_fifty_identical_receipts(site: Site) -> None:
    before, boards = answers_stored(site), counted(site)
    sent = filled(site, FORM, "a" * 32)
    with ThreadPoolExecutor(TIMES) as crowd:
        replies = list(crowd.map(lambda _each: ask(site, FORM, sent), range(TIMES)))
    assert [reply.status for reply in replies] == [200] * TIMES
    receipts = {reply.receipt for reply in replies}
    assert len(receipts) == 1
    assert None not in receipts
    assert answers_stored(site) == before + 1
    assert counted(site) == boards + 1


def test_the_same_key_with_other_answers_is_told_so_and_changes_nothing(site: Site) -> None:
    sent = filled(site, FORM, "b" * 32)
    first = ask(site, FORM, sent)
    assert first.receipt
    before = answers_stored(site)
    rated = [name for name in sent if RATING.fullmatch(name)]
    typed = {**dict.fromkeys(rated, "5"), "comment": "Cần thêm đèn đường"}
    for language, said in (("vi", "trước đó, với câu trả lời khác"), ("en", "was sent before")):
        refused = ask(site, FORM.replace("/vi/", f"/{language}/"), sent | typed)
        assert refused.status == 409
        assert said in refused.text
        assert Fields(refused.text).sent.items() >= typed.items()
    assert answers_stored(site) == before
    assert ask(site, FORM, sent).receipt == first.receipt


def test_a_retry_after_the_flush_meets_its_receipt_and_no_second_row(site: Site) -> None:
    sent = [filled(site, FORM, f"{number:032}") for number in range(20)]
    receipts = [ask(site, FORM, each).receipt for each in sent]
    assert len(set(receipts)) == 20
    before, boards = answers_stored(site), counted(site)
    assert flush(site) >= 20
    assert [ask(site, FORM, each).receipt for each in sent] == receipts
    assert ask(site, FORM, {**sent[0], "comment": "thêm"}).receipt == receipts[0]
    assert (answers_stored(site), counted(site)) == (before, boards)


def test_two_tabs_and_a_double_click_in_each_are_one_answer(walker: Welcome, site: Site) -> None:
    before = answers_stored(site)
    resident = walker()
    first = resident.go(FORM)
    next_screen(first)
    choose_last_of_each(first)
    second = first.context.new_page()
    second.goto(site.to(FORM))
    second.locator("[data-do=resume]").click()
    receipts = {receipt_of(sent_twice(tab)) for tab in (first, second)}
    assert len(receipts) == 1
    second.wait_for_load_state("networkidle")
    assert answers_stored(site) == before + 1


def sent_twice(page: Page) -> Page:
    while page.locator("[data-do=next]").is_visible():
        next_screen(page)
    expect(page.locator("#check")).to_be_visible()
    button = page.locator("button[name=forward]")
    button.evaluate("(button) => { button.click(); button.click(); }")
    expect(page.locator("main")).to_have_attribute("data-page", "receipt")
    return page


def test_a_page_that_is_loaded_again_after_sending_sends_nothing(
    walker: Welcome, site: Site
) -> None:
    page = walker(javascript=False).go(FORM)
    page.locator("fieldset[data-item] label.choice").first.click()
    send(page)
    send(page)
    code, before = receipt_of(page), answers_stored(site)
    page.reload()
    assert receipt_of(page) == code
    page.go_back()
    send(page)
    assert receipt_of(page) == code
    assert answers_stored(site) == before
