from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.calibrations import Calibration
from survey_app.models.runs import Run, RunRow
from survey_app.services import analysing, trying
from survey_app.services.calibrating import Parameters
from tests.runs import place_of, usual_wave


def test_a_trial_shows_the_classes_before_and_after_and_stores_nothing(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    place = place_of(instance)
    analysing.analyse_wave(session, wave, place, wave.opens_at + timedelta(days=3))
    session.flush()
    stored = [
        session.scalar(select(func.count()).select_from(t)) for t in (Run, RunRow, Calibration)
    ]
    units = {each.unit_id for each in wave.units}
    trial = trying.try_parameters(session, wave, Parameters(margin=40), place, unit_ids=units)
    # The unit that people were asked in scores itself 90, they say 50: no gap beyond a margin of 40.
    assert trial.before["self_higher"] == 8
    assert "self_higher" not in trial.after
    changed = {change.indicator for change in trial.changes if change.before == "self_higher"}
    assert len(changed) == 8
    session.flush()
    assert not session.new
    assert stored == [
        session.scalar(select(func.count()).select_from(t)) for t in (Run, RunRow, Calibration)
    ]


def test_a_trial_speaks_only_of_the_units_in_sight(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    place = place_of(instance)
    analysing.analyse_wave(session, wave, place, wave.opens_at + timedelta(days=3))
    nobody = trying.try_parameters(session, wave, Parameters(margin=40), place, unit_ids=set())
    assert (nobody.before, nobody.after, nobody.changes) == ({}, {}, ())


def test_nothing_is_tried_before_the_registered_run(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    with pytest.raises(Refusal, match="not_analysed"):
        trying.try_parameters(session, wave, Parameters(), place_of(instance), unit_ids=set())
