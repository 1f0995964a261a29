"""Verdicts on changes whose interval is given, and on waves whose change is beyond doubt."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.staff import StaffMember
from survey_app.services import acting, following_up, reviewing
from survey_app.services.acting import Turn
from survey_app.services.changing import Change
from tests.actions import answered, finding_of, finished, opened
from tests.office import make_member
from tests.results import make_results
from tests.survey_app.services.test_changing import DOWN, UP, copied
from tests.survey_app.services.test_changing import a_later_wave as answered_again

EVERYBODY = lambda _wave: True  # noqa: E731  a wave that may be seen


@pytest.fixture
def wave(session: Session, instance: Instance) -> Wave:
    return make_results(session, instance, published=True)


@pytest.fixture
def owner(session: Session, wave: Wave) -> StaffMember:
    return make_member(session, "official")


def change(low: float, high: float, kind: str = "uncertain") -> Change:
    return Change(Wave(), kind, (low + high) / 2, low, high)


def a_later_wave(session: Session, wave: Wave, shares: list[float], **other: object) -> Wave:
    """In the same units, with these answers to everything."""
    later = answered_again(session, wave, shares, **other)  # type: ignore[arg-type]  # columns by name
    later.units = [WaveUnit(**copied(each, wave_id=None)) for each in wave.units]
    session.flush()
    return later


@pytest.mark.parametrize(
    ("points", "low", "high", "expected"),
    [
        (0.0, 0.1, 9.0, "worked"),
        (0.0, 0.0, 9.0, "not_known"),
        (0.0, -3.0, 4.9, "did_not"),  # less than 5 points is not material
        (0.0, -3.0, 5.0, "not_known"),
        (8.0, 8.0, 20.0, "worked"),
        (8.0, 1.0, 20.0, "not_known"),  # it rose; whether by as much as expected, nobody knows
        (8.0, 1.0, 7.9, "did_not"),
        (8.0, -9.0, -1.0, "did_not"),
    ],
)
def test_a_rise_is_judged_by_its_whole_interval(
    points: float, low: float, high: float, expected: str
) -> None:
    assert following_up.outcome("rise", points, change(low, high)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("no_material_change", "worked"),
        ("slight_fall", "worked"),
        ("rise", "worked"),
        ("fall", "did_not"),
        ("uncertain", "not_known"),
    ],
)
def test_holding_the_level_is_the_test_of_equivalence(kind: str, expected: str) -> None:
    assert following_up.outcome("hold", 0.0, change(-2.0, 2.0, kind)) == expected


def test_nothing_to_compare_is_not_known() -> None:
    assert following_up.outcome("rise", 0.0, None) == "not_known"
    apart = Change(Wave(), "not_comparable", None, None, None)
    assert following_up.outcome("hold", 0.0, apart) == "not_known"


@pytest.mark.parametrize(("shares", "expected"), [(UP, "worked"), (DOWN, "did_not")])
def test_the_next_wave_says_whether_the_number_moved(
    session: Session,
    wave: Wave,
    owner: StaffMember,
    library: Library,
    *,
    shares: list[float],
    expected: str,
) -> None:
    action = finished(session, finding_of(wave), owner, wave.opens_at)
    assert following_up.verdict(session, action, may_see=EVERYBODY, library=library) is None
    later = a_later_wave(session, wave, shares)
    found = following_up.verdict(session, action, may_see=EVERYBODY, library=library)
    assert found is not None
    assert (found.outcome, found.wave) == (expected, later)
    assert found.change is not None
    assert found.change.low is not None
    assert (
        following_up.verdict(session, action, may_see=lambda _wave: False, library=library) is None
    )


def test_a_wave_that_opened_before_the_action_was_done_tells_nothing_of_it(
    session: Session, wave: Wave, owner: StaffMember, library: Library
) -> None:
    late = finished(session, finding_of(wave), owner, now() + timedelta(days=400))
    unfinished = opened(session, finding_of(wave), owner)
    a_later_wave(session, wave, UP)
    assert following_up.verdict(session, late, may_see=EVERYBODY, library=library) is None
    assert following_up.verdict(session, unfinished, may_see=EVERYBODY, library=library) is None


def test_other_words_in_the_next_wave_leave_it_unknown(
    session: Session, wave: Wave, owner: StaffMember, library: Library
) -> None:
    action = finished(session, finding_of(wave), owner, wave.opens_at)
    a_later_wave(session, wave, UP, version="v2")
    found = following_up.verdict(session, action, may_see=EVERYBODY, library=library)
    assert found is not None
    assert found.outcome == "not_known"


def test_the_public_reads_of_what_was_taken_up_and_nothing_else(
    session: Session, wave: Wave, owner: StaffMember, library: Library
) -> None:
    action = finished(session, finding_of(wave), owner, wave.opens_at)
    answered(session, finding_of(wave, "1.5"), owner, "explain")
    contested = finding_of(wave, "1.6")
    answered(session, contested, owner, "contest")
    shown = following_up.you_said_we_did(session, wave, wave.units[0].unit_id, library)
    assert [each.review.indicator for each in shown] == ["1.3"]
    assert shown[0].actions == ((action, None),)
    expert = make_member(session, "expert")
    reviewing.decide(session, contested, decision="stands", reason="x", author=expert, at=now())
    shown = following_up.you_said_we_did(session, wave, wave.units[0].unit_id, library)
    assert [each.review.indicator for each in shown] == ["1.3", "1.6"]


def test_nothing_of_a_wave_that_is_not_published_shines_through(
    session: Session, wave: Wave, owner: StaffMember, library: Library
) -> None:
    action = finished(session, finding_of(wave), owner, wave.opens_at)
    later = a_later_wave(session, wave, UP)
    later.state = "closed"
    answered(session, finding_of(later), owner)
    session.flush()
    for seen in (wave, later):
        shown = following_up.you_said_we_did(session, seen, wave.units[0].unit_id, library)
        assert [each.actions for each in shown] == [((action, None),)]
    later.state = "published"
    session.flush()
    assert len(following_up.you_said_we_did(session, later, wave.units[0].unit_id, library)) == 2
    # On the page of the earlier wave it stays as it was when that one was published.
    (alone,) = following_up.you_said_we_did(session, wave, wave.units[0].unit_id, library)
    assert alone.actions == ((action, None),)


def test_a_verified_action_is_followed_like_one_that_is_done(
    session: Session, wave: Wave, owner: StaffMember, library: Library
) -> None:
    action = finished(session, finding_of(wave), owner, wave.opens_at)
    expert = make_member(session, "expert")
    acting.verify(session, action, "đã xem", Turn(expert, now(), action.version))
    a_later_wave(session, wave, UP)
    found = following_up.verdict(session, action, may_see=EVERYBODY, library=library)
    assert found is not None
    assert found.outcome == "worked"
