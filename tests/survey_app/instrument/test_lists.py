"""A list experiment as people meet it: one of two lists, dealt with the block, answered by a count."""

import random
from collections import Counter
from pathlib import Path

import pytest

from survey_app.instrument.answers import check, coded
from survey_app.instrument.blocks import (
    Deck,
    arm_of,
    asked_in,
    count_of,
    design_of,
    indicators_of,
)
from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.loading import load_all

FOLDER = Path(__file__).parents[3] / "questionnaires"
TOPICS = ("1.2", "1.3")
CONTROL, TREATED = 0, 21


@pytest.fixture(scope="module")
def form() -> Questionnaire:
    return load_all(FOLDER).questionnaires["businesses", "v2"]


def faults_of(form: Questionnaire, block: int, count: str) -> list[str]:
    raw = {"1.2": "3", "unofficial": count}
    return [fault.code for fault in check(asked_in(form, block), TOPICS, raw).faults]


def test_each_block_of_topics_is_there_once_for_each_list(form: Questionnaire) -> None:
    assert (design_of(form).count, count_of(form)) == (21, 42)
    assert [arm_of(form, block) for block in range(42)] == [0] * 21 + [1] * 21
    assert indicators_of(form, 5) == indicators_of(form, 26)
    for block in (-1, 42):
        with pytest.raises(IndexError):
            indicators_of(form, block)


def test_a_form_without_a_list_is_dealt_as_ever() -> None:
    residents = load_all(FOLDER).questionnaires["residents", "v1"]
    assert (count_of(residents), arm_of(residents, 31)) == (32, 0)
    assert asked_in(residents, 31) is residents
    with pytest.raises(IndexError):
        arm_of(residents, 32)


def test_after_each_whole_deck_as_many_have_met_either_list(form: Questionnaire) -> None:
    deck = Deck(count_of(form), random.Random(3))  # noqa: S311  a shuffle to be repeated
    arms = Counter(arm_of(form, deck.deal()) for _ in range(42 * 5))
    assert arms == {0: 105, 1: 105}


@pytest.mark.parametrize("block", [CONTROL, TREATED])
def test_every_count_from_none_to_all_and_a_refusal_are_answers(
    form: Questionnaire, block: int
) -> None:
    statements = len(asked_in(form, block).items["unofficial"].statements)
    assert statements == 4 + (block == TREATED)
    for count in (*map(str, range(statements + 1)), "refused", ""):
        assert faults_of(form, block, count) == []
    for wrong in (str(statements + 1), "-1", "00", "1.5", "dont_know"):
        assert faults_of(form, block, wrong) == ["not_an_option"]


def test_the_control_list_does_not_show_the_sensitive_statement(form: Questionnaire) -> None:
    texts = [each.text.en for each in asked_in(form, CONTROL).items["unofficial"].statements]
    assert not any("official" in text for text in texts)
    assert asked_in(form, CONTROL).sha256 == form.sha256


def test_a_count_is_stored_as_it_is_and_a_refusal_as_one(form: Questionnaire) -> None:
    found = {
        given: coded(form, TOPICS, {"unofficial": given} if given else {})["unofficial"]
        for given in ("0", "3", "5", "refused", "")
    }
    assert found == {"0": 0, "3": 3, "5": 5, "refused": -3, "": -4}


def test_the_forms_of_both_arms_are_the_same_apart_from_the_list(form: Questionnaire) -> None:
    control, treated = (asked_in(form, block) for block in (CONTROL, TREATED))
    for item in form.all_items:
        if item.kind != "list_count":
            assert control.items[item.id] == treated.items[item.id]
