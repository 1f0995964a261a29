import threading

import pytest

from survey_app.errors import Refusal
from survey_app.web import limits
from survey_app.web.limits import Attempts


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def fail(attempts: Attempts, times: int, account: str = "lan", source: str = "10.0.0.1") -> None:
    for _ in range(times):
        attempts.begin(account, source)


def test_after_five_failures_the_sixth_attempt_waits_a_quarter_of_an_hour(
    attempts: Attempts, clock: Clock
) -> None:
    fail(attempts, 5)
    with pytest.raises(Refusal) as refused:
        attempts.begin("lan", "10.0.0.1")
    assert refused.value.code == "too_many_attempts"
    assert refused.value.details == {"minutes": 16}
    clock.now = 15 * 60 - 1
    with pytest.raises(Refusal):
        attempts.begin("lan", "10.0.0.1")
    clock.now = 15 * 60
    attempts.begin("lan", "10.0.0.1")


def test_a_success_takes_the_slips_before_it_back(attempts: Attempts) -> None:
    for _ in range(40):
        fail(attempts, 2)
        attempts.succeeded("lan", "10.0.0.1")


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(attempts: Attempts) -> None:
    fail(attempts, 5, source="203.0.113.9")
    attempts.begin("lan", "10.0.0.1")


def test_one_source_that_tries_many_names_is_stopped(attempts: Attempts) -> None:
    for number in range(limits.MOST_PER_SOURCE):
        attempts.begin(f"name{number}", "203.0.113.9")
    with pytest.raises(Refusal, match="too_many_attempts"):
        attempts.begin("another", "203.0.113.9")
    attempts.begin("another", "10.0.0.1")


def test_many_sources_that_try_one_name_are_stopped(attempts: Attempts) -> None:
    for number in range(limits.MOST_PER_ACCOUNT):
        attempts.begin("lan", f"203.0.113.{number}")
    with pytest.raises(Refusal, match="too_many_attempts"):
        attempts.begin("lan", "10.0.0.1")


def test_a_hundred_at_once_are_a_hundred(attempts: Attempts) -> None:
    let_in: list[int] = []
    start = threading.Barrier(100)

    def try_one() -> None:
        start.wait()
        try:
            attempts.begin("lan", "10.0.0.1")
            let_in.append(1)
        except Refusal:
            pass

    threads = [threading.Thread(target=try_one) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == limits.MOST_FROM_ONE_PLACE


def test_what_is_past_is_forgotten_before_memory_fills(
    attempts: Attempts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 30)
    for number in range(200):
        clock.now += 60
        attempts.begin(f"name{number}", f"10.0.0.{number}")
    assert len(attempts._moments) <= 3 * 16
