from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Run
from survey_app.queries import assessments
from survey_app.services import analysing, verifying
from tests.runs import place_of, usual_wave


@pytest.fixture
def wave(session: Session, instance: Instance) -> Wave:
    return usual_wave(session, instance)


@pytest.fixture
def run(session: Session, instance: Instance, wave: Wave) -> Run:
    return analysing.analyse_wave(session, wave, place_of(instance), wave.closes_at)


def kinds(session: Session, instance: Instance) -> list[str]:
    session.flush()
    return [found.kind for found in verifying.findings(session, place_of(instance))]


def test_nothing_is_found_where_everything_is_as_it_was(
    session: Session, instance: Instance, run: Run
) -> None:
    assert kinds(session, instance) == []


def test_an_altered_self_score_is_named_and_so_is_the_run_it_went_into(
    session: Session, instance: Instance, wave: Wave, run: Run
) -> None:
    sealed = assessments.sealed_sets(session, wave.id)[0]
    sealed.scores[0].points = 10.0
    session.flush()
    found = verifying.findings(session, place_of(instance))
    assert [each.kind for each in found] == ["self_scores", "run"]
    assert found[0].subject == "2026-1/11413"
    assert run.sha256 in found[1].subject


def test_a_removed_self_score_is_named(
    session: Session, instance: Instance, wave: Wave, run: Run
) -> None:
    sealed = assessments.sealed_sets(session, wave.id)[0]
    del sealed.scores[0]
    assert kinds(session, instance) == ["self_scores", "run"]


@pytest.mark.parametrize("altered", [{"margin": 20.0}, {"unknown": 1}])
def test_an_altered_calibration_is_named(
    session: Session, instance: Instance, run: Run, altered: dict[str, float]
) -> None:
    run.calibration.parameters = run.calibration.parameters | altered
    assert kinds(session, instance) == ["run", "calibration"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("mean", 51.0), ("n", 41), ("gap_class", "aligned"), ("headline", False), ("se", None)],
)
def test_an_altered_figure_is_named(
    session: Session, instance: Instance, run: Run, column: str, value: object
) -> None:
    row = next(each for each in run.rows if each.se is not None and each.headline)
    setattr(row, column, value)
    assert kinds(session, instance) == ["run"]


def test_a_figure_altered_together_with_its_hash_is_named(
    session: Session, instance: Instance, run: Run
) -> None:
    run.rows[0].self_score = 12.0
    run.results_sha256 = analysing.results_sha256(run.rows)
    assert kinds(session, instance) == ["run"]


def test_a_removed_row_is_named(session: Session, instance: Instance, run: Run) -> None:
    del run.rows[0]
    assert kinds(session, instance) == ["run"]


def test_an_altered_dataset_is_named(session: Session, instance: Instance, run: Run) -> None:
    path = files.path_of(instance.settings.datasets, run.dataset_sha256)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert kinds(session, instance) == ["dataset"]


def test_a_lost_dataset_is_named(session: Session, instance: Instance, run: Run) -> None:
    files.path_of(instance.settings.datasets, run.dataset_sha256).unlink()
    assert kinds(session, instance) == ["dataset"]


def test_an_edited_questionnaire_is_named(
    session: Session, instance: Instance, wave: Wave, run: Run
) -> None:
    wave.questionnaires[0].sha256 = "0" * 64
    assert kinds(session, instance) == ["questionnaire"]


def test_a_lost_questionnaire_is_named_and_so_are_runs_that_need_it(
    session: Session, instance: Instance, wave: Wave, run: Run
) -> None:
    asked = wave.questionnaires[0]
    asked.sha256 = instance.library.questionnaires[asked.questionnaire, asked.version].sha256
    place = place_of(instance)
    left = dict(instance.library.questionnaires)
    del left[asked.questionnaire, asked.version]
    found = verifying.findings(
        session, replace(place, library=replace(place.library, questionnaires=left))
    )
    assert [each.kind for each in found] == ["questionnaire", "run"]
