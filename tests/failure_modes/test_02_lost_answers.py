"""2. Lost answers: timeout, browser cleared, dropped queue, stored after sending."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, event, func, select

from survey_app.db import make_engine, reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.responses import DailyCount, InboxEntry, OpenText, Receipt, Response
from survey_app.services import fielding, flushing, responding
from tests.factories import make_wave
from tests.journeys.conftest import Welcome
from tests.journeys.places import Site
from tests.journeys.test_answering import (
    FORM,
    answers_stored,
    receipt_of,
    send,
    walk_to_the_check,
)
from tests.runs import seeded, sheet, soon

PEOPLE = 3
MORE_STATEMENTS_THAN_THERE_ARE = 60
DEAD, DONE = "dead", "done"


@dataclass(frozen=True)
class Kept:
    """All that an instance has of its answers."""

    waiting: set[str]
    answers: int
    receipts: set[str]
    texts: list[str]
    counted: int


def kept(engine: Engine) -> Kept:
    with reading(engine) as session:
        inbox = list(session.scalars(select(InboxEntry)))
        texts = [*session.scalars(select(OpenText.text))]
        return Kept(
            waiting={each.receipt_code for each in inbox},
            answers=len(inbox) + len(session.scalars(select(Response.id)).all()),
            receipts={each.receipt_code for each in inbox}
            | {*session.scalars(select(Receipt.code))},
            texts=sorted(texts + [each.open_text or "" for each in inbox]),
            counted=session.scalar(select(func.sum(DailyCount.responses))) or 0,
        )


def killed_at(url: str, statement: int, work: Callable[[Engine], None]) -> str:
    """Do the work in a process that is killed before its n-th statement (a commit is one)."""
    child = os.fork()
    if child == 0:
        try:
            engine = make_engine(url)
            left = [statement]

            def tick(*_anything: object) -> None:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(engine, "before_cursor_execute", tick)
            event.listen(engine, "commit", tick)
            work(engine)
            tick()  # after the commit, before anybody is told
            os._exit(0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return DEAD
    assert os.waitstatus_to_exitcode(status) == 0, "the work itself failed"
    return DONE


def submitting(instance: Instance, number: int) -> Callable[[Engine], None]:
    def submit(engine: Engine) -> None:
        with transaction(engine, beside_others=True) as session:
            wave = session.get_one(Wave, 1)
            said = sheet(wave, {"1.3": "4"}, text=f"nói {number}")
            responding.submit(session, said, f"{number:032x}", instance.keys, soon(wave))

    return submit


@pytest.fixture
def url(instance: Instance) -> str:
    with transaction(instance.engine) as session:
        make_wave(session)
    return instance.settings.database_url


def every_death(work: Callable[[int], str]) -> int:
    """Die before the first statement, before the second and so on, until the work gets through."""
    for statement in range(1, MORE_STATEMENTS_THAN_THERE_ARE):
        if work(statement) == DONE:
            return statement - 1
    raise AssertionError("it never came to an end")


def test_killed_between_any_two_statements_of_submit_an_answer_is_whole_or_not_there(
    instance: Instance, url: str
) -> None:
    instance.engine.dispose()

    def die(statement: int) -> str:
        before, submit = kept(instance.engine), submitting(instance, statement)
        instance.engine.dispose()  # no connection is shared with the process that dies
        fate = killed_at(url, statement, submit)
        after = kept(instance.engine)
        assert after.answers - before.answers in {0, 1}
        assert after.counted == after.answers == len(after.receipts) == len(after.texts)
        if fate == DONE:
            assert after.answers == before.answers + 1  # acknowledged: there
        submit(instance.engine)  # the person tries again
        again = kept(instance.engine)
        assert again.answers == again.counted == before.answers + 1
        assert again.receipts > before.receipts
        return fate

    assert every_death(die) >= 5  # at least: begin, look, insert, count, commit


def test_killed_between_any_two_statements_of_the_flush_nothing_is_lost_or_doubled(
    instance: Instance, url: str, tmp_path: Path
) -> None:
    for number in range(PEOPLE):
        submitting(instance, number)(instance.engine)
    before = kept(instance.engine)

    def flush(engine: Engine) -> None:
        with transaction(engine) as session:
            wave = session.get_one(Wave, 1)
            at = wave.opens_at + timedelta(days=2)
            fielding.close_wave(session, wave, seeded(), at)
        flushing.leave_no_order(engine)

    def die(statement: int) -> str:
        instance.engine.dispose()
        fate = killed_at(url, statement, flush)
        after = kept(instance.engine)
        assert (after.answers, after.receipts) == (PEOPLE, before.receipts)
        assert (after.texts, after.counted) == (before.texts, PEOPLE)
        assert after.waiting in (before.waiting, set())
        with transaction(instance.engine) as session:
            if fate == DEAD:
                session.get_one(Wave, 1).state = "open"  # as if the close had yet to come
        return fate

    assert every_death(die) >= 8
    assert kept(instance.engine).waiting == set()


def test_a_receipt_is_given_only_after_the_answer_is_committed(
    instance: Instance, url: str
) -> None:
    """What nobody was told may be lost; here the transaction fails at its very end."""

    def fail(*_anything: object) -> None:
        raise OSError("no space left on device")

    event.listen(instance.engine, "commit", fail)
    with pytest.raises(OSError, match="no space"):
        submitting(instance, 1)(instance.engine)
    event.remove(instance.engine, "commit", fail)
    assert kept(instance.engine).answers == 0
    submitting(instance, 1)(instance.engine)
    assert kept(instance.engine).answers == 1


def test_what_was_sent_without_a_network_goes_out_when_the_page_is_opened_another_day(
    walker: Welcome, site: Site
) -> None:
    """The message promises it, and the person may close the page in between."""
    resident, before = walker(), answers_stored(site)
    resident.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    page = walk_to_the_check(resident)
    page.context.set_offline(True)
    send(page)
    expect(page.locator("#status")).to_contain_text("sẽ được gửi khi có mạng trở lại")
    context = page.context
    page.close()
    context.set_offline(False)
    assert answers_stored(site) == before
    another = context.new_page()
    another.goto(site.to(FORM))
    receipt_of(another)
    assert answers_stored(site) == before + 1
    another.goto(site.to(FORM))
    expect(another.locator("#resume")).to_be_hidden()
    assert answers_stored(site) == before + 1
