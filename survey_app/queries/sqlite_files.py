"""SQLite databases as files: copied while they are in use, counted, checked, joined and emptied."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

PAGES = 2_000  # copied between two words about how far it is
BUSY = 10.0  # seconds
# Names come from this module's callers or from the database's own list, never from a person.
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def copy(source: Path, target: Path, said: Callable[[float], None]) -> None:
    """One moment of a database that others go on reading and writing."""
    with _opened(source) as here:
        # The moment begins with the first read; without it every foreign write would start the
        # copying again.
        here.execute("BEGIN")
        here.execute(TABLES).fetchall()
        copy_held(here, target, said)


def copy_held(here: sqlite3.Connection, target: Path, said: Callable[[float], None]) -> None:
    """The same of a database that this connection holds."""
    with _opened(target, "rwc") as there:
        here.backup(there, pages=PAGES, progress=lambda _status, left, all_: said(1 - left / all_))


@contextmanager
def held_alone(path: Path) -> Iterator[sqlite3.Connection]:
    """Nobody else reads or writes meanwhile, and no log lies beside the file.

    Raises
    ------
    sqlite3.OperationalError
        When somebody else has it open.
    """
    with _opened(path, wait=1.0) as only:
        # A log that is left over would be replayed into whatever file takes this one's place.
        only.execute("PRAGMA journal_mode = DELETE")
        # The lock outlives the transaction, in which the database could not be copied.
        only.execute("PRAGMA locking_mode = EXCLUSIVE")
        only.execute("BEGIN EXCLUSIVE")
        only.execute("COMMIT")
        yield only


def rows(path: Path) -> dict[str, int]:
    """Table -> number of its rows."""
    with _opened(path) as here:
        return {name: _count(here, name) for name in _tables(here)}


def faults(path: Path, *, references: bool = True) -> list[str]:
    """What SQLite finds wrong, and what no database of ours has: triggers and views."""
    strange = "SELECT type || ' ' || name FROM sqlite_master WHERE type NOT IN ('table', 'index')"
    try:
        with _opened(path) as here:
            found = [str(row[0]) for row in here.execute("PRAGMA integrity_check")]
            found += [str(row[0]) for row in here.execute(strange)]
            if references:
                found += [str(row[0]) for row in here.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [each for each in found if each != "ok"]


def empty(path: Path, tables: Sequence[str]) -> None:
    with _opened(path) as here:
        for table in tables:
            here.execute(f'DELETE FROM "{table}"')  # noqa: S608  a table's name, ours


def keep_only(path: Path, tables: Sequence[str]) -> None:
    with _opened(path) as here:
        for table in _tables(here):
            if table not in tables:
                here.execute(f'DROP TABLE "{table}"')


def compact(path: Path, target: Path) -> None:
    """A copy without a trace of what was deleted."""
    with _opened(path) as here:
        here.execute("VACUUM INTO ?", [str(target)])


def take_over(path: Path, other: Path) -> None:
    """Add every row of the other file to the table of the same name and columns."""
    with _opened(path) as here:
        here.execute("ATTACH ? AS other", [str(other)])
        here.execute("BEGIN")
        for name in here.execute(
            TABLES.replace("sqlite_master", "other.sqlite_master")
        ).fetchall():
            here.execute(f'INSERT INTO main."{name[0]}" SELECT * FROM other."{name[0]}"')  # noqa: S608  a table's name, ours
        here.execute("COMMIT")


def revision(path: Path) -> str | None:
    """The migration that the tables are at."""
    with _opened(path) as here:
        found = here.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else None


@contextmanager
def _opened(path: Path, mode: str = "rw", wait: float = BUSY) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode={mode}"
    with closing(
        sqlite3.connect(address, uri=True, isolation_level=None, timeout=wait)
    ) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


def _tables(here: sqlite3.Connection) -> list[str]:
    return [str(row[0]) for row in here.execute(TABLES)]


def _count(here: sqlite3.Connection, table: str) -> int:
    return int(here.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608  a table's name, ours
