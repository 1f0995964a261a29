"""The server speaks HTTPS itself: a phone answers, an official signs in, strangers hold up nobody."""

import shutil
import signal
import ssl
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from os import kill
from pathlib import Path
from socket import create_connection

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import NAMES, QUIET
from tests.journeys.places import (
    HAI_AN,
    LOOPBACK,
    OPEN,
    PASSWORD,
    Site,
    copied,
    free_port,
    served,
)
from tests.journeys.test_answering import choose_last_of_each, receipt_of, send
from tests.journeys.walker import Walker
from tests.tls import made

HOST = "khaosat.example.vn"
DRIBBLING, PAGES = 500, 40


@dataclass(frozen=True)
class Secured:
    """A site on loopback whose name in the world is another."""

    site: Site
    files: Path
    public: str

    @property
    def port(self) -> int:
        return int(self.site.address.rpartition(":")[2])

    def ask(self, path: str, host: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        context = ssl.create_default_context(cafile=str(self.files / "chain.pem"))
        with closing(HTTPSConnection(LOOPBACK, self.port, timeout=20, context=context)) as asked:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            asked.request("GET", path, headers={"Host": host or f"{HOST}:{self.port}", **named})
            answer = asked.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode()


@pytest.fixture(scope="module")
def secured(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("tls")
    files = made((HOST, LOOPBACK)).put(folder)
    port = free_port()
    public = f"https://{HOST}:{port}"
    options = ["--public-url", public, "--certificate", str(files.chain)]
    options += ["--private-key", str(files.private_key)]
    with served(copied(tmp_path_factory), *options, scheme="https", port=port) as site:
        yield Secured(site, folder, public)


@pytest.fixture
def phone(browser: Browser, secured: Secured) -> Iterator[Walker]:
    """A browser that finds the public name on this machine."""
    with ExitStack() as ended:
        launched = browser.browser_type.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES)), None),
            args=[*QUIET, f"--host-resolver-rules=MAP {HOST} {LOOPBACK}"],
        )
        ended.callback(launched.close)
        context = launched.new_context(
            ignore_https_errors=True,  # nobody vouches for a certificate of a test
            viewport={"width": 360, "height": 740},
            locale="vi-VN",
        )
        walker = Walker(Site(secured.public, secured.site.folder), context.new_page())
        yield walker
    assert walker.faults == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_phone_answers_over_https_and_every_link_stays_there(
    phone: Walker, language: str
) -> None:
    page = phone.go(f"/{language}/s/{OPEN}/{HAI_AN}")
    assert page.evaluate("window.isSecureContext")
    page.locator("[data-do=next]").click()
    choose_last_of_each(page)
    while page.locator("[data-do=next]").is_visible():
        page.locator("[data-do=next]").click()
    send(page)
    assert receipt_of(page)
    assert page.context.cookies() == []


def test_an_account_that_everybody_knows_stays_closed_under_the_public_name(
    phone: Walker, secured: Secured
) -> None:
    phone.forgiven = ("403",)
    page = phone.sign_in("official", "en")
    expect(page.locator("main")).to_contain_text("works only on the machine that runs")
    [cookie] = page.context.cookies()
    assert cookie["name"] == "__Host-office"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")


def test_on_the_machine_itself_it_opens_and_links_carry_the_public_name(
    browser: Browser, secured: Secured
) -> None:
    with closing(browser.new_context(ignore_https_errors=True)) as context:
        here = Walker(secured.site, context.new_page())
        here.sign_in("official", "en", PASSWORD)
        page = here.go(f"/en/office/waves/{OPEN}/links")
        shown = page.locator("input[readonly]").first.input_value()
        assert shown.startswith(f"{secured.public}/vi/s/{OPEN}/")
        with page.expect_download() as download:
            page.locator("a[href*='.pdf']").first.click()
        assert download.value.suggested_filename == f"{OPEN}-open-a4.pdf"
        assert here.faults == []


def test_https_is_promised_and_other_names_are_refused(secured: Secured) -> None:
    status, headers, _text = secured.ask("/vi/")
    assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert "Server" not in headers
    status, _headers, text = secured.ask("/vi/", host="evil.example")
    assert (status, "evil" in text) == (400, False)
    forged = secured.ask("/vi/", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http")
    assert (forged[0], "evil" in forged[2]) == (200, False)
    assert "Strict-Transport-Security" in forged[1]


def test_a_renewed_certificate_is_shown_after_a_signal(secured: Secured) -> None:
    renewed = made((HOST, LOOPBACK))
    renewed.put(secured.files)
    kill(secured.site.pid, signal.SIGHUP)
    for _ in range(50):
        if ssl.get_server_certificate((LOOPBACK, secured.port)) == renewed.chain.decode():
            break
        time.sleep(0.1)
    assert ssl.get_server_certificate((LOOPBACK, secured.port)) == renewed.chain.decode()
    assert secured.ask("/vi/")[0] == 200


@pytest.mark.parametrize(
    "begun", [b"", b"POST /vi/ HTTP/1.1\r\nHost: x\r\nX: ", b"\x16\x03\x01\x02"]
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_five_hundred_who_dribble_hold_up_nobody(
    secured: Secured, site: Site, scheme: str, begun: bytes
) -> None:
    port = secured.port if scheme == "https" else int(site.address.rpartition(":")[2])
    taken = []
    with ExitStack() as ended:
        dribbling = [
            ended.enter_context(create_connection((LOOPBACK, port), timeout=20))
            for _ in range(DRIBBLING)
        ]
        for sock in dribbling:
            sock.sendall(begun)
        for turn in range(PAGES):
            for sock in dribbling[turn::PAGES]:
                with suppress(OSError):  # what was no request at all has been dropped already
                    sock.sendall(b"x")
            start = time.monotonic()
            status = secured.ask("/vi/")[0] if scheme == "https" else _ask_plainly(port)
            taken.append(time.monotonic() - start)
            assert status == 200
    assert statistics.quantiles(taken, n=20)[-1] < 1  # seconds, of 95 in a hundred


def _ask_plainly(port: int) -> int:
    with closing(HTTPConnection(LOOPBACK, port, timeout=20)) as asked:
        asked.request("GET", "/vi/")
        return asked.getresponse().status
