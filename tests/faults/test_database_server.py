"""The database's own server ends without a word under load, and comes back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from survey_app.config import Settings
from survey_app.db import transaction
from survey_app.instance import Instance, create_instance
from survey_app.services import instances
from survey_app.services.responding import receipt_code
from tests.factories import make_wave
from tests.faults.clusters import Cluster, cluster
from tests.faults.invariants import missing, stored, torn
from tests.faults.patience import Register, answer_whatever_happens
from tests.faults.sizes import size
from tests.load.generator import Crowd, apart
from tests.load.site import Server, free_port, paths

STOPS, ANSWERS = size(2, 30), size(120, 3_000)
PEOPLE, PAUSE = 8, 0.05


@pytest.fixture
def postgresql() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, postgresql: Cluster) -> Iterator[Instance]:
    instance = create_instance(Settings(tmp_path / "instance", postgresql.address))
    instances.migrate(instance.engine)
    with transaction(instance.engine) as session:
        make_wave(session)
    yield instance
    instance.engine.dispose()


async def answered_meanwhile(server: Server, postgresql: Cluster, register: Register) -> Crowd:
    left = iter(range(ANSWERS))
    async with Crowd(server.address, paths()) as crowd:

        async def person(number: int) -> None:
            rng = Random(number)  # noqa: S311  repeatable, no secret
            for _ in left:
                await answer_whatever_happens(crowd, register, rng)

        async def stopper() -> None:
            for number in range(1, STOPS + 1):
                while register.lines < ANSWERS * number // (STOPS + 1):
                    await asyncio.sleep(PAUSE)
                await asyncio.to_thread(postgresql.stop_at_once)
                await asyncio.sleep(10 * PAUSE)  # people meet the page that says so
                await asyncio.to_thread(postgresql.start)

        await asyncio.gather(stopper(), *(person(number) for number in range(PEOPLE)))
    return crowd


def test_nothing_that_postgresql_confirmed_is_lost_or_doubled(
    place: Instance, postgresql: Cluster, tmp_path: Path
) -> None:
    register = Register(tmp_path / "receipts.txt")
    server = Server(place.settings.folder, free_port(), database=postgresql.address).start()
    try:
        crowd = apart(answered_meanwhile(server, postgresql, register))
    finally:
        server.stop()
    held = register.held
    assert len(held) == ANSWERS == len(crowd.letters)
    assert {key: receipt_code(key, place.keys) for key in held} == held
    assert missing(place.engine, held.values()) == set()
    assert stored(place.engine) == len(crowd.letters)
    assert torn(place.engine) == []
    assert crowd.seen.statuses["post 500"] == 0  # what failed was said with 503
