"""Migrations on a database that people have filled: every row survives, nothing else appears.

`tests/data/filled_0001.sql.gz` is a small demonstration (three waves, answers that are flushed and
answers that wait, self-scores, runs) as the first revision stored it.
"""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from survey_app.config import ROOT, Settings
from survey_app.db import make_engine, reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.keys import create_keys
from survey_app.models import Base
from survey_app.queries import campaigns, sqlite_files
from survey_app.services import flushing, instances
from survey_app.web.app import create_app
from tests import databases
from tests.runs import seeded
from tests.visit import Visit

FILLED = ROOT / "tests" / "data" / "filled_0001.sql.gz"
FIRST = "0001"
Rows = dict[str, list[dict[str, object]]]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "survey.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress(FILLED.read_bytes()).decode())
    return path


@pytest.fixture
def engine(stored: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{stored}")
    yield engine
    engine.dispose()


def contents(stored: Path) -> Rows:
    with closing(sqlite3.connect(stored)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608  a table's name, ours
            for (name,) in tables.fetchall()
            if name != "alembic_version"
        }


def revisions() -> list[str]:
    """All of them, oldest first."""
    config = instances._config()
    scripts = ScriptDirectory.from_config(config)
    return [each.revision for each in scripts.walk_revisions()][::-1]


def upgrade(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = instances._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def lost(before: Rows, after: Rows) -> list[str]:
    """Tables of which a row, or what it said in a column that is still there, is gone."""
    found = []
    for table, rows in before.items():
        now = after.get(table, [])
        shared = [name for name in rows[0] if not now or name in now[0]] if rows else []
        kept = {repr([row[name] for name in shared]) for row in now} if now else set()
        if len(now) < len(rows) or any(
            repr([row[name] for name in shared]) not in kept for row in rows
        ):
            found.append(table)
    return found


def test_the_filled_database_stands_at_the_first_revision_and_is_filled(stored: Path) -> None:
    assert sqlite_files.revision(stored) == FIRST
    rows = sqlite_files.rows(stored)
    filled = {"response": 518, "inbox": 170, "receipt": 518, "self_score": 850, "run_row": 1008}
    assert {name: rows[name] for name in filled} == filled


@pytest.mark.parametrize("revision", revisions())
def test_every_step_keeps_every_row_and_every_reference(
    stored: Path, engine: Engine, revision: str
) -> None:
    before = contents(stored)
    upgrade(engine, revision)
    engine.dispose()
    assert sqlite_files.revision(stored) == revision
    assert lost(before, contents(stored)) == []
    assert sqlite_files.faults(stored) == []


def test_a_filled_database_ends_with_exactly_the_tables_of_the_models(engine: Engine) -> None:
    instances.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": databases.defaults_differ}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_instance_shows_its_pages_and_flushes_what_waited(
    stored: Path, engine: Engine, library: Library
) -> None:
    instances.migrate(engine)
    settings = Settings(folder=stored.parent, database_url=f"sqlite:///{stored}")
    settings.datasets.mkdir()
    instance = Instance(settings, engine, library, create_keys(settings.secret_file))
    visit = Visit(create_app(instance).test_client())
    with reading(engine) as session:
        waves = [
            (each.key, each.state, each.units[0].official_code)
            for each in campaigns.waves(session)
        ]
    assert {state for _key, state, _code in waves} >= {"open", "published"}
    for key, state, code in waves:
        address = f"/vi/s/{key}/{code}" if state == "open" else f"/vi/results/{key}/{code}"
        assert visit.get(address).status == 200
    with transaction(engine) as session:
        moved = [
            flushing.flush_wave(session, wave.id, seeded()) for wave in campaigns.waves(session)
        ]
    assert sum(moved) == 170
