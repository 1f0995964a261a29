"""kill -9 of the server under load: what was acknowledged is there, once and whole."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from survey_app.instance import Instance
from survey_app.jobs import clockwork
from survey_app.services import instances
from survey_app.services.responding import receipt_code
from tests import databases
from tests.faults.invariants import missing, stored, torn
from tests.faults.patience import Register, answer_whatever_happens
from tests.faults.sizes import size
from tests.load.generator import Crowd, apart
from tests.load.site import Server, free_port, instance_in, opened, paths

KILLS, ANSWERS = size(4, 200), size(200, 10_000)
PEOPLE, PAUSE = 8, 0.05


@pytest.fixture
def place(tmp_path: Path, database: None) -> Iterator[Instance]:
    with instance_in(tmp_path / "instance") as instance:
        yield instance


async def killed_under_load(server: Server, register: Register, seed: int) -> Crowd:
    """People answer while the server is killed, started again and flushed by another process."""
    left = iter(range(ANSWERS))
    async with Crowd(server.address, paths()) as crowd:

        async def person(number: int) -> None:
            rng = Random(seed * 1000 + number)  # noqa: S311  repeatable, no secret
            for _ in left:
                await answer_whatever_happens(crowd, register, rng)

        async def killer() -> None:
            rng = Random(seed)  # noqa: S311  repeatable, no secret
            for number in range(1, KILLS + 1):
                while register.lines < ANSWERS * number // (KILLS + 1):
                    await asyncio.sleep(rng.random() * PAUSE)
                await asyncio.to_thread(kill_and_start, server)
                if number % 3 == 0:
                    await asyncio.to_thread(flush, server.folder)

        await asyncio.gather(killer(), *(person(number) for number in range(PEOPLE)))
    return crowd


def kill_and_start(server: Server) -> None:
    server.kill()
    server.start()


def flush(folder: Path) -> None:
    """What the server's own clockwork does every ten minutes, from another process."""
    instance = opened(folder)
    clockwork.flush(instance)
    instance.engine.dispose()


def test_nothing_acknowledged_is_lost_doubled_or_torn(place: Instance, tmp_path: Path) -> None:
    register = Register(tmp_path / "receipts.txt")
    server = Server(place.settings.folder, free_port()).start()
    try:
        crowd = apart(killed_under_load(server, register, seed=18091))
    finally:
        server.stop()
    held = register.held
    assert len(held) == ANSWERS == len(crowd.letters)
    assert {key: receipt_code(key, place.keys) for key in held} == held
    assert missing(place.engine, held.values()) == set()
    assert stored(place.engine) == len(crowd.letters)  # also those stored before they were told
    assert torn(place.engine) == []


def test_starting_again_after_a_kill_mends_the_same_however_often(
    place: Instance, tmp_path: Path
) -> None:
    """What a start does (tables, log, inbox) changes nothing that is stored."""
    server = Server(place.settings.folder, free_port()).start()
    register = Register(tmp_path / "receipts.txt")

    async def some() -> None:
        async with Crowd(server.address, paths()) as crowd:
            for number in range(25):
                rng = Random(number)  # noqa: S311  repeatable, no secret
                await answer_whatever_happens(crowd, register, rng)

    apart(some())
    for _ in range(2):
        kill_and_start(server)
        instances.migrate(place.engine)
        assert (stored(place.engine), torn(place.engine)) == (25, [])
    server.stop()


def test_the_tests_run_on_the_database_that_was_wished_for(place: Instance) -> None:
    assert (place.engine.dialect.name == "postgresql") == databases.ON_POSTGRESQL
