import tracemalloc
from datetime import UTC, datetime, timedelta

from survey_app.web.respond.tallies import Tallies

EVENING = datetime(2026, 10, 1, 16, 59, tzinfo=UTC)  # 23:59 in Viet Nam


class Clock:
    def __init__(self) -> None:
        self.at = EVENING

    def __call__(self) -> datetime:
        return self.at


def test_it_says_how_often_something_came_before() -> None:
    tallies = Tallies(Clock())
    assert [tallies.count("network", 1, "203.0.113.0/24") for _ in range(3)] == [0, 1, 2]
    assert tallies.before("network", 1, "203.0.113.0/24") == 3
    assert tallies.before("network", 2, "203.0.113.0/24") == 0
    assert tallies.count("sheet", 1, "203.0.113.0/24") == 0


def test_parts_do_not_run_into_each_other() -> None:
    tallies = Tallies(Clock())
    tallies.count("a", "bc")
    assert tallies.before("ab", "c") == 0


def test_at_midnight_in_viet_nam_everything_is_forgotten_and_the_key_is_another() -> None:
    clock = Clock()
    tallies = Tallies(clock)
    tallies.count("x")
    yesterday = set(tallies._counts)
    clock.at += timedelta(minutes=1)
    assert tallies.count("x") == 0
    assert yesterday.isdisjoint(tallies._counts)


def test_two_processes_hash_the_same_thing_differently() -> None:
    one, other = Tallies(Clock()), Tallies(Clock())
    one.count("x")
    other.count("x")
    assert set(one._counts).isdisjoint(other._counts)


def test_nothing_that_was_counted_stands_in_what_is_kept() -> None:
    tallies = Tallies(Clock())
    tallies.count("network", "203.0.113.0/24")
    assert "203.0.113" not in repr(vars(tallies))


def test_of_too_many_things_the_oldest_are_forgotten() -> None:
    tallies = Tallies(Clock(), most=2)
    for thing in ("a", "b", "a", "c"):  # "a" was met again, so "b" is the oldest
        tallies.count(thing)
    assert [tallies.before(thing) for thing in "abc"] == [2, 0, 1]
    assert len(tallies) == 2


def test_memory_is_bounded_whatever_comes() -> None:
    """A hundred bytes of hash and count, and two links in a row: under 300 bytes each."""
    tracemalloc.start()
    tallies = Tallies(Clock(), most=10_000)
    for number in range(40_000):
        tallies.count("network", number, "x" * 500)
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tallies) == 10_000
    assert held < 10_000 * 300
