"""A third language is data: a process that is given more words, and no other code, speaks it.

The walk itself is `in_khmer.py`; it runs apart, because languages belong to a process.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app.config import ROOT
from tests.languages import words

WALK = ROOT / "tests" / "languages" / "in_khmer.py"


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
    environment = {
        **os.environ,
        "SURVEY_WORDS": str(folder),
        "SURVEY_INSTANCE": str(tmp_path / "instance"),
    }

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-c", "from survey_app.cli import main; main()", command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("init").returncode == 0
    checked = run("check")
    assert checked.returncode == 1
    assert "lo ✗ translations/lo/messages.po: 1 of " in checked.stderr
    assert "km ✗" not in checked.stderr
