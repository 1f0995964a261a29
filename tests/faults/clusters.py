"""A PostgreSQL server of one's own, to be stopped without a word and started again."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests import databases

OWNER, DATABASE = databases.OWNER, "survey"
# Unlike the server of the other tests: it has to keep what it confirmed over its own end.
SETTINGS = {"listen_addresses": "", "fsync": "on", "max_connections": "50"}


@dataclass
class Cluster:
    binaries: Path
    folder: Path
    user: str | None
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://{OWNER}@/{DATABASE}?host={self.folder}"

    def start(self) -> None:
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        data: list[Path | str] = ["-D", self.folder / "data", "-k", self.folder]
        self.process = databases.run_as(
            self.user, self.folder, [self.binaries / "postgres", *data, *options]
        )
        end = time.monotonic() + databases.PATIENCE
        while not self._answers():
            assert time.monotonic() < end, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)

    def stop_at_once(self) -> None:
        """`pg_ctl stop -m immediate`: nothing is finished, nothing is written."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(databases.PATIENCE)

    def command(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(
            host=str(self.folder), user=OWNER, dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self.command("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def cluster() -> Iterator[Cluster]:
    """With an empty database. Skips where no PostgreSQL is installed."""
    binaries = databases.programs()
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine: `sh .ci/postgresql`")
    folder = Path(tempfile.mkdtemp(prefix="survey-cluster-"))
    user = databases.give_away(folder)
    made = Cluster(binaries, folder, user)
    initdb: list[Path | str] = [
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        OWNER,
        *databases.INITDB,
    ]
    assert databases.run_as(user, folder, initdb).wait() == 0
    made.start()
    made.command(f"CREATE DATABASE {DATABASE}")
    try:
        yield made
    finally:
        made.stop_at_once()
        shutil.rmtree(folder)
