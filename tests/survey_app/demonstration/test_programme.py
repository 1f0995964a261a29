"""The invented action programme: it names what exists, and each state and verdict can be seen."""

import pytest
from sqlalchemy.orm import Session

from survey_app.demonstration import programme
from survey_app.demonstration.model import load_model
from survey_app.demonstration.programme import load_programme
from survey_app.errors import Refusal
from survey_app.instrument.loading import Library


def test_every_answer_names_a_finished_wave_a_unit_and_an_indicator(library: Library) -> None:
    model = load_model()
    framework = library.frameworks[model.campaign.framework]
    finished = {wave.key for wave in model.waves if wave.closes < 0}
    units = {unit.code for unit in model.units}
    for each in load_programme().answers:
        assert each.wave in finished
        assert each.unit in units
        assert each.indicator in framework.indicator_by_code


def test_nothing_is_done_after_the_wave_that_tests_it_opens_or_before_it_is_opened() -> None:
    waves = {wave.key: wave for wave in load_model().waves}
    between = waves["hai-phong-2"].opens - waves["hai-phong-1"].closes
    for each in load_programme().answers:
        for action in each.actions:
            if action.done is not None:
                assert programme.OPENED_AFTER + 7 < action.done < between
                assert action.checked is None or action.done < action.checked < between


def test_the_programme_shows_contested_explained_and_verified_things() -> None:
    answers = load_programme().answers
    actions = [action for each in answers for action in each.actions]
    assert {each.answer for each in answers} == {"accept", "contest", "explain"}
    assert {each.decision for each in answers} == {None, "stands"}
    assert any(action.checked for action in actions)
    assert any(action.done and not action.checked for action in actions)
    assert {action.state for action in actions if not action.done} == {"under_way", "planned"}


def test_without_the_invented_accounts_nobody_acts(session: Session) -> None:
    with pytest.raises(Refusal, match="not_found"):
        programme.follow_up(session)
