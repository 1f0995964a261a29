"""Databases for tests: files of SQLite, or databases of a PostgreSQL server that the tests start.

`SURVEY_TEST_DATABASE=postgresql` chooses the server. On both an instance's folder names its
database, so that another process finds it too.
"""

import hashlib
import os
import pwd
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import JSON, Engine

from survey_app.db import make_engine
from survey_app.models import Base

ON_POSTGRESQL = os.environ.get("SURVEY_TEST_DATABASE", "sqlite") == "postgresql"
SOCKETS = "SURVEY_TEST_SOCKETS"  # the folder of the running server's socket, for all workers
INSTALLED = Path("/usr/lib/postgresql")  # where Debian puts the server, outside of PATH
PATIENCE = 60.0  # seconds for the server to come up
OWNER = "postgres"
# Nothing here has to outlive the machine; a server that is killed still keeps what it confirmed.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "autovacuum": "off",
}


only_postgresql = pytest.mark.skipif(not ON_POSTGRESQL, reason="about PostgreSQL alone")
only_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="about SQLite's file alone")


def demand() -> None:
    """Skip whoever asks where the server that was wished for is not installed."""
    if ON_POSTGRESQL and SOCKETS not in os.environ:
        pytest.skip(f"no PostgreSQL server in PATH or {INSTALLED}: `sh .ci/postgresql`")


def address_in(folder: Path) -> str:
    """The address of the database that belongs to this folder, there or not."""
    if ON_POSTGRESQL:
        return f"postgresql+psycopg://{OWNER}@/{_name(folder)}?host={_sockets()}"
    return f"sqlite:///{folder / 'survey.sqlite3'}"


def create(folder: Path) -> None:
    """An empty database. SQLite makes its file by itself."""
    if ON_POSTGRESQL:
        _command(f"CREATE DATABASE {_name(folder)}")


def copy(source: Path, target: Path) -> None:
    """A copy of a database that nobody is connected to."""
    if ON_POSTGRESQL:
        _command(f"CREATE DATABASE {_name(target)} TEMPLATE {_name(source)}")
    else:
        shutil.copy(source / "survey.sqlite3", target)


def move(source: Path, target: Path) -> None:
    """Follow a folder that was renamed; SQLite's file has moved with it."""
    if ON_POSTGRESQL:
        _command(f"ALTER DATABASE {_name(source)} RENAME TO {_name(target)}")


def drop(folder: Path) -> None:
    """Make room on the server; files go with the folder."""
    if ON_POSTGRESQL:
        _command(f"DROP DATABASE IF EXISTS {_name(folder)} WITH (FORCE)")


def stored(folder: Path) -> bytes:
    """All that lies on the disk of a database, as whoever takes the disk would find it.

    PostgreSQL's log of the whole server is not in it; docs/operations.md says how long that lives.
    """
    if not ON_POSTGRESQL:
        return b"".join(path.read_bytes() for path in sorted(folder.glob("survey.sqlite3*")))
    with _connection(_name(folder)) as connection:
        connection.execute("ANALYZE")  # its samples of columns would be a place to be found
        connection.execute("CHECKPOINT")
        found = connection.execute(
            "SELECT current_setting('data_directory'), oid::text FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    assert found is not None
    files = sorted((Path(found[0]) / "base" / found[1]).iterdir())
    return b"".join(path.read_bytes() for path in files)


def as_stored(moment: datetime) -> bytes:
    """What a moment looks like on the disk."""
    if not ON_POSTGRESQL:
        return moment.strftime(".%f").encode()
    since = moment - datetime(2000, 1, 1, tzinfo=UTC)
    return struct.pack("=q", since // timedelta(microseconds=1))


@contextmanager
def engine_in(folder: Path, *, tables: bool = True) -> Iterator[Engine]:
    """An engine over a new database, with the tables of the models or with none."""
    folder.mkdir(exist_ok=True)
    create(folder)
    engine = make_engine(address_in(folder))
    try:
        if tables:
            Base.metadata.create_all(engine)
        yield engine
    finally:
        engine.dispose()
        drop(folder)


@contextmanager
def server() -> Iterator[str | None]:
    """Run a private server until the end; gives its version, or None where none is installed.

    The collation is Vietnamese, so that whatever leans on the order of bytes shows.
    """
    binaries = programs()
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="survey-postgresql-"))
    runs_as = give_away(folder)
    data: list[Path | str] = ["-D", folder / "data"]
    run_as(runs_as, folder, [binaries / "initdb", *data, "-U", OWNER, *INITDB]).wait()
    options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    process = run_as(runs_as, folder, [binaries / "postgres", *data, "-k", folder, *options])
    try:
        os.environ[SOCKETS] = str(folder)
        yield _awaited(process)
    finally:
        del os.environ[SOCKETS]
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        shutil.rmtree(folder)


INITDB = ["-A", "trust", "-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=vi"]


def programs() -> Path | None:
    folders = [Path(each) for each in os.environ["PATH"].split(os.pathsep)]
    folders += sorted(INSTALLED.glob("*/bin"), key=lambda each: int(each.parent.name))[::-1]
    return next((each for each in folders if (each / "initdb").exists()), None)


def give_away(folder: Path) -> str | None:
    """To the user that the server will run as; None when that is this one."""
    runs_as = _unprivileged()
    if runs_as is not None:
        shutil.chown(folder, runs_as, pwd.getpwnam(runs_as).pw_gid)
    return runs_as


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package has a user for it."""
    if os.geteuid() != 0:
        return None
    return OWNER if any(each.pw_name == OWNER for each in pwd.getpwall()) else "nobody"


def run_as(user: str | None, folder: Path, command: list[Path | str]) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  our own words
            [str(word) for word in command],
            stdout=log,
            stderr=log,
            cwd=folder,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )


def _awaited(process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with _connection() as connection:
                [version] = connection.execute("SHOW server_version").fetchone() or ["?"]
                return str(version)
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.05)


def _sockets() -> str:
    demand()
    return os.environ[SOCKETS]


def _connection(database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(host=_sockets(), user=OWNER, dbname=database, autocommit=True)


def _command(statement: str) -> None:
    with _connection() as connection:
        connection.execute(statement.encode())


def _name(folder: Path) -> str:
    return "t" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]


def defaults_differ(*compared: Any) -> bool | None:  # noqa: ANN401  Alembic hands over six kinds
    """For Alembic: PostgreSQL has no equality of JSON, so such defaults are compared as text."""
    _context, inspected, _declared, found, _default, wanted = compared
    if not isinstance(inspected.type, JSON):
        return None  # as Alembic does by itself
    return str(found).partition("::")[0] != str(wanted)
