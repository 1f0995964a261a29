"""An instance of its own for each test: real tables in a new database, the real questionnaires."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from survey_app.config import QUESTIONNAIRES, Settings
from survey_app.db import make_engine, transaction
from survey_app.instance import Instance
from survey_app.instrument.loading import Library, load_all
from survey_app.keys import create_keys
from survey_app.models import Base
from survey_app.web.app import create_app
from tests import databases
from tests.visit import Visit

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
SERVER = pytest.StashKey[str]()


_until_the_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """One server for all workers: they inherit where its socket is."""
    if databases.ON_POSTGRESQL and not hasattr(config, "workerinput"):
        version = _until_the_end.enter_context(databases.server())
        config.stash[SERVER] = f"PostgreSQL {version}" if version else "no PostgreSQL server"


def pytest_unconfigure() -> None:
    _until_the_end.close()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.stash.get(SERVER, 'SQLite')}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def library() -> Library:
    return load_all(QUESTIONNAIRES)


@pytest.fixture(scope="session")
def database() -> None:
    """What a test or fixture asks for that works with a database: it marks, and it may skip."""
    databases.demand()


@pytest.fixture(scope="session")
def empty_database(database: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all tables, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("database")
    databases.create(folder)
    engine = make_engine(databases.address_in(folder))
    Base.metadata.create_all(engine)
    engine.dispose()
    return folder


@pytest.fixture
def instance(tmp_path: Path, library: Library, empty_database: Path) -> Iterator[Instance]:
    settings = Settings(folder=tmp_path, database_url=databases.address_in(tmp_path))
    settings.datasets.mkdir()
    databases.copy(empty_database, tmp_path)
    engine = make_engine(settings.database_url)
    yield Instance(settings, engine, library, create_keys(settings.secret_file))
    engine.dispose()
    databases.drop(tmp_path)


@pytest.fixture
def session(instance: Instance) -> Iterator[Session]:
    """A session for tests below the web; it holds the write lock until the test ends."""
    with transaction(instance.engine) as session:
        yield session


@pytest.fixture
def app(instance: Instance) -> Flask:
    app = create_app(instance)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visit(client: FlaskClient) -> Visit:
    """A visitor whose every page is checked against the house rules."""
    return Visit(client)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; where there is none, Playwright's own."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
