from dataclasses import replace

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from survey_app.db import reading, transaction
from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.base import Base
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Run, RunRow
from survey_app.queries import campaigns, runs
from survey_app.services import analysing, assessing, fielding
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from tests.factories import make_wave
from tests.runs import calibrate, open_wave, place_of, score, usual_wave


def analyse(session: Session, instance: Instance, wave: Wave) -> Run:
    return analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)


def figures(rows: list[RunRow]) -> list[dict[str, object]]:
    columns = {each.key for each in inspect(RunRow).column_attrs} - {"run_id"}
    found = [{name: getattr(row, name) for name in columns} for row in rows]
    names = ("unit_id", "indicator", "audience", "series")
    return sorted(found, key=lambda row: [str(row[name]) for name in names])


def everything(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_a_wave_that_is_still_open_is_not_analysed(session: Session, instance: Instance) -> None:
    with pytest.raises(Refusal, match="wave_still_open"):
        analyse(session, instance, open_wave(session, instance))


def test_a_wave_without_a_registered_calibration_is_not_analysed(
    session: Session, instance: Instance
) -> None:
    with pytest.raises(Refusal, match="calibration_missing"):
        analyse(session, instance, make_wave(session, "closed"))


def test_a_run_names_what_it_was_made_from(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    run = analyse(session, instance, wave)
    dataset = runs.dataset_of_wave(session, wave.id)
    assert dataset is not None
    assert run.dataset_sha256 == dataset.sha256 == run.inputs["dataset"]
    assert run.inputs["calibration"] == run.calibration.sha256
    assert set(run.inputs["self_scores"]) == {"11413", "11411"}
    assert run.label == "registered"


def test_the_same_inputs_are_the_same_run(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    assert analyse(session, instance, wave) is analyse(session, instance, wave)
    assert everything(session)["run"] == 1


def test_stored_figures_are_read_back_and_recomputed_to_the_last_digit(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = usual_wave(session, instance)
        computed = figures(analyse(session, instance, wave).rows)
    with reading(instance.engine) as session:
        again = campaigns.wave_by_key(session, wave.key)
        assert again is not None
        run = runs.registered_run(session, again.id)
        assert run is not None
        stored = figures(list(runs.rows(session, run.id)))
        assert stored == computed
        assert run.results_sha256 == analysing.results_sha256(list(runs.rows(session, run.id)))
        recomputed = analysing.what_if(session, again, Parameters(), place_of(instance))
        assert figures(recomputed) == computed
        assert analysing.reproduces(session, run, again, place_of(instance))


def test_no_figure_is_a_negative_zero_which_sqlite_does_not_keep(
    session: Session, instance: Instance
) -> None:
    run = analyse(session, instance, usual_wave(session, instance))
    for row in figures(run.rows):
        assert "-0.0" not in {str(value) for value in row.values()}


def test_a_what_if_stores_nothing(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = usual_wave(session, instance)
        run = analyse(session, instance, wave)
    with reading(instance.engine) as session:
        before = everything(session)
        again = campaigns.wave_by_key(session, wave.key)
        assert again is not None
        rows = analysing.what_if(session, again, Parameters(margin=45.0), place_of(instance))
        assert len(rows) == before["run_row"]
        assert not session.new
        assert not session.dirty
        assert everything(session) == before
        assert analysing.results_sha256(rows) != run.results_sha256


def test_a_what_if_of_a_wave_without_dataset_is_refused(
    session: Session, instance: Instance
) -> None:
    with pytest.raises(Refusal, match="dataset_missing"):
        analysing.what_if(session, make_wave(session), Parameters(), place_of(instance))


def test_a_wider_margin_makes_a_gap_disappear(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    analyse(session, instance, wave)

    def class_of(parameters: Parameters) -> str:
        rows = analysing.what_if(session, wave, parameters, place_of(instance))
        return next(
            row.gap_class
            for row in rows
            if (row.unit_id, row.indicator) == (wave.units[0].unit_id, "1.3") and row.headline
        )

    assert class_of(Parameters()) == "self_higher"
    assert class_of(Parameters(margin=45.0)) != "self_higher"


def test_a_calibration_saved_later_gives_a_run_after_results_and_the_registered_stays_first(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    first = analyse(session, instance, wave)
    later = calibrate(session, instance, wave, Parameters(margin=20.0))
    place = place_of(instance)
    second = analysing.run_with(session, wave, later, place, wave.closes_at)
    assert (second.label, second.calibration_id) == ("after_results", later.id)
    assert list(runs.runs_of_wave(session, wave.id)) == [first, second]
    assert runs.registered_run(session, wave.id) is first
    assert analyse(session, instance, wave) is first
    assert analysing.reproduces(session, first, wave, place)
    assert analysing.reproduces(session, second, wave, place)


def test_scores_left_as_a_draft_before_a_run_come_too_late_and_change_nothing(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    score(session, wave, [Score("1.3", "green", None)], unit=2, sealed=False)
    first = analyse(session, instance, wave)
    found = wave.units[2].unit
    sealed = assessing.set_of(session, wave, found)
    assert sealed is not None
    with pytest.raises(Refusal, match="scores_too_late"):
        assessing.seal(session, sealed, None, wave.closes_at)
    assert analyse(session, instance, wave) is first
    assert analysing.reproduces(session, first, wave, place_of(instance))


def test_a_draft_of_self_scores_leaves_no_mark_on_the_figures(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    score(session, wave, [Score("1.3", None, 80.0)], sealed=False)
    wave.state = "closed"
    run = analyse(session, instance, wave)
    assert {row.self_score for row in run.rows} == {None}


def test_an_altered_dataset_gives_no_run(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    run = analyse(session, instance, wave)
    path = files.path_of(instance.settings.datasets, run.dataset_sha256)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refusal, match="dataset_altered"):
        analyse(session, instance, wave)
    with pytest.raises(Refusal, match="dataset_altered"):
        analysing.what_if(session, wave, Parameters(), place_of(instance))


def test_an_altered_calibration_gives_no_run(session: Session, instance: Instance) -> None:
    wave = usual_wave(session, instance)
    run = analyse(session, instance, wave)
    run.calibration.parameters = run.calibration.parameters | {"margin": 1.0}
    with pytest.raises(Refusal, match="calibration_altered"):
        analyse(session, instance, wave)


def test_a_published_wave_is_analysed_as_a_closed_one(
    session: Session, instance: Instance
) -> None:
    wave = usual_wave(session, instance)
    run = analyse(session, instance, wave)
    fielding.publish_wave(session, wave, wave.closes_at)
    assert analyse(session, instance, wave) is run


def test_the_hash_of_results_does_not_depend_on_the_order_of_rows(
    session: Session, instance: Instance
) -> None:
    run = analyse(session, instance, usual_wave(session, instance))
    assert analysing.results_sha256(run.rows[::-1]) == run.results_sha256
    assert replace(place_of(instance)) == place_of(instance)
