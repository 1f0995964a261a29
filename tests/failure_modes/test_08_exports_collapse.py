"""8. Exports and statistics collapse with size.

The short form compares a small wave with one some times larger; `SURVEY_TEST_MANY=1000000` is the
long form, with the goals of a million answers.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from survey_app.config import ROOT

FEW = 15_000
MANY = int(os.environ.get("SURVEY_TEST_MANY", "60000"))
MEBIBYTE = 2**20
STEPS = ("freeze", "analyse")
LONGEST = 60.0  # seconds of the processor for a million answers, file and figures together


@cache
def measured(people: int) -> dict[str, Any]:
    """In a process of its own, so that its peak of memory is that of the work."""
    with TemporaryDirectory() as folder:
        found = subprocess.run(  # noqa: S603  our own command
            [
                sys.executable,
                "-m",
                "tests.failure_modes.many",
                str(Path(folder) / "i"),
                str(people),
            ],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            check=True,
            text=True,
        )
    result: dict[str, Any] = json.loads(found.stdout)
    assert result["rows"] == people
    return result


@pytest.mark.parametrize("step", STEPS)
def test_more_answers_take_no_more_memory(step: str) -> None:
    """One row group is held at a time, and figures are counts whose number does not grow."""
    few, many = (measured(people)[step]["peak"] for people in (FEW, MANY))
    assert many - few < 128 * MEBIBYTE
    assert many < 700 * MEBIBYTE


def test_the_time_for_an_answer_does_not_grow_with_their_number() -> None:
    few, many = (
        sum(measured(people)[step]["processor_seconds"] for step in STEPS) / people
        for people in (FEW, MANY)
    )
    assert many <= 1.5 * few
    if MANY >= 1_000_000:
        assert many * MANY <= LONGEST


def test_the_page_of_the_results_does_not_wait_for_the_answers() -> None:
    few, many = (measured(people)["page"] for people in (FEW, MANY))
    assert many["processor_seconds"] < 1.0
    assert many["processor_seconds"] < 2 * few["processor_seconds"] + 0.1
