import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from survey_app.db import empty_log, make_engine, reading, transaction
from survey_app.instance import Instance
from survey_app.models.responses import Receipt


def test_connections_are_durable_and_forget_what_was_deleted(instance: Instance) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }
    with instance.engine.connect() as connection:
        for pragma, value in wanted.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        session.add(Receipt(code="KEPT"))

    def fail() -> None:
        with transaction(instance.engine) as session:
            session.add(Receipt(code="LOST"))
            session.flush()
            raise KeyError("something went wrong")

    with pytest.raises(KeyError):
        fail()
    with reading(instance.engine) as session:
        assert session.scalars(select(Receipt.code)).all() == ["KEPT"]


def test_reading_keeps_nothing(instance: Instance) -> None:
    with reading(instance.engine) as session:
        session.add(Receipt(code="LOST"))
        session.flush()
    with reading(instance.engine) as session:
        assert session.scalars(select(Receipt.code)).all() == []


def test_readers_read_while_somebody_writes_and_see_what_is_committed(instance: Instance) -> None:
    with transaction(instance.engine) as writer:
        writer.add(Receipt(code="A"))
        writer.flush()
        with reading(instance.engine) as reader:
            assert reader.scalar(select(func.count()).select_from(Receipt)) == 0
    with reading(instance.engine) as reader:
        assert reader.scalar(select(func.count()).select_from(Receipt)) == 1


def test_two_that_read_and_then_write_wait_for_each_other(instance: Instance) -> None:
    """With deferred transactions one of them would fail: "database is locked"."""
    both = Barrier(2)

    def read_then_write(name: str) -> None:
        both.wait()
        for number in range(20):
            with transaction(instance.engine) as session:
                session.scalar(select(func.count()).select_from(Receipt))
                session.add(Receipt(code=f"{name}{number}"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(read_then_write, "AB"))
    with reading(instance.engine) as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 40


def test_the_emptied_log_is_empty_and_nothing_is_lost(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        session.add(Receipt(code="KEPT"))
    log = instance.settings.folder / "survey.sqlite3-wal"
    assert log.stat().st_size > 0
    empty_log(instance.engine)
    assert log.stat().st_size == 0
    with sqlite3.connect(instance.settings.folder / "survey.sqlite3") as connection:
        assert connection.execute("SELECT code FROM receipt").fetchall() == [("KEPT",)]
    connection.close()


def test_the_driver_begins_no_transaction_of_its_own(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with engine.connect() as connection:
        # Ours has begun already, as its first statement.
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        assert raw.isolation_level is None
        connection.execute(text("SELECT 1"))
        assert raw.in_transaction
    engine.dispose()
