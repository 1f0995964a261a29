from pathlib import Path

import pytest
from click.testing import CliRunner

from survey_app.cli import cli
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.services import analysing
from tests.runs import place_of, soon, usual_wave


def test_the_command_writes_the_frozen_answers(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(instance.engine) as session:
        wave = usual_wave(session, instance)
        analysing.analyse_wave(session, wave, place_of(instance), soon(wave))
        key = wave.key
    monkeypatch.setenv("SURVEY_INSTANCE", str(instance.settings.folder))
    monkeypatch.setenv("SURVEY_DATABASE", instance.settings.database_url)
    said = CliRunner().invoke(cli, ["export", "dataset", key], catch_exceptions=False)
    heading, *rows = said.output.splitlines()
    assert heading.startswith('"unit","audience","channel"')
    assert len(rows) == 64
