from pathlib import Path

import pytest
from click.testing import CliRunner

from survey_app.cli import cli
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from tests.factories import make_wave

PUBLIC = "https://khaosat.example.vn"


@pytest.fixture(autouse=True)
def _wave(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_INSTANCE", str(instance.settings.folder))
    monkeypatch.setenv("SURVEY_DATABASE", instance.settings.database_url)
    with transaction(instance.engine) as session:
        make_wave(session).channels = ["open", "counter", "paper"]


def written(folder: Path, *options: str, wave: str = "2026-1") -> set[str]:
    command = ["posters", wave, "--out", str(folder), *options]
    CliRunner().invoke(cli, command, catch_exceptions=False, standalone_mode=False)
    return {path.name for path in folder.iterdir()}


def test_each_sheet_is_a_file_named_by_where_it_hangs(tmp_path: Path) -> None:
    names = written(tmp_path / "out", "--public-url", PUBLIC)
    assert len(names) == 3 * 2 * 2  # nobody scans a paper form
    assert "2026-1-11413-residents-counter-a4.pdf" in names
    assert (tmp_path / "out" / "2026-1-11948-businesses-open-a4.pdf").read_bytes()[:5] == b"%PDF-"


def test_a3_and_the_address_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_PUBLIC_URL", PUBLIC)
    assert "2026-1-11413-residents-open-a3.pdf" in written(tmp_path / "out", "--paper", "a3")


@pytest.mark.parametrize(
    ("options", "wave", "code"),
    [
        ([], "2026-1", "public_url_missing"),
        (["--public-url", "khaosat"], "2026-1", "public_url_unfit"),
        (["--public-url", PUBLIC], "2099-1", "wave_unknown"),
    ],
)
def test_without_an_address_or_a_wave_nothing_is_written(
    tmp_path: Path, options: list[str], wave: str, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        written(tmp_path / "out", *options, wave=wave)
    assert not (tmp_path / "out").exists()
