"""Processes that die between two statements: `python -m tests.faults.dying FOLDER submit|flush`.

A child runs the flow and is killed, as by kill -9, right before its N-th statement or commit; its
parent looks at what is stored and lets another finish. N goes from 1 until the flow passes. Prints
how often somebody died, and everything that was found not to fit together.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.jobs import clockwork
from survey_app.queries import campaigns
from survey_app.services import responding
from survey_app.services.flushing import AT_LEAST
from survey_app.web.app import create_app
from tests.faults.invariants import missing, stored, torn
from tests.faults.letters import FORM, letter
from tests.load.site import opened
from tests.runs import sheet, soon

LETTERS: dict[int, dict[str, str]] = {}  # a child has those of its parent
Flow = Callable[[Instance, int], None]


class Countdown:
    """Kills the process right before the N-th thing that it asks of the database."""

    def __init__(self, engine: Engine, last: int) -> None:
        self._left = last
        for moment in ("before_cursor_execute", "commit", "checkin"):  # the last: all is committed
            event.listen(engine, moment, self._one_more)

    def _one_more(self, *_: Any) -> None:  # noqa: ANN401  what SQLAlchemy hands over
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def submit(instance: Instance, number: int) -> None:
    """The same letter of that number, however often."""
    reply = create_app(instance).test_client().post(FORM, data=LETTERS[number])
    if reply.status_code != 200:
        raise RuntimeError(reply.get_data(as_text=True))


def flush(instance: Instance, _number: int) -> None:
    clockwork.flush(instance)


def fill(instance: Instance, number: int) -> list[str]:
    """Just enough answers for a flush; returns their receipts."""
    with transaction(instance.engine) as session:
        wave = campaigns.wave_by_key(session, "2026-1")
        assert wave is not None
        said = sheet(wave, {"1.3": "4"}, text="Đường ngập")
        return [
            responding.submit(
                session, said, f"{number:016d}{each:016d}", instance.keys, soon(wave)
            )
            for each in range(AT_LEAST)
        ]


def prepare(folder: Path, flow: Flow, number: int) -> list[str]:
    """What the flow of that number works on; returns the receipts that are given out for it."""
    instance = opened(folder)
    try:
        if flow is flush:
            return fill(instance, number)
        LETTERS[number] = letter(create_app(instance).test_client(), f"{number:032d}")
        return []
    finally:
        instance.engine.dispose()


def dies(folder: Path, flow: Flow, number: int) -> bool:
    """Whether the child died of its countdown; parent and child share no connection."""
    child = os.fork()
    if child == 0:
        instance = opened(folder)
        Countdown(instance.engine, number)
        flow(instance, number)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"the flow failed at {number}")
    return False


def faults_after(folder: Path, flow: Flow, number: int, receipts: list[str]) -> list[str]:
    """What does not fit together after a death, and after somebody has finished the flow."""
    instance, expected = opened(folder), len(receipts)
    if flow is submit:
        expected = number  # one letter of each number so far
    found = torn(instance.engine)
    if stored(instance.engine) not in {expected, expected - (flow is submit)}:
        found.append(f"{stored(instance.engine)} stored after death {number}, not {expected}")
    flow(instance, number)
    found += torn(instance.engine)
    found += missing(instance.engine, receipts)
    if stored(instance.engine) != expected:
        found.append(f"{stored(instance.engine)} stored in the end {number}, not {expected}")
    instance.engine.dispose()
    return found


def main(folder: Path, flow: Flow) -> dict[str, object]:
    found: list[str] = []
    receipts: list[str] = []
    number = 0
    while True:
        number += 1
        receipts += prepare(folder, flow, number)
        died = dies(folder, flow, number)
        found += faults_after(folder, flow, number, receipts)
        if not died:
            return {"deaths": number - 1, "found": found}


if __name__ == "__main__":
    flows: dict[str, Flow] = {"submit": submit, "flush": flush}
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), flows[sys.argv[2]])))
