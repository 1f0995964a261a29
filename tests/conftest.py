"""An instance of its own for each test: real tables in a new SQLite file, the real questionnaires."""

import shutil
from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def library() -> Library:
    return load_all(QUESTIONNAIRES)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "survey.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def instance(tmp_path: Path, library: Library, empty_database: Path) -> Iterator[Instance]:
    settings = Settings(folder=tmp_path, database_url=f"sqlite:///{tmp_path / 'survey.sqlite3'}")
    settings.datasets.mkdir()
    shutil.copy(empty_database, tmp_path / "survey.sqlite3")
    engine = make_engine(settings.database_url)
    yield Instance(settings, engine, library, create_keys(settings.secret_file))
    engine.dispose()


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
