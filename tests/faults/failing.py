"""Databases that fail on purpose: for real where that is possible, else at the N-th call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

COMMIT = "do_commit"
ANY = Any  # DB-API objects and what SQLAlchemy hands over have no useful types


@contextmanager
def each_connection(engine: Engine, prepare: Callable[[ANY], None]) -> Iterator[None]:
    """Every connection that is made inside is prepared so; those of before are closed."""

    def connected(connection: ANY, _record: ANY) -> None:
        prepare(connection)

    engine.dispose()
    event.listen(engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(engine, "connect", connected)
        engine.dispose()


def says(*settings: str) -> Callable[[ANY], None]:
    """These settings, outside of any transaction."""

    def prepare(connection: ANY) -> None:
        if hasattr(connection, "autocommit") and hasattr(connection, "pgconn"):
            connection.autocommit = True
        for setting in settings:
            connection.execute(setting)
        if hasattr(connection, "pgconn"):
            connection.autocommit = False

    return prepare


@contextmanager
def gone(engine: Engine) -> Iterator[None]:
    """No connection can be made, and those of before are cut."""

    def refuse(dialect: ANY, *_: ANY) -> None:
        raise dialect.loaded_dbapi.OperationalError("there is nobody at this address")

    engine.dispose()
    event.listen(engine, "do_connect", refuse)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", refuse)


class FailsAt:
    """The N-th statement or commit fails as a full disk does; `reached` says whether it came."""

    def __init__(self, engine: Engine, last: int) -> None:
        self._engine, self._left, self.reached = engine, last, False
        self._commit = engine.dialect.do_commit

    def __enter__(self) -> "FailsAt":
        event.listen(self._engine, "do_execute", self._executed)
        setattr(self._engine.dialect, COMMIT, self._committed)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "do_execute", self._executed)
        setattr(self._engine.dialect, COMMIT, self._commit)

    def _executed(self, *_: ANY) -> None:
        self._one_more()

    def _committed(self, connection: ANY) -> None:
        self._one_more()
        self._commit(connection)

    def _one_more(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached = True
            database = self._engine.dialect.loaded_dbapi
            raise database.OperationalError("database or disk is full")
