from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset
from survey_app.services import datasets, responding
from tests.factories import make_wave
from tests.runs import close, collect, open_wave, sheet, soon


def freeze(session: Session, instance: Instance, wave: Wave) -> Dataset:
    return datasets.freeze(
        session,
        wave,
        instance.library,
        instance.settings.datasets,
        wave.closes_at + timedelta(days=1),
    )


def closed(session: Session, instance: Instance) -> Wave:
    wave = open_wave(session, instance)
    sheets = [
        sheet(wave, {"1.3": "5", "1.5": "dont_know", "sex": "2"}),
        sheet(wave, {"1.3": "not_used", "sex": "refused"}, unit=1),
        sheet(wave, {"1.10": "1", "size": "3"}, audience="businesses"),
    ]
    collect(session, instance, wave, sheets)
    close(session, wave)
    return wave


def test_a_closed_wave_is_frozen_once(session: Session, instance: Instance) -> None:
    wave = closed(session, instance)
    frozen = freeze(session, instance, wave)
    assert (frozen.responses, frozen.source, frozen.wave_id) == (3, "wave", wave.id)
    assert freeze(session, instance, wave) is frozen
    assert session.scalars(select(Dataset)).all() == [frozen]


def test_two_builds_of_the_same_answers_are_the_same_file(
    session: Session, instance: Instance
) -> None:
    wave = closed(session, instance)
    first = freeze(session, instance, wave)
    path = files.path_of(instance.settings.datasets, first.sha256)
    name, content = first.sha256, path.read_bytes()
    session.delete(first)
    session.flush()
    path.unlink()
    assert freeze(session, instance, wave).sha256 == name
    assert path.read_bytes() == content


def test_every_kind_of_answer_has_its_code(session: Session, instance: Instance) -> None:
    frozen = freeze(session, instance, closed(session, instance))
    table = files.read(files.checked_path(instance.settings.datasets, frozen.sha256))
    found = {(row["unit"], row["audience"]): row for row in table.to_pylist()}
    one, other = found["11413", "residents"], found["11411", "residents"]
    business = found["11413", "businesses"]
    assert (one["1.3"], one["1.5"], one["residents/sex"]) == (4, -2, 1)
    assert (other["1.3"], other["residents/sex"]) == (-5, -3)
    assert one["1.6"] == -4  # asked in this block, left blank
    assert one["4.2"] == -1  # not in this block
    assert (business["1.10"], business["businesses/size"]) == (0, 2)
    assert (one["1.10"], one["businesses/size"], business["residents/sex"]) == (-1, -1, -1)
    assert (one["channel"], one["language"], one["block"], one["helped"]) == (
        "open",
        "vi",
        "0",
        "0",
    )


def test_a_file_holds_no_text_and_no_moment(session: Session, instance: Instance) -> None:
    frozen = freeze(session, instance, closed(session, instance))
    table = files.read(files.checked_path(instance.settings.datasets, frozen.sha256))
    texts = set(files.GROUP_COLUMNS)
    assert {field.name for field in table.schema if str(field.type) != "int8"} == texts
    assert not any("comment" in name for name in table.schema.names)


@pytest.mark.parametrize("state", ["draft", "registered", "open"])
def test_a_wave_that_is_not_closed_is_not_frozen(
    session: Session, instance: Instance, state: str
) -> None:
    with pytest.raises(Refusal, match="wave_still_open"):
        freeze(session, instance, make_wave(session, state))


def test_answers_that_wait_keep_a_wave_from_being_frozen(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    responding.submit(session, sheet(wave, {"1.3": "4"}), "a" * 32, instance.keys, soon(wave))
    wave.state = "closed"
    with pytest.raises(Refusal, match="inbox_not_empty"):
        freeze(session, instance, wave)


def test_a_frozen_file_that_was_altered_is_refused(session: Session, instance: Instance) -> None:
    wave = closed(session, instance)
    frozen = freeze(session, instance, wave)
    path = files.path_of(instance.settings.datasets, frozen.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(Refusal, match="dataset_altered"):
        freeze(session, instance, wave)


def test_answers_to_an_edited_questionnaire_are_not_coded(
    session: Session, instance: Instance
) -> None:
    wave = closed(session, instance)
    wave.questionnaires[0].sha256 = "0" * 64
    with pytest.raises(Refusal, match="questionnaire_changed"):
        freeze(session, instance, wave)


def test_a_wave_that_nobody_answered_is_frozen_too(session: Session, instance: Instance) -> None:
    wave = open_wave(session, instance)
    close(session, wave)
    assert freeze(session, instance, wave).responses == 0


def test_each_block_of_a_coding_names_its_indicators(instance: Instance) -> None:
    questionnaire = instance.library.questionnaires["residents", "v1"]
    coding = datasets.coding_of(questionnaire)
    assert len(coding.blocks) == len(questionnaire.indicators)
    assert {len(block) for block in coding.blocks} == {questionnaire.topics_per_person}
    assert "comment" not in coding.columns
    twice = datasets.columns_of({"a": coding, "b": replace(coding)})
    assert len(twice) == len(set(twice)) == len(coding.columns)
