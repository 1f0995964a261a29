import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from survey_app.config import Settings
from survey_app.db import make_engine, reading
from survey_app.errors import Refusal
from survey_app.instance import Instance, create_instance, open_instance
from survey_app.models import Base
from survey_app.services import instances, units
from tests import databases


@pytest.fixture
def engine(database: None, tmp_path: Path) -> Iterator[Engine]:
    with databases.engine_in(tmp_path / "migrated", tables=False) as engine:
        yield engine


def test_a_migrated_database_has_exactly_the_tables_of_the_models(engine: Engine) -> None:
    instances.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": databases.defaults_differ}
        )
        assert compare_metadata(context, Base.metadata) == []
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


@databases.only_sqlite
def test_migrated_tables_have_every_check_and_no_hidden_order_of_rows(
    engine: Engine, tmp_path: Path
) -> None:
    """What the comparison does not look at: the text of each CREATE TABLE."""
    made = make_engine(f"sqlite:///{tmp_path / 'models.sqlite3'}")
    Base.metadata.create_all(made)
    instances.migrate(engine)
    wanted = text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
    found = []
    for each in (made, engine):
        with each.connect() as connection:
            found.append({row.name: _plain(row.sql) for row in connection.execute(wanted)})
    made.dispose()
    del found[1]["alembic_version"]
    found[1].pop("sqlite_autoindex_alembic_version_1", None)
    assert found[1] == found[0]


@databases.only_postgresql
def test_no_sample_of_a_column_of_the_inbox_is_kept(instance: Instance, engine: Engine) -> None:
    instances.migrate(engine)
    wanted = text(
        "SELECT attname, attstattarget FROM pg_attribute"
        " WHERE attrelid = 'inbox'::regclass AND attnum > 0"
    )
    for each in (instance.engine, engine):  # made by the models, by the migrations
        with each.connect() as connection:
            kept = {row.attname: row.attstattarget for row in connection.execute(wanted)}
        assert set(kept) == set(Base.metadata.tables["inbox"].columns.keys())
        assert set(kept.values()) == {0}


def _plain(sql: str | None) -> list[str]:
    """The clauses of a statement, whatever their order and spacing.

    A column that a migration adds stands on the line of the one before it.
    """
    clauses = re.split(r"\n|, (?=\w+ [A-Z]+\b)", sql or "")
    return sorted(part.strip(" \t\n,()") for part in clauses)


def test_a_second_migration_changes_nothing(engine: Engine) -> None:
    assert instances.pending_migrations(engine)
    instances.migrate(engine)
    assert instances.pending_migrations(engine) == []
    instances.migrate(engine)
    assert instances.pending_migrations(engine) == []


def test_units_are_loaded_once(engine: Engine) -> None:
    instances.migrate(engine)
    instances.load_units(engine)
    instances.load_units(engine)
    with reading(engine) as session:
        assert len(units.children_of(session, "31")) > 100
    with engine.connect() as connection:
        provinces = connection.execute(
            text("SELECT count(*) FROM unit WHERE level = 'province' AND valid_to IS NULL")
        ).scalar_one()
    assert provinces == 34


def test_a_new_instance_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    settings = Settings(folder=folder, database_url=f"sqlite:///{folder / 'survey.sqlite3'}")
    made = create_instance(settings)
    made.engine.dispose()
    assert folder.stat().st_mode & 0o077 == 0
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600
    assert settings.datasets.is_dir()
    opened = open_instance(settings)
    opened.engine.dispose()
    assert opened.keys == made.keys


def test_an_existing_instance_is_not_made_again(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, database_url="sqlite://")
    create_instance(settings).engine.dispose()
    with pytest.raises(Refusal, match="instance_exists"):
        create_instance(settings)


def test_an_instance_that_does_not_exist_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="instance_missing"):
        open_instance(Settings(folder=tmp_path, database_url="sqlite://"))
