"""The application over a demonstration, for walking through all of its pages."""

from collections.abc import Iterator

import pytest
from flask import Flask

from survey_app.instance import Instance, open_instance
from survey_app.web.app import create_app
from tests.journeys.places import copied, settings_in


@pytest.fixture(scope="module")
def demonstration(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    instance = open_instance(settings_in(copied(tmp_path_factory)))
    yield instance
    instance.engine.dispose()


@pytest.fixture(scope="module")
def site(demonstration: Instance) -> Flask:
    app = create_app(demonstration)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a page that fails is one fault among others
    return app
