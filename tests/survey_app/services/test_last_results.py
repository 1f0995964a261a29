from datetime import timedelta

from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.services.last_results import last_results
from tests.factories import make_wave
from tests.results import FEW, MANY, make_results

TOPICS = ("4.2", "1.7", "1.1")


def unit_id(session: Session, instance: Instance, code: str, *, published: bool = True) -> int:
    wave = make_results(session, instance, published=published)
    return next(place.unit_id for place in wave.units if place.official_code == code)


def test_the_leading_row_of_each_topic_comes_in_the_order_asked_for(
    session: Session, instance: Instance
) -> None:
    found = last_results(
        session,
        unit_id(session, instance, MANY),
        TOPICS,
        audience="residents",
        is_demonstration=False,
    )
    assert found is not None
    assert (found.wave.key, found.official_code) == ("2026-1", MANY)
    assert [row.indicator for row in found.rows] == list(TOPICS)
    assert all(row.headline for row in found.rows)


def test_nothing_of_fewer_than_ten_people_is_in_it(session: Session, instance: Instance) -> None:
    found = last_results(
        session,
        unit_id(session, instance, FEW),
        TOPICS,
        audience="residents",
        is_demonstration=False,
    )
    assert found is not None
    assert {(row.n, row.mean, row.gap) for row in found.rows} == {(None, None, None)}


def test_before_it_is_published_a_wave_has_no_results(
    session: Session, instance: Instance
) -> None:
    unit = unit_id(session, instance, MANY, published=False)
    assert (
        last_results(session, unit, TOPICS, audience="residents", is_demonstration=False) is None
    )


def test_real_answers_are_never_shown_with_a_demonstration(
    session: Session, instance: Instance
) -> None:
    unit = unit_id(session, instance, MANY)
    assert last_results(session, unit, TOPICS, audience="residents", is_demonstration=True) is None


def test_a_published_wave_that_was_never_analysed_has_nothing_to_show(
    session: Session, instance: Instance
) -> None:
    first = make_results(session, instance, published=True)
    unit = first.units[0].unit
    make_wave(
        session,
        "published",
        campaign=first.campaign,
        units=[unit],
        key="2026-2",
        number=2,
        closes_at=first.closes_at + timedelta(days=99),
    )
    assert (
        last_results(session, unit.id, TOPICS, audience="residents", is_demonstration=False)
        is None
    )


def test_a_business_is_shown_what_businesses_said(session: Session, instance: Instance) -> None:
    """Twelve of them said 4 of 5, which is 75; the residents of the same unit stand at 50."""
    unit = unit_id(session, instance, MANY)
    topics = ("1.7", "1.2", "1.9")
    found = last_results(session, unit, topics, audience="businesses", is_demonstration=False)
    assert found is not None
    assert [(row.audience, row.mean) for row in found.rows] == [
        ("businesses", 75.0),
        ("businesses", 75.0),
        ("residents", 50.0),  # nobody asks businesses that
    ]
