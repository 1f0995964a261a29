from dataclasses import replace

import pytest
from flask import Flask

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.instrument.blocks import indicators_of
from survey_app.web.respond import pages
from survey_app.web.respond.desk import Asked, Desk
from survey_app.web.respond.posted import fill
from survey_app.web.respond.stamps import Place
from tests.factories import make_wave


@pytest.fixture
def asked(app: Flask, instance: Instance) -> Asked:
    with transaction(instance.engine) as session:
        make_wave(session)
    with app.app_context():
        return Desk().asked(Place("2026-1", "11413", "residents"))


def block_with(asked: Asked, indicator: str) -> int:
    return next(b for b in range(32) if indicator in indicators_of(asked.questionnaire, b))


def test_topics_stand_in_the_order_of_the_block_and_the_comment_comes_last(
    app: Flask, asked: Asked
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        shown = pages.sheet(asked, fill(asked.questionnaire, 3, {}))
    topics = [screen for screen in shown.screens if screen.kind == "topic"]
    codes = [screen.questions[-1].name for screen in topics]
    assert tuple(codes) == indicators_of(asked.questionnaire, 3)
    assert [screen.number for screen in topics] == list(range(1, 9))
    assert [screen.title for screen in shown.screens[8:]] == [
        "All in all",
        "About you",
        "In your own words",
    ]
    assert len(shown.intro) == 6
    assert shown.minutes_left[0] == "About 1 minute left"


def test_wordings_name_the_unit(app: Flask, asked: Asked) -> None:
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        shown = pages.sheet(asked, fill(asked.questionnaire, 0, {}))
    said = " ".join(shown.intro) + " ".join(
        question.words + question.hint for screen in shown.screens for question in screen.questions
    )
    assert "phường Hải An" in said
    assert "{" not in said


def test_reading_again_shows_the_path_in_words(app: Flask, asked: Asked) -> None:
    block = block_with(asked, "1.5")
    filled = fill(asked.questionnaire, block, {"1.5.online": ["3"], "1.5": ["dont_know"]})
    with app.test_request_context(headers={"Accept-Language": "en"}):
        answers = [each.answer for each in pages.given(asked, filled)]
        words = [each.words for each in pages.given(asked, filled)]
    assert [answer for answer in answers if answer] == ["No", "Don't know"]
    assert not any("After applying online" in each for each in words)


def test_a_business_is_asked_about_the_business(
    app: Flask, asked: Asked, instance: Instance
) -> None:
    business = replace(
        asked,
        place=Place("2026-1", "11413", "businesses"),
        questionnaire=instance.library.questionnaires["businesses", "v1"],
    )
    with app.test_request_context(headers={"Accept-Language": "en"}):
        shown = pages.sheet(business, fill(business.questionnaire, 0, {}))
    assert "About your business" in [screen.title for screen in shown.screens]


def test_what_is_no_question_of_the_form_is_said_once(app: Flask, asked: Asked) -> None:
    filled = fill(asked.questionnaire, 0, {f"9.{number}": ["1"] for number in range(10)})
    faults = filled.checked.faults
    assert [fault.code for fault in faults].count("unknown_item") == 10
    with app.test_request_context(headers={"Accept-Language": "en"}):
        said = pages.sheet(asked, filled, faults=faults).faults
    assert [what for _where, what in said] == [
        "The form held something that is not one of its questions.",
        "Please answer at least one question on any topic.",
    ]
