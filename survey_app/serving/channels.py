"""Connections of the embedded server: their patience has an end, and some of them speak TLS.

waitress reads a whole request before a thread is given to it, so who sends slowly costs a socket
and no more. Here that cost gets an end, and the same loop deciphers: a slow handshake costs as little.
"""

import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from socket import socket
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

PATIENCE = 30.0  # seconds for a request to come in, and ...
SLOWEST = 500  # ... a second more for so many bytes: 4 kbit/s, where phones have 400
RECORD = 16 * 1024  # the most that one TLS record holds: what is read whole leaves nothing behind

MakeChannel = Callable[..., object]


class Channel(HTTPChannel):
    """A connection that is dropped when a request takes too long to come in, however it dribbles."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  as waitress has them
        self._begun: float | None = time.monotonic()  # also who connects and says nothing waits
        self._received = 0
        super().__init__(*arguments, **named)

    def __repr__(self) -> str:
        return "<a connection>"  # it stands in log lines, and they hold no address of a person

    def received(self, data: bytes) -> bool:
        if self._begun is None:
            self._begun, self._received = time.monotonic(), 0
        self._received += len(data)
        taken: bool = super().received(data)
        if self.request is None:
            self._begun = None  # whole; what comes next is another request
        return taken

    def readable(self) -> bool:
        if self._begun is not None and not self.requests and self._is_late(self._begun):
            self.will_close = True
        return bool(super().readable())

    def _is_late(self, begun: float) -> bool:
        return time.monotonic() > begun + PATIENCE + self._received / SLOWEST


class TlsChannel(Channel):
    """The same over TLS. Handshake and deciphering happen as bytes come, in the server's loop."""

    socket: ssl.SSLSocket

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  as waitress has them
        # The loop reads while a thread writes; OpenSSL's connection takes one of them at a time.
        self._one_at_a_time = threading.Lock()
        self._handshake_wants_to_write = False
        super().__init__(*arguments, **named)

    def handle_read(self) -> None:
        data = self._deciphered()
        if data:
            self.last_activity = time.time()
            self.received(data)

    def writable(self) -> bool:
        return self._handshake_wants_to_write or bool(super().writable())

    def handle_write(self) -> None:
        if self._handshake_wants_to_write:
            self.handle_read()
        else:
            super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        try:
            with self._one_at_a_time:
                return self.socket.send(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            if do_close:
                self.handle_close()
            return 0

    def handle_close(self) -> None:
        if not self.connected:
            return
        # Says goodbye as TLS wants it; who has gone already is not waited for.
        with self._one_at_a_time, suppress(OSError, ValueError):
            self.socket.unwrap()
        super().handle_close()

    def _deciphered(self) -> bytes | None:
        """What has come, or None: nothing yet, or the connection has ended and is closed."""
        self._handshake_wants_to_write = False
        try:
            with self._one_at_a_time:
                data = self.socket.recv(RECORD)
        except ssl.SSLWantReadError:
            return None
        except ssl.SSLWantWriteError:
            self._handshake_wants_to_write = True
            return None
        except OSError:  # no TLS at all, an unknown one, or gone
            data = b""
        if not data:
            self.handle_close()
        return data or None


def over_tls(context: Callable[[], ssl.SSLContext]) -> MakeChannel:
    """Make channels that speak TLS with the context of their moment: a renewed one counts at once."""

    def channel(
        server: BaseWSGIServer,
        sock: socket,
        address: object,
        *rest: Any,  # noqa: ANN401  as waitress has them
        **named: Any,  # noqa: ANN401  as waitress has them
    ) -> None:
        try:
            sock.getpeername()  # fails for who is gone; wrapping such a socket would lose it open
            wrapped = context().wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except (OSError, ValueError):  # gone again already: that must not end the whole server
            sock.close()
            return
        TlsChannel(server, wrapped, address, *rest, **named)

    return channel
