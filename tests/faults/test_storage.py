"""Disk full, database gone, locked or open for reading alone: said in words, and nothing is lost."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.queries import campaigns
from tests import databases
from tests.factories import make_wave
from tests.faults.failing import FailsAt, each_connection, gone, says
from tests.faults.invariants import stored, torn
from tests.faults.letters import FORM, KEY, letter
from tests.visit import Visit

Broken = Callable[[Engine], AbstractContextManager[None]]
WORDS = {
    "vi": ("Hiện chưa thể lưu được", "Thử lại"),
    "en": ("Nothing can be stored at this moment", "Try again"),
}


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)


def full(engine: Engine) -> AbstractContextManager[None]:
    """SQLite finds no free page. PostgreSQL says the same with another word: see `FailsAt`."""
    return each_connection(engine, says("PRAGMA max_page_count = 1"))


def read_only(engine: Engine) -> AbstractContextManager[None]:
    if databases.ON_POSTGRESQL:
        return each_connection(engine, says("SET default_transaction_read_only = on"))
    return each_connection(engine, says("PRAGMA query_only = ON"))


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody holds what an answer needs for longer than it waits."""
    short = "SET lock_timeout = '50ms'" if databases.ON_POSTGRESQL else "PRAGMA busy_timeout = 50"
    with each_connection(engine, says(short)), transaction(engine) as session:
        wave = campaigns.wave_by_key(session, "2026-1")
        assert wave is not None
        campaigns.hold_wave_alone(session, wave.id)
        yield


# Longer than what is free on a page, so that the database has to grow.
TEXT = "Đường ngập nước. " * 55
ALL: list[Broken] = [gone, read_only, locked]
if not databases.ON_POSTGRESQL:
    ALL.append(full)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("broken", ALL, ids=lambda each: each.__name__)
def test_a_person_is_told_and_sends_all_of_it_again_from_that_page(
    app: Flask, instance: Instance, visit: Visit, broken: Broken, language: str
) -> None:
    path = FORM.replace("/vi/", f"/{language}/")
    said = {**letter(visit.client, KEY, text=TEXT), "helped": "1"}
    visit.get(path)  # the facts of the form are known
    with broken(instance.engine):
        page = visit.post(path, said, status=503)
        heading, button = WORDS[language]
        assert page.one("h1").get_text() == heading
        assert page.buttons()[-1].get_text() == button
        assert 5 <= int(page.response.headers["Retry-After"]) <= 60
        assert dict(page.filled()) == said
        again = page.submit(status=503)  # however often
    assert stored(instance.engine) == 0
    done = again.submit()
    assert done.one("main")["data-page"] == "receipt"
    assert (stored(instance.engine), torn(instance.engine)) == (1, [])


def test_the_page_of_words_changes_its_language_and_keeps_everything(
    instance: Instance, visit: Visit
) -> None:
    said = letter(visit.client, KEY)
    with gone(instance.engine):
        vietnamese = visit.post(FORM, said, status=503)
    english = vietnamese.submit(button="lang")  # the database is there again
    assert (english.language, english.one("main")["data-page"]) == ("en", "answers")
    ticked = {str(each["name"]): str(each["value"]) for each in english.all("[checked]")}
    assert ticked.items() <= said.items()
    assert len(ticked) >= 20


def test_a_form_goes_out_while_the_database_is_gone_once_its_facts_are_known(
    app: Flask, instance: Instance, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit.get(FORM)
    monkeypatch.setattr("survey_app.web.respond.desk.FACTS_SECONDS", -1.0)
    with gone(instance.engine):
        assert visit.get(FORM).one("main")["data-page"] == "answers"


@pytest.mark.parametrize(
    "path", ["/vi/", "/en/s/2026-1/11411", "/vi/office/sign-in", "/en/results/2026-1"]
)
def test_every_other_page_says_so_too(instance: Instance, visit: Visit, path: str) -> None:
    with gone(instance.engine):
        page = visit.get(path, status=None)
    assert (page.status, page.language) == (503, path[1:3]) or "sign-in" in path
    assert "localhost" not in page.text


def test_the_log_says_what_is_wrong_and_not_what_anybody_answered(
    instance: Instance, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    said = letter(visit.client, KEY, text="Cán bộ phường đòi tiền")
    with caplog.at_level(logging.DEBUG), read_only(instance.engine):
        visit.post(FORM, said, status=503)
    assert "cannot be used" in caplog.text
    assert "read" in caplog.text
    assert "Cán bộ" not in caplog.text
    assert KEY not in caplog.text


def test_whichever_statement_fails_nothing_or_all_of_it_is_stored(
    app: Flask, instance: Instance
) -> None:
    """As SQLite tests itself: call 1 fails, then call 2, and so on until nothing does."""
    client, number = app.test_client(), 0
    said = letter(client, KEY)
    while True:
        number += 1
        key = f"{number:032d}"
        with FailsAt(instance.engine, number) as failing:
            reply = client.post(FORM, data={**said, "key": key})
        assert reply.status_code == (503 if failing.reached else 200)
        assert stored(instance.engine) == number - failing.reached
        assert torn(instance.engine) == []
        if not failing.reached:
            break
        assert client.post(FORM, data={**said, "key": key}).status_code == 200
    assert number > 6  # it began, held, looked twice, wrote twice and committed


def test_after_it_is_mended_the_same_server_goes_on(app: Flask, instance: Instance) -> None:
    client = app.test_client()
    said = letter(client, KEY, text=TEXT)
    for number, broken in enumerate(ALL * 2):
        with broken(instance.engine):
            assert client.post(FORM, data={**said, "key": f"{number:032d}"}).status_code == 503
        assert client.post(FORM, data={**said, "key": f"{number:032d}"}).status_code == 200
    assert (stored(instance.engine), torn(instance.engine)) == (len(ALL) * 2, [])
