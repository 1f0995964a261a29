"""An instance whose tables came by migrations, as backups want them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.instance import Instance, create_instance
from survey_app.services import instances
from tests import databases
from tests.journeys.places import settings_in


@pytest.fixture
def instance(database: None, tmp_path: Path) -> Iterator[Instance]:
    folder = tmp_path / "instance"
    databases.create(folder)
    instance = create_instance(settings_in(folder))
    instances.migrate(instance.engine)
    yield instance
    instance.engine.dispose()
    databases.drop(folder)
