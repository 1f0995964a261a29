"""The engine and the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session


def make_engine(url: str) -> Engine:
    """An engine whose SQLite connections are durable and take their write lock at the start."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401  DB-API objects
    # The driver's own transactions start late, and never for SELECT; ours start in _begin_sqlite.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 10000",
        "secure_delete = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes cannot wait for the lock it upgrades to; one that
    # will write says so at once.
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that is committed at the end, or rolled back when anything is raised."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that takes no write lock and is never committed."""
    with (
        engine.execution_options(writes=False).connect() as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session
