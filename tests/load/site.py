"""A small instance with an open wave, and its real server as a process that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Self

from survey_app.config import ROOT, Settings
from survey_app.db import transaction
from survey_app.instance import Instance, create_instance, open_instance
from survey_app.services import instances
from survey_app.serving import THREADS
from tests import databases
from tests.factories import make_wave

LOOPBACK = "127.0.0.1"
UNITS = ("11413", "11411", "11948")
PORT = "{port}"
COMMAND = (
    *(sys.executable, "-c", "from survey_app.cli import main; main()"),
    *("serve", "--port", PORT),
)
HELLO = (sys.executable, "-m", "tests.load.hello", PORT, str(THREADS))
PATIENCE = 60.0
BELOW_CLIENTS, TRIES = (20_000, 32_000), 100
TICKS = os.sysconf("SC_CLK_TCK")
KIBIBYTE = 1024


def paths(units: Sequence[str] = UNITS) -> list[str]:
    return [f"/{language}/s/2026-1/{unit}" for unit in units for language in ("vi", "en")]


def empty(folder: Path) -> Instance:
    """A new instance as `survey-app init` makes it, without the units of the country."""
    databases.create(folder)
    instance = create_instance(Settings(folder, databases.address_in(folder)))
    instances.migrate(instance.engine)
    return instance


def made(folder: Path) -> Instance:
    """With a wave that takes answers."""
    instance = empty(folder)
    with transaction(instance.engine) as session:
        make_wave(session)
    return instance


@contextmanager
def instance_in(folder: Path) -> Iterator[Instance]:
    instance = made(folder)
    try:
        yield instance
    finally:
        instance.engine.dispose()
        databases.drop(folder)


def opened(folder: Path) -> Instance:
    return open_instance(Settings(folder, databases.address_in(folder)))


@dataclass
class Server:
    """A server's process; it may be killed and started again on the same port."""

    folder: Path
    port: int
    command: tuple[str, ...] = COMMAND
    database: str = ""  # its address, where it is not the usual one of the folder
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> Self:
        settings = {
            "SURVEY_INSTANCE": str(self.folder),
            "SURVEY_DATABASE": self.database or databases.address_in(self.folder),
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own command
                [word.format(port=self.port) for word in self.command],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdout=log,
                stderr=log,
            )
        self._await()
        return self

    def kill(self) -> None:
        """As the machine's owner or its kernel does it: without a last word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def cpu(self) -> float:
        """Seconds of all cores that the process has used, in itself and in the kernel."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / TICKS

    def memory(self) -> int:
        """Its proportional share of memory (PSS), in bytes."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        [line] = [line for line in lines if line.startswith("Pss:")]
        return int(line.split()[1]) * KIBIBYTE

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)

    def _await(self) -> None:
        assert self.process is not None
        end = time.monotonic() + PATIENCE
        while not _answers(self.port):
            if self.process.poll() is not None or time.monotonic() > end:
                log = (self.folder / "server.log").read_text(encoding="utf-8")
                raise RuntimeError(f"the server did not start:\n{log[-2000:]}")
            time.sleep(0.01)


@contextmanager
def running(folder: Path, command: tuple[str, ...] = COMMAND) -> Iterator[Server]:
    server = Server(folder, free_port(), command).start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Not one that the system gives to clients: whoever asks for a server that was killed could
    be given its port, and be connected with themselves.
    """
    for port in SystemRandom().sample(range(*BELOW_CLIENTS), TRIES):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise RuntimeError("no free port")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.2):
            return True
    except OSError:
        return False
