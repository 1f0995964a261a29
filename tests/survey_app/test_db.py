import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from survey_app.db import demand_reachable, empty_log, make_engine, reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.responses import Receipt
from tests import databases


@databases.only_sqlite
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


@databases.only_postgresql
def test_connections_are_durable_whatever_the_server_is_set_to(instance: Instance) -> None:
    name = instance.engine.url.database
    with instance.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    instance.engine.dispose()
    with instance.engine.connect() as connection:
        for setting, value in (("synchronous_commit", "on"), ("lock_timeout", "10s")):
            assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == value


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


def test_who_reads_in_order_to_write_is_alone(instance: Instance) -> None:
    """Each takes the next number; without a lock two would take the same."""

    def take_numbers(_name: str) -> None:
        for _number in range(20):
            with transaction(instance.engine) as session:
                last = session.scalar(select(func.count()).select_from(Receipt)) or 0
                session.add(Receipt(code=f"{last + 1:04}"))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(take_numbers, "ABC"))
    with reading(instance.engine) as session:
        codes = session.scalars(select(Receipt.code).order_by(Receipt.code)).all()
    assert codes == [f"{number:04}" for number in range(1, 61)]


@databases.only_postgresql
def test_answers_come_in_while_somebody_writes_for_long(instance: Instance) -> None:
    with transaction(instance.engine) as long, ThreadPoolExecutor(1) as pool:
        long.add(Receipt(code="A"))
        long.flush()

        def answer() -> None:
            with transaction(instance.engine, beside_others=True) as session:
                session.add(Receipt(code="B"))

        pool.submit(answer).result(timeout=5)


@pytest.mark.parametrize(
    "url", ["nonsense", "nodriver://x/y", "mysql+nothing://x/y", "postgresql+pg8000://x/y"]
)
def test_a_setting_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(Refusal, match="database_setting_unfit"):
        make_engine(url)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all.sqlite3",
        "postgresql+psycopg://me:secret@/x?host=/nowhere/at/all",
    ],
)
def test_a_database_that_cannot_be_reached_is_named_without_its_password(url: str) -> None:
    engine = make_engine(url)
    with pytest.raises(Refusal, match="database_unreachable") as refused:
        demand_reachable(engine)
    assert "/nowhere/at/all" in str(refused.value)
    assert "secret" not in str(refused.value)


@databases.only_sqlite
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


@databases.only_sqlite
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
