from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.services import analysing, results
from survey_app.services.calibrating import Parameters
from survey_app.services.disclosure import ReleasedRow
from tests.factories import make_wave
from tests.office import make_member
from tests.runs import calibrate, place_of, usual_wave


def row(indicator: str, gap_class: str, **figures: float | None) -> ReleasedRow:
    own = figures.pop("self_score", 50.0)
    return ReleasedRow(
        unit_id=1,
        indicator=indicator,
        audience="residents",
        series="assisted",
        headline=True,
        evidence="B",
        gap_class=gap_class,
        provisional=False,
        self_score=own,
        self_low=own,
        self_high=own,
        self_colour=None,
        **figures,  # type: ignore[arg-type]  # figures of a released row
    )


def analysed(session: Session, instance: Instance) -> Wave:
    wave = usual_wave(session, instance)
    analysing.analyse_wave(session, wave, place_of(instance), wave.opens_at + timedelta(days=3))
    return wave


def test_what_is_certainly_large_comes_first_and_self_scores_before_people() -> None:
    found = [
        row("1.1", "not_asked"),
        row("1.2", "uncertain", relative_gap=3.0),
        row("1.3", "aligned"),
        row("1.4", "perception_higher", self_score=20.0, mean=80.0, low=78.0, high=82.0),
        row("1.5", "self_higher", self_score=80.0, mean=40.0, low=20.0, high=60.0),
        row("1.6", "self_higher", self_score=80.0, mean=50.0, low=45.0, high=55.0),
        row("1.7", "uncertain", relative_gap=-9.0),
        row("1.8", "no_data"),
    ]
    ordered = [each.indicator for each in results.by_importance(found)]
    assert ordered == ["1.6", "1.5", "1.4", "1.7", "1.2", "1.3", "1.8", "1.1"]


def test_signals_keep_their_order_because_they_carry_no_rank() -> None:
    found = [row("1.1", "signal_below", gap=13.0), row("1.2", "signal_below", gap=60.0)]
    assert [each.indicator for each in results.by_importance(found)] == ["1.1", "1.2"]


def test_the_median_gap_and_half_width_leave_out_what_is_absent() -> None:
    found = [
        row("1.1", "aligned", gap=1.0, low=40.0, high=50.0),
        row("1.2", "aligned", gap=9.0, low=40.0, high=60.0),
        row("1.3", "no_data"),
    ]
    assert results.median_gap(found) == 5.0
    assert results.typical_half_width(found) == 7.5
    assert results.median_gap([]) is None


def test_a_wave_that_is_not_over_has_no_results(session: Session) -> None:
    wave = make_wave(session, "open")
    with pytest.raises(Refusal, match="not_found"):
        results.wave_with_results(session, wave.key)


def test_a_closed_wave_is_not_for_the_public(session: Session, instance: Instance) -> None:
    wave = analysed(session, instance)
    assert results.wave_with_results(session, wave.key) is wave
    with pytest.raises(Refusal, match="not_found"):
        results.published_wave(session, wave.key)


def test_the_registered_run_leads_whatever_came_after(
    session: Session, instance: Instance
) -> None:
    wave = analysed(session, instance)
    later = calibrate(session, instance, wave, Parameters(margin=5))
    second = analysing.run_with(
        session, wave, later, place_of(instance), wave.opens_at + timedelta(days=4)
    )
    found = results.results_of(session, wave)
    assert found is not None
    assert found.run.label == "registered"
    assert [run.label for run in found.runs] == ["registered", "after_results"]
    other = results.results_of(session, wave, second.id)
    assert other is not None
    assert other.parameters.margin == 5


def test_how_many_answered_is_said_by_channel_and_never_below_ten(
    session: Session, instance: Instance
) -> None:
    wave = analysed(session, instance)
    found = results.answered(session, wave, "11413")
    assert [(each.audience, each.channel, each.people) for each in found] == [
        ("residents", "assisted", 40),
        ("businesses", "open", 10),
    ]
    assert results.answered(session, wave, "11948") == []


def test_who_still_scores_sees_no_perception(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    assessor = make_member(session, "assessor", None)
    results.demand_perception(session, assessor, wave, results.place_in(wave, "11413"))
    with pytest.raises(Refusal, match="perception_hidden"):
        results.demand_perception(session, assessor, wave, results.place_in(wave, "11948"))


def test_the_history_of_an_indicator_ends_with_its_wave(
    session: Session, instance: Instance
) -> None:
    wave = analysed(session, instance)
    official = make_member(session, "official", None)
    [measured] = results.history(session, official, wave, results.place_in(wave, "11413"), "1.3")
    assert measured.wave is wave
    assert measured.row is not None
    # 40 people, each rating as often as the others: 50 of 100 points.
    assert measured.row.mean == 50.0
