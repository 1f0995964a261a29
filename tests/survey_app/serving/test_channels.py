"""Real connections to a real server on loopback, in one process."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from flask import Flask, request

from survey_app import serving
from survey_app.clock import now
from survey_app.serving import Certificate, Door, certificates, channels
from survey_app.serving.channels import Channel, MakeChannel, over_tls
from tests.tls import made

LOOPBACK = "127.0.0.1"
PAGE = b"x" * 300_000  # more than a socket takes at once
BODY = bytes(range(256)) * 4_000


def application() -> Flask:
    app = Flask(__name__)

    @app.route("/", methods=["GET", "POST"])
    def page() -> bytes:
        return request.get_data() or PAGE

    @app.get("/scheme")
    def scheme() -> str:
        return f"{request.scheme} {request.remote_addr}"

    return app


@contextmanager
def running(
    make: MakeChannel, files: certificates.CertificateFiles | None = None
) -> Iterator[int]:
    server = serving._bound(application(), Door(0, files=files), make)
    sockets = server._map  # type: ignore[attr-defined]  # its types do not know
    ended = threading.Event()

    def loop() -> None:
        while not ended.is_set():
            server.asyncore.loop(0.05, use_poll=True, map=sockets, count=1)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        ended.set()
        thread.join()
        server.task_dispatcher.shutdown()
        server.asyncore.close_all(sockets)


@pytest.fixture(params=["http", "https"])
def port(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[int, ssl.SSLContext | None]]:
    if request.param == "http":
        with running(Channel) as port:
            yield port, None
        return
    files = made().put(tmp_path / "tls")
    context = certificates.context(files, "localhost", now())
    with running(over_tls(lambda: context), files) as port:
        yield port, ssl.create_default_context(cafile=str(files.chain))


Port = tuple[int, ssl.SSLContext | None]


def connection(port: Port) -> HTTPConnection:
    number, context = port
    if context is None:
        return HTTPConnection(LOOPBACK, number, timeout=20)
    return HTTPSConnection(LOOPBACK, number, timeout=20, context=context)


def plain(port: Port) -> socket.socket:
    return socket.create_connection((LOOPBACK, port[0]), timeout=20)


def test_large_answers_and_large_requests_come_through_whole(port: Port) -> None:
    with closing(connection(port)) as kept:
        for _ in range(3):  # over one connection
            kept.request("GET", "/")
            assert kept.getresponse().read() == PAGE
            kept.request("POST", "/", body=BODY)
            assert kept.getresponse().read() == BODY


def test_many_at_once_get_what_they_asked_for(port: Port) -> None:
    found: list[bool] = []

    def ask(number: int) -> None:
        body = str(number).encode() * 30_000
        with closing(connection(port)) as own:
            for _ in range(5):
                own.request("POST", "/", body=body)
                found.append(own.getresponse().read() == body)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 60


def test_the_scheme_and_the_client_are_what_they_are(port: Port) -> None:
    with closing(connection(port)) as own:
        own.request("GET", "/scheme")
        scheme = "https" if port[1] else "http"
        assert own.getresponse().read().decode() == f"{scheme} {LOOPBACK}"


@pytest.mark.parametrize("junk", [b"", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x00", bytes(5_000)])
def test_whoever_stalls_or_talks_nonsense_holds_up_nobody(port: Port, junk: bytes) -> None:
    stalling = [plain(port) for _ in range(40)]  # five for each thread
    try:
        for each in stalling:
            each.sendall(junk)
        began = time.monotonic()
        with closing(connection(port)) as own:
            own.request("GET", "/")
            assert own.getresponse().read() == PAGE
        assert time.monotonic() - began < 5
    finally:
        for each in stalling:
            each.close()


def test_a_client_that_leaves_in_the_middle_ends_nothing(port: Port) -> None:
    for _ in range(20):
        gone = plain(port)
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
        gone.close()
    with closing(connection(port)) as own:
        own.request("GET", "/")
        assert own.getresponse().read() == PAGE


def dropped(sock: socket.socket) -> bool:
    """Send a little more of a request that never ends; whether the server has hung up."""
    time.sleep(0.05)
    try:
        sock.sendall(b"X: 1\r\n")
    except OSError:
        return True
    return False


def test_a_request_that_dribbles_is_dropped(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.5)
    with closing(connection(port)) as own:
        own.connect()
        own.sock.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        assert any(dropped(own.sock) for _ in range(100))
        assert time.monotonic() - began < 5


def test_who_connects_and_says_nothing_is_dropped(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.3)
    with plain(port) as silent:
        assert silent.recv(1) == b""


def test_a_kept_connection_is_not_late_between_requests(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.3)
    with closing(connection(port)) as kept:
        for _ in range(2):
            kept.request("GET", "/scheme")
            assert kept.getresponse().read()
            time.sleep(0.6)


def test_a_slow_but_steady_upload_is_not_late(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.2)
    monkeypatch.setattr(channels, "SLOWEST", 1_000)
    with closing(connection(port)) as own:
        own.putrequest("POST", "/")
        own.putheader("Content-Length", "6000")
        own.endheaders()
        for _ in range(6):
            own.send(b"y" * 1_000)
            time.sleep(0.2)
        assert own.getresponse().read() == b"y" * 6_000


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[int, Certificate, list[str]]]:
    said: list[str] = []
    certificate = Certificate(made().put(tmp_path / "tls"), "localhost", said.append)
    with running(over_tls(certificate.context), certificate._files) as port:
        yield port, certificate, said


def shown(port: int) -> str:
    return ssl.get_server_certificate((LOOPBACK, port), timeout=20)


def test_a_renewed_certificate_is_shown_and_an_unfit_one_changes_nothing(
    tls: tuple[int, Certificate, list[str]], tmp_path: Path
) -> None:
    port, certificate, said = tls
    renewed = made()
    assert shown(port) != renewed.chain.decode()
    renewed.put(tmp_path / "tls")
    certificate.renew()
    assert shown(port) == renewed.chain.decode()
    (tmp_path / "tls" / "key.pem").write_bytes(made().private_key)
    certificate.renew()
    assert shown(port) == renewed.chain.decode()
    assert said[0] == f"✓ {tmp_path / 'tls' / 'chain.pem'}"
    assert "does not belong to the certificate" in said[1]
    assert "không phải của chứng thư này" in said[1]


@pytest.mark.parametrize(
    ("newest", "spoken"),
    [(ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")],
)
def test_tls_12_and_13_are_spoken(
    tls: tuple[int, Certificate, list[str]], newest: ssl.TLSVersion, spoken: str
) -> None:
    context = ssl.create_default_context(cafile=str(tls[1]._files.chain))
    context.maximum_version = newest
    with (
        plain((tls[0], None)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as wrapped,
    ):
        assert wrapped.version() == spoken


def test_nothing_older_is_spoken(tls: tuple[int, Certificate, list[str]]) -> None:
    # A hello of TLS 1.1, by hand: our own OpenSSL refuses to say it. RFC 4346, section 7.4.1.2.
    suites = b"\x00\x04" + b"\xc0\x09\xc0\x13"
    hello = b"\x03\x02" + bytes(32) + b"\x00" + suites + b"\x01\x00" + b"\x00\x00"
    handshake = b"\x01" + len(hello).to_bytes(3, "big") + hello
    with plain((tls[0], None)) as raw:
        raw.sendall(b"\x16\x03\x01" + len(handshake).to_bytes(2, "big") + handshake)
        said = raw.recv(100)
    assert said[:1] == b"\x15"  # an alert ...
    assert said[6:7] == b"\x46"  # ... protocol_version (70)


def test_a_connection_names_no_address_in_a_log(port: Port) -> None:
    assert repr(Channel.__new__(Channel)) == "<a connection>"
