"""The engine and the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from survey_app.errors import Refusal

PATIENCE = 10_000  # milliseconds that a writer waits for another
_WRITERS = RLock()
ONE_WRITER = 18091  # the number of the lock, known to all processes on one PostgreSQL database
# Gone, full, locked for too long, open for reading alone, or nobody's turn comes: what an operator
# mends, and after which the same request may well succeed.
UNREACHABLE: tuple[type[SQLAlchemyError], ...] = (
    OperationalError,
    InterfaceError,
    InternalError,
    NoConnectionFree,
)


def make_engine(url: str) -> Engine:
    """An engine with durable connections, whose transactions that write take their lock at once.

    Raises
    ------
    Refusal
        `database_setting_unfit` when the address names no database that we know.
    """
    try:
        # An error names its statement, but never the values in it: they may be somebody's answers.
        engine = create_engine(
            url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True
        )
    except (ArgumentError, ImportError) as error:  # the driver is not installed, too
        raise Refusal("database_setting_unfit", reason=str(error)) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    else:
        raise Refusal("database_setting_unfit", reason=engine.dialect.name)
    return engine


def demand_reachable(engine: Engine) -> None:
    """Refuse with `database_unreachable` or, on PostgreSQL, `database_not_unicode`."""
    try:
        with engine.execution_options(writes=False).connect() as connection:
            if engine.dialect.name != "postgresql":
                return
            found = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    except OperationalError as error:
        address = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip()
        raise Refusal("database_unreachable", database=address, reason=reason) from error
    if found != "UTF8":
        raise Refusal("database_not_unicode", encoding=found)


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401  DB-API objects
    # The driver's own transactions start late, and never for SELECT; ours start in _begin_sqlite.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {PATIENCE}",
        "secure_delete = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes cannot wait for the lock it upgrades to; one that
    # will write says so at once.
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgresql(connection: Any, _record: Any) -> None:  # noqa: ANN401  DB-API objects
    # Whatever the server's own settings are: acknowledged is on the disk, and nobody waits forever.
    connection.autocommit = True  # a setting made in a transaction would end with it
    connection.execute("SET synchronous_commit = on")
    connection.execute("SET lock_timeout = '10s'")
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    # As on SQLite, who reads in order to write is alone: two would both take "the next number".
    # Answers, which lock what they need, come in beside each other and beside that one.
    options = connection.get_execution_options()
    if options.get("writes", True) and not options.get("beside_others", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")


def empty_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, where deleted rows live on; not while somebody reads."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()  # outside of any transaction
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@contextmanager
def transaction(engine: Engine, *, beside_others: bool = False) -> Iterator[Session]:
    """A session that is committed at the end, or rolled back when anything is raised.

    It is the only one that writes, unless it goes `beside_others`: then the database has to decide
    wherever two could meet, by a unique key or a held row. SQLite has one writer in any case.
    """
    engine = engine.execution_options(beside_others=beside_others)
    with _turn(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """One after the other within this process, where the database has one writer.

    SQLite lets whoever finds it busy sleep and try again, by chance and for long; those who queue
    here wait for each other alone. After the time that SQLite would wait, it decides as ever.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    has_turn = _WRITERS.acquire(timeout=PATIENCE / 1000)
    try:
        yield
    finally:
        if has_turn:
            _WRITERS.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that takes no write lock and is never committed."""
    with (
        engine.execution_options(writes=False).connect() as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session
