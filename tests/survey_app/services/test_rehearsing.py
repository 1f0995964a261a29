from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models import Base
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset
from survey_app.models.trials import TrialAnswer
from survey_app.queries import responses
from survey_app.services import datasets, rehearsing, responding
from tests.factories import make_wave
from tests.runs import close, collect, open_wave, sheet

KEY = "a" * 32


def everything_live(session: Session) -> dict[str, bytes]:
    """All tables but that of the trials, byte by byte."""
    tables: list[Table] = [
        table for table in Base.metadata.sorted_tables if table.name != "trial_answer"
    ]
    return {
        table.name: repr(
            session.execute(select(table).order_by(*table.primary_key)).all()
        ).encode()
        for table in tables
    }


def trials(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TrialAnswer)) or 0


@pytest.mark.parametrize("state", ["draft", "registered", "open"])
def test_a_form_is_tried_while_its_wave_is_planned_and_while_it_is_open(
    session: Session, state: str
) -> None:
    wave = make_wave(session, state)
    rehearsing.keep(session, sheet(wave, {"1.3": "5"}), KEY, now())
    session.flush()
    assert trials(session) == 1


@pytest.mark.parametrize("state", ["closed", "published"])
def test_a_wave_that_is_over_is_not_tried(session: Session, state: str) -> None:
    wave = make_wave(session, state)
    with pytest.raises(Refusal, match="wave_not_open"):
        rehearsing.keep(session, sheet(wave, {"1.3": "5"}), KEY, now())


def test_a_retry_is_the_same_trial_and_other_answers_under_its_key_are_refused(
    session: Session,
) -> None:
    wave = make_wave(session)
    for _again in range(2):
        rehearsing.keep(session, sheet(wave, {"1.3": "5"}), KEY, now())
    session.flush()
    assert trials(session) == 1
    with pytest.raises(Refusal, match="key_used_otherwise"):
        rehearsing.keep(session, sheet(wave, {"1.3": "4"}), KEY, now())


def test_trials_leave_every_live_table_as_it_was_byte_by_byte(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    collect(session, instance, wave, [sheet(wave, {"1.3": "5"})])
    before = everything_live(session)
    for number in range(25):  # more than a stratum that is flushed
        rehearsing.keep(session, sheet(wave, {"1.3": "1"}), f"{number:032d}", now())
    session.flush()
    assert trials(session) == 25
    assert everything_live(session) == before
    assert [row.responses for row in responses.counts(session, wave.id)] == [1]


def test_a_dataset_is_the_same_file_with_and_without_trials(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    collect(session, instance, wave, [sheet(wave, {"1.3": "5"}), sheet(wave, {"1.5": "2"})])
    close(session, wave)
    first = _freeze(session, instance, wave)
    path = files.path_of(instance.settings.datasets, first.sha256)
    content, name = path.read_bytes(), first.sha256
    session.delete(first)
    path.unlink()
    wave.state = "open"
    rehearsing.keep(session, sheet(wave, {"1.3": "1"}), KEY, now())
    wave.state = "closed"
    session.flush()
    again = _freeze(session, instance, wave)
    assert (again.sha256, again.responses, path.read_bytes()) == (name, 2, content)


def test_the_door_of_answers_takes_nothing_that_was_tried(
    session: Session, instance: Instance
) -> None:
    wave = open_wave(session, instance)
    tried = sheet(wave, {"1.3": "5"}, channel="trial")
    with pytest.raises(Refusal, match="channel_not_offered"):
        responding.submit(session, tried, KEY, instance.keys, now())


def test_what_came_in_is_counted_by_question_and_emptied_for_its_wave_alone(
    session: Session,
) -> None:
    wave = make_wave(session)
    units = [place.unit for place in wave.units]
    other = make_wave(session, key="2026-2", number=2, campaign=wave.campaign, units=units)
    said = [{"1.3": "5"}, {"1.3": "5"}, {"1.3": "dont_know", "sex": "1"}]
    for number, answers in enumerate(said):
        rehearsing.keep(session, sheet(wave, answers), f"{number:032d}", now())
    rehearsing.keep(session, sheet(other, {"1.3": "1"}), KEY, now())
    session.flush()
    [found] = rehearsing.rehearsals(session, wave)
    assert (found.audience, found.questionnaire, found.forms) == ("residents", "residents/v1", 3)
    assert {each.item: dict(each.codes) for each in found.items} == {
        "1.3": {"5": 2, "dont_know": 1},
        "sex": {"1": 1},
    }
    assert rehearsing.empty(session, wave) == 3
    assert trials(session) == 1


def test_an_address_that_went_astray_does_not_fill_the_disk(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "MOST", 2)
    wave = make_wave(session)
    for number in range(2):
        rehearsing.keep(session, sheet(wave, {"1.3": "5"}), f"{number:032d}", now())
        session.flush()
    with pytest.raises(Refusal, match="trial_full"):
        rehearsing.keep(session, sheet(wave, {"1.3": "5"}), KEY, now())


def _freeze(session: Session, instance: Instance, wave: Wave) -> Dataset:
    at = wave.closes_at + timedelta(days=1)
    return datasets.freeze(session, wave, instance.library, instance.settings.datasets, at)
