"""A disk that is really full for the server: its files may not grow any more."""

import resource
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from survey_app.instance import Instance
from tests import databases
from tests.faults.invariants import missing, stored, torn
from tests.faults.patience import Register, answer_whatever_happens
from tests.load.generator import Crowd, apart
from tests.load.person import answered
from tests.load.site import Server, instance_in, running

PATH = "/vi/s/2026-1/11413"
SMALLEST = 4096  # bytes: less than every file that an answer is written to
EARLY, LATE = 20, 20
pytestmark = databases.only_sqlite


@pytest.fixture
def place(tmp_path: Path, database: None) -> Iterator[Instance]:
    with instance_in(tmp_path / "instance") as instance:
        yield instance


async def filled_up(server: Server, register: Register) -> Crowd:
    """Some answer; then nothing can be written for a while; then there is room again."""
    rng = Random(18091)  # noqa: S311  repeatable, no secret
    async with Crowd(server.address, [PATH]) as crowd:
        for _ in range(EARLY):
            await answer_whatever_happens(crowd, register, rng)
        before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (SMALLEST, before[1]))
        letters = [answered(await crowd.look(PATH), rng) for _ in range(LATE)]
        for letter in letters:  # forms still go out, and nobody gets a receipt
            assert await crowd.send(PATH, letter) is None
        assert crowd.seen.statuses["post 503"] == LATE
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)
        for letter in letters:
            register.note(letter.key, str(await crowd.send(PATH, letter)))
    return crowd


def test_a_full_disk_loses_nothing_and_the_same_server_goes_on(
    place: Instance, tmp_path: Path
) -> None:
    register = Register(tmp_path / "receipts.txt")
    with running(place.settings.folder) as server:
        crowd = apart(filled_up(server, register))
    assert crowd.seen.receipts == register.held
    assert len(register.held) == EARLY + LATE == stored(place.engine)
    assert missing(place.engine, register.held.values()) == set()
    assert torn(place.engine) == []
