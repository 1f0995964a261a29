from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.jobs import clockwork
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry, Response
from tests import databases
from tests.factories import make_wave
from tests.runs import collect, open_wave, sheet


def state_of(instance: Instance) -> str:
    with reading(instance.engine) as session:
        return session.scalars(select(Wave.state)).one()


def test_a_wave_whose_end_has_come_is_closed_and_its_answers_are_flushed(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(instance.engine) as session:
        wave = open_wave(session, instance)
        collect(session, instance, wave, [sheet(wave, {"1.3": "4"})])
    clockwork.keep_time(instance)
    assert state_of(instance) == "open"
    monkeypatch.setattr(clock, "now", lambda: wave.closes_at)
    clockwork.keep_time(instance)
    clockwork.keep_time(instance)  # a second time is no harm
    assert state_of(instance) == "closed"
    with reading(instance.engine) as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 1


def test_a_registered_wave_is_opened_when_its_moment_comes(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session, "registered", opens_at=clock.now() + timedelta(hours=1))
        for asked in wave.questionnaires:
            found = instance.library.questionnaires[asked.questionnaire, asked.version]
            asked.sha256 = found.sha256
    clockwork.keep_time(instance)
    assert state_of(instance) == "registered"
    monkeypatch.setattr(clock, "now", lambda: wave.opens_at)
    clockwork.keep_time(instance)
    assert state_of(instance) == "open"


def test_the_flush_moves_what_is_enough_and_leaves_an_empty_log(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = open_wave(session, instance)
        sheets = [sheet(wave, {"1.3": "4"}) for _ in range(20)]
        collect(session, instance, wave, [*sheets, sheet(wave, {"1.3": "4"}, unit=1)])
    clockwork.flush(instance)
    with reading(instance.engine) as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 20
        assert session.scalar(select(func.count()).select_from(InboxEntry)) == 1
    if not databases.ON_POSTGRESQL:
        assert (instance.settings.folder / "survey.sqlite3-wal").stat().st_size == 0


def test_the_consumer_knows_both_tasks_and_starts_and_stops(instance: Instance) -> None:
    consumer = clockwork.consumer(instance)
    tasks = {task.__name__.split(".")[-1] for task in consumer.huey._registry._registry.values()}
    assert tasks == {"keep_time", "flush"}
    consumer.start()
    consumer.stop(graceful=True)
