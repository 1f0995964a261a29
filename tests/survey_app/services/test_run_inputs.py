from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.queries import assessments
from survey_app.services import datasets, run_inputs
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from survey_app.services.run_inputs import RunInputs
from tests.runs import populate, score, usual_wave


@pytest.fixture
def wave(session: Session, instance: Instance) -> Wave:
    return usual_wave(session, instance)


def gather(
    session: Session,
    instance: Instance,
    wave: Wave,
    parameters: Parameters | None = None,
    earlier: RunInputs | None = None,
) -> RunInputs:
    folder = instance.settings.datasets
    frozen = datasets.freeze(session, wave, instance.library, folder, wave.closes_at)
    return run_inputs.gather(
        session,
        wave,
        frozen,
        parameters or Parameters(),
        library=instance.library,
        folder=folder,
        earlier=earlier.hashes if earlier else None,
    )


def test_the_same_inputs_have_the_same_hash(
    session: Session, instance: Instance, wave: Wave
) -> None:
    first = gather(session, instance, wave)
    session.expire_all()
    assert gather(session, instance, wave).sha256 == first.sha256


def test_parameters_margins_and_self_scores_each_change_the_hash(
    session: Session, instance: Instance, wave: Wave
) -> None:
    found = [gather(session, instance, wave)]
    found.append(gather(session, instance, wave, Parameters(margin=10.0)))
    populate(session, wave, {(1, 1): 400, (2, 1): 600})
    found.append(gather(session, instance, wave))
    score(session, wave, [Score("1.3", "green", None)], unit=2)
    found.append(gather(session, instance, wave))
    assert len({each.sha256 for each in found}) == 4
    changed = [
        {name for name in one.hashes if one.hashes[name] != other.hashes[name]}
        for one, other in zip(found[1:], found[:1] * 3, strict=True)
    ]
    assert changed == [{"calibration"}, {"margins"}, {"margins", "self_scores"}]


def test_a_draft_of_self_scores_is_not_used(
    session: Session, instance: Instance, wave: Wave
) -> None:
    before = gather(session, instance, wave)
    score(session, wave, [Score("1.3", "green", None)], unit=2, sealed=False)
    after = gather(session, instance, wave)
    assert after.scores == before.scores
    assert after.sha256 == before.sha256


def test_an_altered_self_score_is_another_input_although_its_seal_stands(
    session: Session, instance: Instance, wave: Wave
) -> None:
    before = gather(session, instance, wave)
    sealed = assessments.sealed_sets(session, wave.id)[0]
    sealed.scores[0].points = 10.0
    assert gather(session, instance, wave).sha256 != before.sha256


def test_what_was_sealed_later_can_be_left_out(
    session: Session, instance: Instance, wave: Wave
) -> None:
    before = gather(session, instance, wave)
    score(session, wave, [Score("1.3", "green", None)], unit=2)
    assert gather(session, instance, wave, earlier=before).sha256 == before.sha256


def test_units_come_in_the_order_of_their_codes(
    session: Session, instance: Instance, wave: Wave
) -> None:
    found = gather(session, instance, wave)
    assert list(found.units) == ["11411", "11413", "11948"]
    assert found.best_series == "assisted"
    assert list(found.asked) == ["residents", "businesses"]
    assert replace(found).sha256 == found.sha256


def test_inputs_from_an_altered_dataset_are_refused(
    session: Session, instance: Instance, wave: Wave
) -> None:
    found = gather(session, instance, wave)
    found.dataset.write_bytes(found.dataset.read_bytes() + b" ")
    with pytest.raises(Refusal, match="dataset_altered"):
        gather(session, instance, wave)
    assert files.file_sha256(found.dataset) != found.hashes["dataset"]
