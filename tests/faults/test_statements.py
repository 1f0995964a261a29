"""Killed between any two statements: of taking an answer in, and of the flush."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.site import instance_in

# Each begins, holds the wave, and writes to at least two tables before it commits.
FEWEST = {"submit": 8, "flush": 10}


@pytest.mark.parametrize("flow", ["submit", "flush"])
def test_a_death_before_any_statement_leaves_all_or_nothing(
    database: None, tmp_path: Path, flow: str
) -> None:
    with instance_in(tmp_path / "instance") as instance:
        ran = subprocess.run(  # noqa: S603  our own module
            [sys.executable, "-m", "tests.faults.dying", str(instance.settings.folder), flow],
            check=False,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        said = json.loads(ran.stdout)
        assert said["found"] == []
        assert said["deaths"] >= FEWEST[flow]
