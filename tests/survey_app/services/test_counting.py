from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.responses import DailyCount
from survey_app.services import counting
from tests.factories import make_wave
from tests.runs import collect, open_wave, opinions, sheet

HAI_AN, DONG_HAI, BACH_LONG_VI = "11413", "11411", "11948"


def asked(session: Session, instance: Instance, people: Mapping[tuple[int, str], int]) -> Wave:
    """An open wave with so many residents of (unit, channel)."""
    wave = open_wave(session, instance, channels=("open", "paper"))
    collect(
        session,
        instance,
        wave,
        (
            sheet(wave, each, unit=unit, channel=channel, cluster="c1")
            for (unit, channel), n in people.items()
            for each in opinions(*"3" * n)
        ),
    )
    return wave


@pytest.mark.parametrize(("answers", "shown"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20)])
def test_counts_go_to_the_nearest_five_as_in_the_results(
    session: Session, instance: Instance, answers: int, shown: int
) -> None:
    wave = asked(session, instance, {(0, "open"): answers})
    found = counting.board(session, wave)
    assert (found.total, found.by_unit[HAI_AN, "residents"]) == (shown, shown)
    assert found.by_door[HAI_AN, "residents", "open"] == shown


def test_a_small_unit_is_kept_back_with_what_would_tell_its_size(
    session: Session, instance: Instance
) -> None:
    """16 in all and 13 in one unit: both leave as 15, and the other unit lies between 0 and 4."""
    wave = asked(session, instance, {(0, "open"): 13, (1, "open"): 3})
    found = counting.board(session, wave)
    assert found.by_unit[DONG_HAI, "residents"] is None
    assert found.by_unit[HAI_AN, "residents"] is None
    assert found.total == 15
    assert counting.exposed(session, wave) == 0


def test_a_channel_of_one_unit_is_not_told_by_the_channels_of_all(
    session: Session, instance: Instance
) -> None:
    """One unit has papers, 4 of them: neither its own row nor that of all papers may say so."""
    wave = asked(session, instance, {(0, "open"): 30, (0, "paper"): 4, (1, "open"): 21})
    found = counting.board(session, wave)
    assert found.by_channel["paper"] is None
    assert found.by_door[HAI_AN, "residents", "paper"] is None
    assert counting.exposed(session, wave) == 0


def test_a_unit_that_nobody_answered_for_is_not_on_the_board(
    session: Session, instance: Instance
) -> None:
    wave = asked(session, instance, {(0, "open"): 12})
    assert (BACH_LONG_VI, "residents") not in counting.board(session, wave).by_unit


def test_days_are_added_up_before_they_are_rounded(session: Session) -> None:
    wave = make_wave(session)
    day = now().date()
    for place in wave.units:
        session.add(
            DailyCount(
                wave_id=wave.id,
                unit_id=place.unit_id,
                audience="residents",
                channel="open",
                day=day,
                responses=5,
            )
        )
    session.flush()
    assert counting.board(session, wave).by_day == ((day, 15),)
