"""The privacy page: ten sentences, each of them true. A test's name begins with its sentence's id.

The sentences about codes and about what an attacker finds are also held by `test_linking.py`.
"""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from survey_app.clock import now
from survey_app.config import LANGUAGES, ROOT
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.base import Base, Moment
from survey_app.models.campaigns import Wave
from survey_app.models.responses import ANSWER_COLUMNS, InboxEntry, OpenText, Receipt, Response
from survey_app.models.runs import RunRow
from survey_app.services import analysing, disclosure, flushing, inviting, responding
from survey_app.services.backing_up import Source, back_up
from survey_app.services.invitation_codes import grouped, token_of
from survey_app.web.app import create_app
from tests import databases
from tests.factories import make_wave
from tests.journeys.places import LOOPBACK, free_port
from tests.runs import close, collect, open_wave, place_of, seeded, sheet, soon
from tests.visit import OWN_HOSTS, Page, Visit

FORMS = ("/{}/s/2026-1/11413", "/{}/s/2026-1/11413/business")
PUBLIC = ("/{}/", "/{}/i", "/{}/receipt", "/{}/privacy", "/{}/help", *FORMS)
VISITOR = "127.9.8.7"  # a machine of the loopback network that nobody else is
AGENT = "MarkedBrowser/18.091"


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        wave.channels = ["open", "drawn"]
        return wave


@pytest.fixture
def visit(app: Flask, wave: Wave) -> Visit:
    return Visit(app.test_client())


@pytest.fixture
def app(instance: Instance) -> Flask:
    return create_app(instance)


def rated(page: Page) -> dict[str, str]:
    names = [str(each["name"]) for each in page.all("[data-screen=topic] input[type=radio]")]
    return {names[0]: "1", "comment": "Cần thêm cây"}


def rows_of(instance: Instance, *tables: type[Base]) -> int:
    with reading(instance.engine) as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_ten_sentences_and_each_has_its_test(app: Flask, language: str) -> None:
    page = Visit(app.test_client()).get(f"/{language}/privacy")
    sentences = page.all("ol.promises > li")
    assert len(sentences) == 10
    for each in sentences:
        assert len(re.findall(r"[.!?](\s|$)", each.get_text().strip())) == 1
        test = f"test_{str(each['id']).replace('-', '_')}_"
        assert any(name.startswith(test) for name in globals()), test
    # Whatever else stands there promises nothing.
    assert {each.name for each in page.one("main").find_all(recursive=False)} == {"h1", "ol", "p"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_not_asked_are_name_number_and_address(visit: Visit, form: str, language: str) -> None:
    page = visit.get(form.format(language))
    seen = page.all("[data-item] input, [data-item] textarea")
    assert {str(each.get("type", each.name)) for each in seen} == {"radio", "textarea"}
    (box,) = page.all("[data-item] textarea")
    assert box["name"] == "comment"
    names = {str(each["name"]) for each in seen}
    about = {name for name in names if not re.match(r"\d|overall|comment", name)}
    # What is asked about a person or a business, all of it by choosing from a list.
    assert about <= {"sex", "age_band", "hamlet_group", "size", "sector"}, about


def test_no_address_or_device_is_in_database_log_or_backup(
    instance: Instance, wave: Wave, tmp_path: Path
) -> None:
    log = tmp_path / "server.log"
    with _serving(instance, log) as port:
        status, form = _ask(port, "GET", FORMS[0].format("vi"))
        assert status == 200
        page = BeautifulSoup(form, "html.parser")
        fields = {str(each["name"]): str(each.get("value", "")) for each in page.select("main input[type=hidden]")}  # fmt: skip
        name = str(page.select("[data-screen=topic] input[type=radio]")[0]["name"])
        sent = {**fields, name: "1", "key": "k" * 32, "forward": "1"}
        assert _ask(port, "POST", FORMS[0].format("vi"), sent)[0] == 200
        assert _ask(port, "POST", FORMS[0].format("vi"), {"stamp": "x"})[0] == 400
        assert _ask(port, "GET", "/vi/nothing")[0] == 404
        assert _ask(port, "POST", "/vi/i", {"code": "x"})[0] == 400
        _ask(port, "POST", "/vi/office/sign-in", {"user_name": "a", "password": "b"})
        if not databases.ON_POSTGRESQL:  # which is backed up with its own tools
            source = Source(instance.settings, instance.keys, now(), Random(1))  # noqa: S311  a test's shuffle
            back_up(source, tmp_path / "a.backup", lambda _share: None)
        live = databases.stored(instance.settings.folder)  # with its write-ahead log
    assert rows_of(instance, InboxEntry) == 1
    everything = {"live": live, "after": databases.stored(instance.settings.folder)}
    everything |= {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(name.endswith("server.log") for name in everything)
    for name, content in everything.items():
        for mark in (VISITOR.encode(), bytes(map(int, VISITOR.split("."))), b"MarkedBrowser"):
            assert mark not in content, (name, mark)


def _ask(
    port: int, method: str, path: str, sent: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """As somebody whose address and browser would be known again."""
    connection = http.client.HTTPConnection(LOOPBACK, port, source_address=(VISITOR, 0))
    headers = {
        "User-Agent": AGENT,
        "X-Forwarded-For": VISITOR,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request(method, path, urlencode(sent or {}), headers)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


@contextmanager
def _serving(instance: Instance, log: Path) -> Iterator[int]:
    """The product's own server in a process of its own; whatever it says goes into the log."""
    port = free_port()
    environment = {
        **os.environ,
        "SURVEY_INSTANCE": str(instance.settings.folder),
        "SURVEY_DATABASE": instance.settings.database_url,
    }
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603  our own command
            [*(sys.executable, "-c", "from survey_app.cli import main; main()"), "serve", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            while b"Ready: " not in log.read_bytes():
                assert server.poll() is None, log.read_text()
            yield port
        finally:
            server.terminate()
            server.wait()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cookie_is_set_and_nothing_is_loaded_from_elsewhere(
    visit: Visit, language: str
) -> None:
    for path in PUBLIC:
        page = visit.get(path.format(language))
        assert "Set-Cookie" not in page.response.headers, path
        assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]
        for element in page.all("[src], link[href]"):
            address = str(element.get("src") or element.get("href"))
            assert not urlsplit(address).netloc or address.startswith(OWN_HOSTS), address


def test_own_device_alone_has_the_answers_until_they_are_sent(
    visit: Visit, instance: Instance
) -> None:
    words = "Cần thêm cây".encode()
    form = visit.get(FORMS[0].format("vi"))
    check = form.submit(rated(form))
    check.submit(button="lang").submit(button="back")
    assert words not in databases.stored(instance.settings.folder)
    assert rows_of(instance, InboxEntry, Response, OpenText, Receipt) == 0
    check.submit()
    assert words in databases.stored(instance.settings.folder)


def test_no_list_says_who_got_which_code_and_no_answer_has_one(
    visit: Visit, instance: Instance, wave: Wave
) -> None:
    with transaction(instance.engine) as session:
        wave = session.merge(wave)
        place = inviting.place(session, wave, "11413", "residents", soon(wave))
        codes = inviting.invite(session, place, [""] * 30, instance.keys)
    form = visit.get("/vi/i").submit({"code": codes[0]})
    form.submit(rated(form)).submit()
    stored = databases.stored(instance.settings.folder)
    for code in codes:
        token = token_of(code)
        marks = (code.encode(), grouped(code).encode(), token, token.hex().encode())
        assert not any(mark in stored for mark in marks)
    with reading(instance.engine) as session:
        entry = session.scalars(select(InboxEntry)).one()
        said = " ".join(str(value) for value in vars(entry).values())
    assert inviting.mac(token_of(codes[0]), wave.id, instance.keys) not in said


def test_kept_with_the_answers_is_what_the_page_names_and_nothing_else() -> None:
    named = {
        "the place": {"wave_id", "unit_id", "audience"},
        "the language": {"language"},
        "the topics of your form": {"questionnaire", "block"},
        "the way or group in which you took part": {
            *("channel", "stratum", "cluster", "weighting_class"),
        },
        "whether somebody helped": {"helped"},
        "in four steps how long it took": {"duration_class"},
        "signs that answers may be made up": {"flags"},
        "your answers": {"answers"},
    }
    columns = set().union(*named.values())
    assert set(ANSWER_COLUMNS) == columns
    assert set(Response.__table__.columns.keys()) == columns | {"id"}


def test_shuffled_are_twenty_of_a_place_and_way_and_then_no_time_is_left(
    instance: Instance, wave: Wave
) -> None:
    with transaction(instance.engine) as session:
        wave = session.merge(wave)
        said, at = sheet(wave, {"1.3": "4"}), soon(wave).replace(microsecond=123_457)
        for number in range(20):
            assert flushing.flush_ready(session, seeded()) == 0
            responding.submit(session, said, f"{number:032x}", instance.keys, at)
    assert databases.as_stored(at) in databases.stored(instance.settings.folder)
    with transaction(instance.engine) as session:
        assert flushing.flush_ready(session, seeded()) == 20
    flushing.leave_no_order(instance.engine)
    assert rows_of(instance, InboxEntry) == 0
    for table in (Response, OpenText, Receipt):
        assert not any(isinstance(each.type, Moment) for each in table.__table__.columns)
    assert databases.as_stored(at) not in databases.stored(instance.settings.folder)


def test_own_words_lie_apart_from_the_other_answers(instance: Instance, wave: Wave) -> None:
    with transaction(instance.engine) as session:
        wave = session.merge(wave)
        collect(session, instance, wave, [sheet(wave, {"1.3": "4"}, text="Chỉ tôi biết")])
        flushing.flush_wave(session, wave.id, seeded())
        text = session.scalars(select(OpenText)).one()
        answer = session.scalars(select(Response)).one()
    assert text.text == "Chỉ tôi biết"
    assert text.id != answer.id
    assert "Chỉ tôi biết" not in str(vars(answer))
    shared = set(OpenText.__table__.columns.keys()) & set(Response.__table__.columns.keys())
    assert shared == {"id", "wave_id", "unit_id", "audience"}


def test_published_are_no_figures_of_fewer_than_ten(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = open_wave(session, instance)
        collect(session, instance, wave, [sheet(wave, {"1.3": "5"}) for _ in range(9)])
        close(session, wave)
        run = analysing.analyse_wave(session, wave, place_of(instance), now())
        rows = session.scalars(select(RunRow).where(RunRow.run_id == run.id)).all()
    assert 9 in {row.n for row in rows}  # the server knows
    for row in disclosure.release(rows).rows:
        figures = (row.n, row.mean, row.gap, row.blended, row.top_two, row.distribution)
        assert figures == (None,) * 6


def test_watching_the_server_shows_who_answers_and_later_nothing_leads_to_them(
    instance: Instance, wave: Wave
) -> None:
    """The first half is a warning, and true: key and moment stand beside the answers at first."""
    with transaction(instance.engine) as session:
        wave = session.merge(wave)
        collect(session, instance, wave, [sheet(wave, {"1.3": "4"})])
        entry = session.scalars(select(InboxEntry)).one()
        assert (entry.received_at, entry.answers) == (soon(wave), {"1.3": "4"})
        flushing.flush_wave(session, wave.id, seeded())
    flushing.leave_no_order(instance.engine)
    tables: Sequence[type[Base]] = (Response, OpenText, Receipt)
    for table in tables:
        assert not {"submission_key", "received_at", "receipt_code"} & set(
            table.__table__.columns.keys()
        )
