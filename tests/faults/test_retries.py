"""The answer to an answer got lost on its way: sent again, at once or after the flush, it is one."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.instance import Instance
from survey_app.jobs import clockwork
from tests.faults.invariants import missing, stored, torn
from tests.faults.proxy import withholding
from tests.faults.sizes import size
from tests.load.generator import Crowd, apart
from tests.load.person import Letter, answered
from tests.load.site import Server, instance_in, running

RETRIES = size(60, 1_000)
TRIES_AGAIN = 4  # twice at each of two servers, at the same moment
PATH = "/vi/s/2026-1/11413"


@pytest.fixture
def place(tmp_path: Path, database: None) -> Iterator[Instance]:
    with instance_in(tmp_path / "instance") as instance:
        yield instance


async def written(crowd: Crowd, number: int) -> list[Letter]:
    return [answered(await crowd.look(PATH), crowd.rng, text="Cầu hỏng") for _ in range(number)]


async def sent_and_sent_again(
    place: Instance, servers: tuple[Server, Server]
) -> dict[str, set[str]]:
    """Key -> the receipts that came back for it."""
    receipts: dict[str, set[str]] = defaultdict(set)

    async def send(crowd: Crowd, letter: Letter) -> None:
        code = await crowd.send(PATH, letter)
        if code:
            receipts[letter.key].add(code)

    one, other = servers
    async with (
        withholding(one.port, lambda: True) as silent,
        Crowd(silent, [PATH]) as unheard,
        Crowd(one.address, [PATH]) as here,
        Crowd(other.address, [PATH]) as there,
    ):
        letters = await written(here, RETRIES // TRIES_AGAIN)
        await asyncio.gather(*(send(unheard, letter) for letter in letters))
        assert receipts == {}  # nobody has heard anything
        assert stored(place.engine) == len(letters)
        half = len(letters) // 2
        for part, is_flushed in ((letters[:half], False), (letters[half:], True)):
            if is_flushed:
                await asyncio.to_thread(clockwork.flush, place)
            tries = [send(crowd, letter) for letter in part for crowd in (here, there) * 2]
            await asyncio.gather(*tries)
    return receipts


def test_however_often_a_letter_is_sent_it_counts_once(place: Instance) -> None:
    folder = place.settings.folder
    with running(folder) as one, running(folder) as other:
        receipts = apart(sent_and_sent_again(place, (one, other)))
    assert len(receipts) == RETRIES // TRIES_AGAIN
    assert {len(codes) for codes in receipts.values()} == {1}  # each try, the same receipt
    assert stored(place.engine) == len(receipts)
    assert missing(place.engine, (code for codes in receipts.values() for code in codes)) == set()
    assert torn(place.engine) == []
