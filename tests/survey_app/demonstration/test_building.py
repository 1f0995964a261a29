"""The whole demonstration, with a small share of its people."""

import ast
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row
from sqlalchemy.orm import Session

from survey_app import demonstration
from survey_app.config import Settings
from survey_app.db import make_engine, reading, transaction
from survey_app.demonstration.model import load_model
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.keys import create_keys
from survey_app.models import Base
from survey_app.models.responses import AnswerSheet
from survey_app.queries import assessments, campaigns, responses, runs, staff
from tests import databases
from tests.factories import make_province, make_unit

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SCALE = 0.05
MODEL = load_model()
CODE = Path(demonstration.__file__).parent


def empty_instance(folder: Path, library: Library) -> Instance:
    """An instance that has its tables and the units of the demonstration."""
    settings = Settings(folder=folder, database_url=databases.address_in(folder))
    databases.create(folder)
    settings.datasets.mkdir()
    engine = make_engine(settings.database_url)
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        province = make_province(session)
        for unit in MODEL.units:
            make_unit(session, unit.code, parent=province)
    return Instance(settings, engine, library, create_keys(settings.secret_file))


def built_instance(folder: Path, library: Library) -> Instance:
    instance = empty_instance(folder, library)
    demonstration.build(instance, AT, lambda _message: None, scale=SCALE)
    return instance


@pytest.fixture(scope="module")
def built(
    database: None, tmp_path_factory: pytest.TempPathFactory, library: Library
) -> Iterator[Instance]:
    instance = built_instance(tmp_path_factory.mktemp("built"), library)
    yield instance
    instance.engine.dispose()


@pytest.fixture
def look(built: Instance) -> Iterator[Session]:
    with reading(built.engine) as session:
        yield session


def answered(session: Session) -> Counter[str]:
    """Every stored sheet of every wave, whatever its random id."""
    return Counter(
        repr(
            (each.unit_id, each.audience, each.language, each.block, sorted(each.answers.items()))
        )
        for wave in campaigns.waves(session)
        for each in stored(session, wave.id)
    )


def stored(session: Session, wave_id: int) -> Iterator[AnswerSheet | Row[Any]]:
    yield from responses.responses_of_wave(session, wave_id)
    yield from responses.inbox_of_wave(session, wave_id)


def test_two_waves_are_published_and_one_is_open(look: Session) -> None:
    waves = campaigns.waves(look)
    assert [wave.state for wave in waves] == ["published", "published", "open"]
    assert all(wave.campaign.is_demonstration for wave in waves)
    assert waves[-1].opens_at < AT < waves[-1].closes_at


def test_every_answer_came_through_the_inbox(look: Session) -> None:
    for wave in campaigns.waves(look):
        flushed = list(responses.responses_of_wave(look, wave.id))
        waiting = responses.inbox_of_wave(look, wave.id)
        assert bool(waiting) == (wave.state == "open")
        assert bool(flushed) == (wave.state == "published")
        came = sum(day.responses for day in responses.daily_counts(look, wave.id))
        assert came == len(flushed) + len(waiting) > 0


def test_no_module_of_the_demonstration_touches_tables_of_answers_or_results() -> None:
    allowed = {"Action", "Campaign", "Wave", "StaffMember", "Unit"}
    for path in CODE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and str(node.module).startswith("survey_app.models")
            for alias in node.names
        }
        assert named <= allowed, path.name


def test_collected_answers_name_their_collector_and_open_ones_nobody(look: Session) -> None:
    for wave in campaigns.waves(look):
        for each in responses.responses_of_wave(look, wave.id):
            assert bool(each.cluster) == (each.channel == "assisted")


def test_closed_waves_have_sealed_scores_and_the_open_one_a_draft(look: Session) -> None:
    states = [
        Counter(found.state for found in assessments.score_sets(look, wave.id))
        for wave in campaigns.waves(look)
    ]
    assert states == [{"sealed": 8}, {"sealed": 8}, {"sealed": 5, "draft": 1}]


def test_closed_waves_have_a_registered_run_over_every_unit_and_indicator(look: Session) -> None:
    for wave in campaigns.published_waves(look):
        run = runs.registered_run(look, wave.id)
        assert run is not None
        headlines = [row for row in runs.rows(look, run.id) if row.headline]
        assert len(headlines) == 8 * 39


def test_there_is_an_account_of_each_role_for_this_machine_only(look: Session) -> None:
    members = staff.members(look)
    assert {grant.role for member in members for grant in member.grants} == {
        "assessor",
        "official",
        "expert",
        "administrator",
    }
    assert all(member.loopback_only for member in members)


def test_the_same_seed_gives_the_same_demonstration(
    look: Session, tmp_path: Path, library: Library
) -> None:
    other = built_instance(tmp_path, library)
    with reading(other.engine) as session:
        assert answered(session) == answered(look)
    other.engine.dispose()
    databases.drop(tmp_path)


def test_a_second_demonstration_is_refused_and_changes_nothing(built: Instance) -> None:
    with reading(built.engine) as session:
        before = answered(session)
    with pytest.raises(Refusal, match="demonstration_exists"):
        demonstration.build(built, AT, lambda _message: None, scale=SCALE)
    with reading(built.engine) as session:
        assert answered(session) == before


def test_the_guide_names_every_account_and_an_open_survey() -> None:
    lines = "\n".join(demonstration.guide("http://127.0.0.1:8000"))
    assert "http://127.0.0.1:8000/vi/s/hai-phong-3/11413" in lines
    for member in MODEL.accounts.members:
        assert member.role in lines
    assert lines.count("survey-app invite") == 2  # in both languages
