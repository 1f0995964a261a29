"""Setting an instance up: its tables and the administrative units."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from survey_app.config import ROOT
from survey_app.db import make_engine, transaction
from survey_app.services import units

MIGRATIONS = ROOT / "survey_app" / "migrations"


def migrate(engine: Engine) -> None:
    """Bring the tables to this version of the code; nothing happens when they are there."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def migrate_file(database: Path) -> None:
    """The same for an SQLite file that nobody else has open."""
    engine = make_engine(f"sqlite:///{database}")
    try:
        if pending_migrations(engine):
            migrate(engine)
    finally:
        engine.dispose()


def knows_revision(revision: str) -> bool:
    """Whether this version of the code can have made tables at that revision."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {each.revision for each in scripts.walk_revisions()}


def pending_migrations(engine: Engine) -> list[str]:
    """Revisions that the database does not have yet."""
    scripts = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return [each.revision for each in scripts.iterate_revisions("head", current)]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def load_units(engine: Engine) -> None:
    with transaction(engine) as session:
        units.load_units(session)
