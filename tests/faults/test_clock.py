"""A server's clock that is wrong by two days: nothing is lost, and nobody is told nonsense."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from survey_app import clock
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.jobs import clockwork
from tests.factories import make_wave
from tests.faults.invariants import stored, torn
from tests.faults.letters import FORM, KEY, letter
from tests.visit import Visit

TWO_DAYS = timedelta(days=2)
SetClock = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> None:
    """It opened a day ago and closes in a day."""
    at = clock.now()
    with transaction(instance.engine) as session:
        make_wave(session, opens_at=at - TWO_DAYS / 2, closes_at=at + TWO_DAYS / 2)


@pytest.fixture
def wrong_by(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    right = clock.now

    def set_clock(wrong: timedelta) -> None:
        def shown() -> datetime:
            return right() + wrong

        for module in ("clock", "web.respond.views", "web.respond.replies"):
            monkeypatch.setattr(f"survey_app.{module}.now", shown)

    return set_clock


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (TWO_DAYS, (410, "kết thúc khi Ông/Bà đang")),
        (-TWO_DAYS, (404, "gửi lại sau")),
    ],
    ids=["ahead", "behind"],
)
def test_what_was_filled_in_stays_on_the_page_and_goes_in_once_the_clock_is_right(
    visit: Visit, instance: Instance, wrong_by: SetClock, wrong: timedelta, told: tuple[int, str]
) -> None:
    said = letter(visit.client, KEY, text="Đường ngập nước")
    wrong_by(wrong)
    page = visit.post(FORM, said, status=told[0])
    assert "Đường ngập nước" in page.text
    assert len(page.all("dl.given dd:not(.blank)")) >= 20
    assert told[1] in page.text
    wrong_by(timedelta())
    visit.post(FORM, said)
    assert (stored(instance.engine), torn(instance.engine)) == (1, [])


@pytest.mark.parametrize(
    "wrong", [timedelta(hours=23), -timedelta(hours=23)], ids=["ahead", "behind"]
)
def test_a_form_of_the_wrong_time_is_taken_in_the_right_one_and_the_other_way_round(
    app: Flask, instance: Instance, wrong_by: SetClock, wrong: timedelta
) -> None:
    client = app.test_client()
    now = letter(client, "a" * 32)
    wrong_by(wrong)
    then = letter(client, "b" * 32)
    assert client.post(FORM, data=now).status_code == 200
    wrong_by(timedelta())
    assert client.post(FORM, data=then).status_code == 200
    assert (stored(instance.engine), torn(instance.engine)) == (2, [])


def test_answers_taken_before_the_clock_jumps_stay_and_their_retries_are_known(
    app: Flask, instance: Instance, wrong_by: SetClock
) -> None:
    client = app.test_client()
    said = [letter(client, f"{number:032d}") for number in range(25)]
    for each in said:
        assert client.post(FORM, data=each).status_code == 200
    wrong_by(-TWO_DAYS)
    clockwork.flush(instance)
    clockwork.keep_time(instance)
    wrong_by(TWO_DAYS)
    replies = [client.post(FORM, data=each) for each in said]
    assert {reply.status_code for reply in replies} == {200}  # the receipt again, not "closed"
    assert (stored(instance.engine), torn(instance.engine)) == (25, [])
