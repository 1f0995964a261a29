import pytest
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.models.responses import DailyCount
from survey_app.services import counting
from tests.factories import make_wave


@pytest.mark.parametrize(
    ("answers", "shown"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10), (1234, 1230)]
)
def test_counts_go_up_in_steps_of_five(answers: int, shown: int) -> None:
    assert counting.in_steps(answers) == shown


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
                responses=4,
            )
        )
    session.flush()
    assert counting.board(session, wave).by_day == ((day, 10),)
