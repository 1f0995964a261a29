"""A third language is data: a process that is given more words, and no other code, speaks it.

The walk itself is `in_khmer.py`; it runs apart, because languages belong to a process.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app.config import ROOT
from tests.languages import words

WALK = ROOT / "tests" / "languages" / "in_khmer.py"


def survey_app(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", "from survey_app.cli import main; main()", *command.split()],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("words")
    words.make(made)
    return made


def test_what_a_further_language_adds_is_wordings_and_no_code(folder: Path) -> None:
    kinds = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert kinds <= {".toml", ".po", ".md"}


def test_khmer_is_spoken_on_every_page_without_a_line_of_code(
    database: None, folder: Path
) -> None:
    walk = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(WALK)],
        cwd=ROOT,
        env={**os.environ, "SURVEY_WORDS": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert walk.returncode == 0, walk.stdout[-6000:]
    assert " passed" in walk.stdout


def test_an_incomplete_language_is_named_by_check_and_the_others_work(
    database: None, folder: Path, tmp_path: Path
) -> None:
    environment = {"SURVEY_WORDS": str(folder), "SURVEY_INSTANCE": str(tmp_path / "instance")}
    assert survey_app("init", environment).returncode == 0
    checked = survey_app("check", environment)
    assert checked.returncode == 1
    assert "lo ✗ translations/lo/messages.po: 1 of " in checked.stderr
    assert "km ✗" not in checked.stderr


def test_a_message_whose_english_changed_is_named_with_the_old_one(
    folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "words"
    shutil.copytree(folder, own)
    catalogue = own / "translations" / "km" / "LC_MESSAGES" / "messages.po"
    held = catalogue.read_text(encoding="utf-8")
    before = held.replace('msgid "Check your answers"', 'msgid "Check all your answers"')
    assert before != held
    catalogue.write_text(before, encoding="utf-8")
    found = survey_app("stale", {"SURVEY_WORDS": str(own)})
    assert found.returncode == 1
    assert "✗ km messages.po\n  − Check all your answers\n  + Check your answers" in found.stderr
    assert "✗ km residents/v1 4.2 text" in found.stderr  # which nobody has confirmed yet
    survey_app("confirm-translation km", {"SURVEY_WORDS": str(own)})
    assert "✗ km residents" not in survey_app("stale", {"SURVEY_WORDS": str(own)}).stderr
