"""The embedded server: one process that answers pages and does what is due."""

import errno
import resource
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import Flask
from waitress.server import BaseWSGIServer, create_server

from survey_app import clock
from survey_app.addresses import host_of
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.jobs import clockwork
from survey_app.serving import certificates
from survey_app.serving.certificates import CertificateFiles
from survey_app.serving.channels import Channel, MakeChannel, over_tls
from survey_app.web.app import MAX_UPLOAD_BYTES, create_app
from survey_app.web.errors import in_all_languages

THREADS = 8
LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 2000
OTHER_FILES = 256  # that are open beside the connections
LONGEST_HEADER = 32 * 1024


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server listens, and with what it speaks HTTPS there, if it does."""

    port: int
    address: str = LOOPBACK
    files: CertificateFiles | None = None

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{'https' if self.files else 'http'}://{host}:{self.port}"


class Certificate:
    """The certificate in use. SIGHUP takes the renewed one; what cannot be used changes nothing."""

    def __init__(
        self, files: CertificateFiles, host: str | None, say: Callable[[str], None]
    ) -> None:
        self._files, self._host, self._say = files, host, say
        self._context = self._read()

    def context(self) -> ssl.SSLContext:
        return self._context

    def renew(self) -> None:
        try:
            self._context = self._read()
        except Refusal as refusal:
            self._say(in_all_languages(refusal))
        else:
            self._say(f"✓ {self._files.chain}")

    def _read(self) -> ssl.SSLContext:
        return certificates.context(self._files, self._host, clock.now())


def serve_instance(instance: Instance, door: Door, say: Callable[[str], None]) -> None:
    """Serve until interrupted; says `Ready: ADDRESS` once it answers."""
    make: MakeChannel = Channel
    certificate = None
    if door.files:
        certificate = Certificate(door.files, _public_host(instance), say)
        make = over_tls(certificate.context)
    server = _bound(create_app(instance), door, make)
    consumer = clockwork.consumer(instance)
    consumer.start()
    say(f"Ready: {door}")
    try:
        with _renewing(certificate):
            server.run()
    finally:
        consumer.stop(graceful=True)
        server.close()


def _public_host(instance: Instance) -> str | None:
    public = instance.settings.public_url
    return host_of(public) if public else None


def _bound(app: Flask, door: Door, make: MakeChannel) -> BaseWSGIServer:
    """A server whose socket is open: whoever reads "Ready" gets an answer."""
    server = create_server(
        app,
        sockets=[_open_socket(door)],
        threads=THREADS,
        ident=None,
        url_scheme="https" if door.files else "http",
        # They must reach `web.hosts` and `web.access`, which know how many proxies there are.
        clear_untrusted_proxy_headers=False,
        connection_limit=_most_connections(),
        asyncore_use_poll=True,  # select() ends at 1,024 open files
        max_request_header_size=LONGEST_HEADER,
        # Above what our own page refuses in words; far below what fills a disk.
        max_request_body_size=2 * MAX_UPLOAD_BYTES,
    )
    one = cast("BaseWSGIServer", server)  # several sockets would be several
    one.channel_class = make  # type: ignore[assignment]  # it is called, and nothing else
    return one


def _open_socket(door: Door) -> socket.socket:
    family = socket.AF_INET6 if ":" in door.address else socket.AF_INET
    try:
        return socket.create_server((door.address, door.port), family=family)
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                raise Refusal("port_taken", port=door.port) from error
            case errno.EACCES:
                raise Refusal("port_forbidden", port=door.port) from error
            case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT:
                raise Refusal("listen_address_unfit", address=door.address) from error
        raise


def _most_connections() -> int:
    """As many as there may be open files: each costs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted - OTHER_FILES


@contextmanager
def _renewing(certificate: Certificate | None) -> Iterator[None]:
    """While serving, SIGHUP means that the certificate's files have changed."""
    if certificate is None:
        yield
        return

    def renew(_number: int, _frame: object) -> None:
        certificate.renew()

    before = signal.signal(signal.SIGHUP, renew)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
