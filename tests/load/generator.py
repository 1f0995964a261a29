"""People who answer, many at a time: for benchmarks and faults, on this machine only.

`python -m tests.load.generator http://127.0.0.1:8000 /vi/s/WAVE/UNIT --rate 20 --seconds 10`

Open loop: arrivals come by chance at a fixed rate and wait for nobody, so that a server that
falls behind is seen to fall behind. Closed loop: a number of people, one answer after the other.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_address
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp

from tests.load.person import Letter, answered, receipt_of

MOST_AT_ONCE = 2_000  # open connections; who arrives beyond is counted and turned away here
MOST_PER_SECOND = 2_000
LONGEST = 3_600.0  # seconds
TIMEOUT = aiohttp.ClientTimeout(total=30)
OK = 200

T = TypeVar("T")
Visit = Callable[[], Awaitable[None]]


@dataclass
class Seen:
    """What came back: milliseconds by kind of request, and how often each status did."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    receipts: dict[str, str] = field(default_factory=dict)  # key -> code, of what was stored

    def note(self, kind: str, began: float, status: int | str) -> None:
        self.statuses[f"{kind} {status}"] += 1
        if status == OK:
            self.times.setdefault(kind, []).append(1000 * (time.perf_counter() - began))

    def percentile(self, kind: str, share: float) -> float:
        values = sorted(self.times.get(kind, []))
        return values[min(int(share * len(values)), len(values) - 1)] if values else float("nan")


def demand_loopback(address: str) -> str:
    """The generator loads this machine and no other; anything but its number is refused."""
    host = urlsplit(address).hostname or ""
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise ValueError(f"{address} is not on this machine: give http://127.0.0.1:PORT")
    return address


@dataclass
class Crowd:
    """People at one server. `paths` are the forms that they answer, in turn."""

    address: str
    paths: Sequence[str]
    seen: Seen = field(default_factory=Seen)
    rng: Random = field(default_factory=lambda: Random(18091))  # noqa: S311  repeatable, no secret
    letters: list[Letter] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        demand_loopback(self.address)

    async def __aenter__(self) -> "Crowd":
        connector = aiohttp.TCPConnector(limit=MOST_AT_ONCE, keepalive_timeout=60)
        self._session = aiohttp.ClientSession(
            self.address, connector=connector, timeout=TIMEOUT, raise_for_status=False
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def look(self, path: str = "/") -> str:
        """Get a page; empty where it did not come."""
        return await self._ask("get", "GET", path)

    async def answer(self) -> None:
        """Get a form and send it filled in."""
        path = self.rng.choice(self.paths)
        html = await self.look(path)
        if html:
            letter = answered(html, self.rng)
            await self.send(path, letter)

    async def send(self, path: str, letter: Letter) -> str | None:
        """The receipt code, if one came back."""
        code = receipt_of(await self._ask("post", "POST", path, letter.fields))
        if code is not None:
            self.seen.receipts[letter.key] = code
        return code

    async def closed_loop(
        self, visit: Callable[[], Awaitable[object]], people: int, seconds: float
    ) -> None:
        """That many people, each coming again as soon as they are done."""
        end = time.perf_counter() + min(seconds, LONGEST)

        async def one() -> None:
            while time.perf_counter() < end:
                await visit()

        await asyncio.gather(*(one() for _ in range(people)))

    async def open_loop(self, visit: Visit, rate: float, seconds: float) -> None:
        """New people by chance, so many a second, whatever became of those before them."""
        end = time.perf_counter() + min(seconds, LONGEST)
        due, inside = time.perf_counter(), set[asyncio.Task[None]]()
        while due < end:
            due += self.rng.expovariate(min(rate, MOST_PER_SECOND))
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if len(inside) >= MOST_AT_ONCE:
                self.seen.statuses["turned away here"] += 1
                continue
            task = asyncio.ensure_future(visit())
            inside.add(task)
            task.add_done_callback(inside.discard)
        await asyncio.gather(*inside)

    async def _ask(
        self, kind: str, method: str, path: str, fields: Sequence[tuple[str, str]] | None = None
    ) -> str:
        assert self._session is not None
        began = time.perf_counter()
        try:
            async with self._session.request(method, path, data=fields) as reply:
                html = await reply.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            self.seen.note(kind, began, type(error).__name__)
            return ""
        self.seen.note(kind, began, reply.status)
        return html if reply.status == OK else ""


def apart(crowd: Coroutine[Any, Any, T]) -> T:
    """Let a crowd loose from a thread of its own: a browser's loop may run in the caller's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, crowd).result()


async def offered(address: str, paths: Sequence[str], rate: float, seconds: float) -> Seen:
    async with Crowd(address, paths) as crowd:
        await crowd.open_loop(crowd.answer, rate, seconds)
    return crowd.seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", type=demand_loopback)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    wish = parser.parse_args()
    seen = asyncio.run(offered(wish.address, wish.paths, wish.rate, wish.seconds))
    percentiles = {
        f"{kind} p{round(100 * share)}": round(seen.percentile(kind, share), 1)
        for kind in seen.times
        for share in (0.5, 0.95, 0.99)
    }
    sys.stdout.write(json.dumps({**seen.statuses, **percentiles}, indent=1) + "\n")


if __name__ == "__main__":
    main()
