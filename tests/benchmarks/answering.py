"""What an answer costs the server: measured beside a bare Flask page, in turn, in one run.

`python -m tests.benchmarks.answering` writes docs/benchmarks-answering.md.
"""

import asyncio
import statistics
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from survey_app.config import ROOT
from survey_app.instance import Instance
from survey_app.serving import THREADS
from tests.benchmarks import first_visit, many_answers
from tests.benchmarks.report import Line, machine
from tests.faults.invariants import missing, stored, torn
from tests.load.generator import Crowd, Seen
from tests.load.site import HELLO, Server, instance_in, paths, running

PAGE = ROOT / "docs" / "benchmarks-answering.md"
ROUNDS, SECONDS, WARM_SECONDS = 3, 8.0, 4.0
CROWDS = (1, 8)
FIRST_PEOPLE = 400
RATE, STEADY_SECONDS = 50.0, 60.0  # complete answers a second
TOO_MUCH, OVERLOAD_SECONDS = 500.0, 20.0
MEBIBYTE = 1 << 20

INTRODUCTION = """# What an answer costs the server

Written by `make bench` (`tests/benchmarks/answering.py`; the people who answer are `tests/load/`, on this machine only). A
complete answer is a form fetched and every question of it answered and posted, which is in the database (SQLite, synchronous =
FULL) before the receipt goes out. Beside it, in turn in the same run, a bare Flask page under the same server (waitress,
{threads} threads). CPU is user and system time of the server's process; the people ran on the same cores, so times hold their
work too. Each figure is the median of {rounds} rounds of {seconds:.0f} s.

{machine}

| what | figure | compared with | value | goal | met |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass
class Arm:
    """One kind of visit to one server, at one number of people at once."""

    server: Server
    visit: Callable[[Crowd], Callable[[], Awaitable[object]]]
    unit: str  # the request whose number is counted
    cpu: list[float] = field(default_factory=list)  # milliseconds a unit
    rate: list[float] = field(default_factory=list)
    times: list[Seen] = field(default_factory=list)

    async def run(self, people: int, seconds: float, *, counts: bool = True) -> None:
        async with Crowd(self.server.address, paths()) as crowd:
            before = self.server.cpu()
            await crowd.closed_loop(self.visit(crowd), people, seconds)
            used = self.server.cpu() - before
        done = len(crowd.seen.times[self.unit])
        demand_all_well(crowd.seen)
        if counts:
            self.cpu.append(1000 * used / done)
            self.rate.append(done / seconds)
            self.times.append(crowd.seen)

    def percentile(self, kind: str, share: float) -> float:
        return statistics.median(each.percentile(kind, share) for each in self.times)


def demand_all_well(seen: Seen) -> None:
    """A round in which anything failed says nothing of its speed."""
    failed = {status: number for status, number in seen.statuses.items() if "200" not in status}
    if failed:
        raise RuntimeError(f"not everything was answered: {failed}")


async def alternated(ours: Server, hello: Server, people: int) -> tuple[Arm, Arm]:
    answer = Arm(ours, lambda crowd: crowd.answer, "post")
    bare = Arm(hello, lambda crowd: crowd.look, "get")
    for arm in (answer, bare):
        await arm.run(people, WARM_SECONDS, counts=False)
    for _ in range(ROUNDS):
        await bare.run(people, SECONDS)
        await answer.run(people, SECONDS)
    return answer, bare


async def cold(ours: Server) -> list[Line]:
    """The first people after a start: every form and receipt is made that others then share."""
    async with Crowd(ours.address, paths()) as crowd:
        before = ours.cpu()
        for _ in range(FIRST_PEOPLE):
            await crowd.answer()
    used = 1000 * (ours.cpu() - before) / FIRST_PEOPLE
    what = f"CPU of a complete answer, the first {FIRST_PEOPLE} after a start"
    return [Line(what, f"{len(paths())} forms, each in all its blocks", "–", used, None, "ms")]


def costs(ours: Server, hello: Server) -> Iterator[Line]:
    goals = {1: 10.0, 8: 40.0}
    yield from asyncio.run(cold(ours))
    for people in CROWDS:
        answer, bare = asyncio.run(alternated(ours, hello, people))
        mine, least = statistics.median(answer.cpu), statistics.median(bare.cpu)
        at = f"{people} at once" if people > 1 else "one after the other"
        rates = (
            f"{statistics.median(answer.rate):.0f}/s; bare {statistics.median(bare.rate):.0f}/s"
        )
        if people == max(CROWDS):
            yield Line("CPU of a complete answer", rates, "–", mine, 2.5, "ms")
            yield Line("the same", "", f"a bare Flask page, {least:.2f} ms", mine / least, 5)
        else:
            yield Line(f"CPU of a complete answer, {at}", rates, "–", mine, None, "ms")
        for kind, what in (("get", "the form"), ("post", "the receipt")):
            half, last = answer.percentile(kind, 0.5), answer.percentile(kind, 0.99)
            yield Line(
                f"p95 until {what}, {at}",
                f"p50 {half:.1f} ms, p99 {last:.1f} ms",
                f"bare page p95 {bare.percentile('get', 0.95):.1f} ms",
                answer.percentile(kind, 0.95),
                goals[people],
                "ms",
            )


def steady(instance: Instance, ours: Server) -> Iterator[Line]:
    """R4 of the security study: arrivals by chance, at a rate that waits for nobody."""
    seen = asyncio.run(_offered(ours, RATE, STEADY_SECONDS))
    demand_all_well(seen)
    done = len(seen.times["post"]) / STEADY_SECONDS
    yield Line(
        f"p95 at {RATE:.0f} complete answers a second for {STEADY_SECONDS:.0f} s, open loop",
        f"{done:.0f}/s came in, p99 {seen.percentile('post', 0.99):.0f} ms, nothing failed",
        "–",
        seen.percentile("post", 0.95),
        500,
        "ms",
    )
    lost = missing(instance.engine, seen.receipts.values())
    yield Line(
        "acknowledged answers that are not stored",
        f"{stored(instance.engine):,} stored in all, {len(torn(instance.engine))} torn",
        f"{len(seen.receipts):,} receipts of this line",
        float(len(lost)),
        0,
        "answers",
    )


def overload(ours: Server) -> Iterator[Line]:
    """R5: ten times as many, who do not wait for each other."""
    seen = asyncio.run(_offered(ours, TOO_MUCH, OVERLOAD_SECONDS))
    done = len(seen.times.get("post", []))
    told = ", ".join(f"{number:,} × {status}" for status, number in sorted(seen.statuses.items()))
    yield Line(
        f"{TOO_MUCH:.0f} a second offered for {OVERLOAD_SECONDS:.0f} s: complete answers a second",
        f"{told}; p95 of a receipt {seen.percentile('post', 0.95):.0f} ms",
        "–",
        done / OVERLOAD_SECONDS,
        None,
        "/s",
    )


async def _offered(server: Server, rate: float, seconds: float) -> Seen:
    async with Crowd(server.address, paths()) as crowd:
        await crowd.open_loop(crowd.answer, rate, seconds)
    return crowd.seen


def memory(server: Server) -> Line:
    return Line(
        "memory of the whole server after all this (PSS)",
        "",
        "–",
        server.memory() / MEBIBYTE,
        150,
        "MiB",
    )


def lines(folder: Path) -> Iterator[Line]:
    (folder / "hello").mkdir()
    with (
        instance_in(folder / "instance") as instance,
        running(instance.settings.folder) as ours,
        running(folder / "hello", HELLO) as hello,
    ):
        yield from costs(ours, hello)
        yield from first_visit.lines(ours)
        yield from steady(instance, ours)
        yield memory(ours)
        yield from overload(ours)
    yield from many_answers.lines(folder)


def main() -> None:
    found = []
    with TemporaryDirectory() as folder:
        for line in lines(Path(folder)):
            found.append(line)
            sys.stderr.write(f"{line}\n")
    top = INTRODUCTION.format(
        threads=THREADS, rounds=ROUNDS, seconds=SECONDS, machine=machine("waitress", "flask")
    )
    PAGE.write_text(top + "\n".join(map(str, found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
