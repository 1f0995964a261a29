"""By hand: 40 residents of mean 50, and flagged sheets of 100."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.services import analysing, screening
from survey_app.services.with_and_without import shifts
from tests.runs import close, collect, open_wave, place_of, sheet

FLAGS = ("fast", "identical")


def stuffed(session: Session, instance: Instance, sheets: int, channel: str = "open") -> Wave:
    wave = open_wave(session, instance, channels=(channel,))
    screening.freeze(wave)
    cluster = "c{}".format if channel == "assisted" else "".format
    said = [
        sheet(wave, {"1.3": rating}, channel=channel, cluster=cluster(number % 10))
        for number, rating in enumerate("12345" * 8)
    ]
    said += [
        replace(
            sheet(wave, {"1.3": "5"}, channel=channel, cluster=cluster(number % 10)), flags=FLAGS
        )
        for number in range(sheets)
    ]
    collect(session, instance, wave, said)
    close(session, wave)
    analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)
    return wave


def test_a_result_stands_beside_what_it_would_be_and_could_be(
    session: Session, instance: Instance
) -> None:
    """(40 x 50 + 10 x 100) / 50 = 60; all ten at 0: 2000 / 50 = 40, at 100: 3000 / 50 = 60."""
    (found,) = shifts(session, stuffed(session, instance, 10), place_of(instance))
    assert (found.without.indicator, found.without.mean, found.everybody.mean) == ("1.3", 50, 60)
    assert (found.set_apart, found.lowest, found.highest) == (10, 40, 60)
    assert found.without.low is None  # an open link has no intervals


def test_both_have_their_interval_where_there_is_one(session: Session, instance: Instance) -> None:
    wave = stuffed(session, instance, 20, channel="assisted")
    (found,) = shifts(session, wave, place_of(instance))
    for row, mean in ((found.without, 50), (found.everybody, pytest.approx(66.7, abs=0.05))):
        assert row.mean == mean
        assert None not in {row.low, row.mean, row.high}
        assert (row.low or 0) < (row.mean or 0) < (row.high or 0)


def test_the_difference_that_fewer_than_ten_make_is_shown_to_nobody(
    session: Session, instance: Instance
) -> None:
    assert shifts(session, stuffed(session, instance, 9), place_of(instance)) == []


def test_nothing_is_set_apart_without_a_rule(session: Session, instance: Instance) -> None:
    wave = stuffed(session, instance, 20)
    wave.screening = None
    assert shifts(session, wave, place_of(instance)) == []


def test_a_wave_that_was_not_analysed_has_no_results(session: Session, instance: Instance) -> None:
    with pytest.raises(Refusal, match="not_analysed"):
        shifts(session, open_wave(session, instance), place_of(instance))
