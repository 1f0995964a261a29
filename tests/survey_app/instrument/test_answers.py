import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.instrument.answers import (
    NOT_ASKED,
    SKIPPED,
    AnswerFault,
    canonical,
    check,
    clean,
    coded,
    to_code,
)
from survey_app.instrument.definition import Questionnaire

BLOCK = ("1.10", "1.1")


def test_a_good_sheet_is_understood_in_the_order_it_was_met(people: Questionnaire) -> None:
    raw = {"sex": "2", "1.1": "dont_know", "1.10": "4", "comment": "  Cảm ơn \r\n"}
    checked = check(people, BLOCK, raw)
    assert list(checked.answers.items()) == [("1.10", "4"), ("1.1", "dont_know"), ("sex", "2")]
    assert checked.text == "Cảm ơn"
    assert checked.faults == ()


def test_blank_answers_are_as_good_as_none(people: Questionnaire) -> None:
    checked = check(people, BLOCK, {"1.10": "4", "1.1": "", "sex": "", "comment": " \n"})
    assert (checked.answers, checked.text, checked.faults) == ({"1.10": "4"}, None, ())


@pytest.mark.parametrize(
    ("posted", "fault"),
    [
        ({"1.1": "6"}, AnswerFault("1.1", "not_an_option", {"answer": "6"})),
        ({"1.1": "refused"}, AnswerFault("1.1", "not_an_option", {"answer": "refused"})),
        ({"1.1": " 1"}, AnswerFault("1.1", "not_an_option", {"answer": "1"})),
        ({"1.1": "\u0661"}, AnswerFault("1.1", "not_an_option", {"answer": "\u0661"})),
        ({"1.1": ["1", "2"]}, AnswerFault("1.1", "repeated", {"times": 2})),
        ({"1.1": ["1", "1"]}, AnswerFault("1.1", "repeated", {"times": 2})),
        ({"1.1": 1}, AnswerFault("1.1", "not_text")),
        ({"1.2": "1"}, AnswerFault("1.2", "not_in_block")),
        ({"9.9": "1"}, AnswerFault("9.9", "unknown_item")),
        ({"comment": "x" * 21}, AnswerFault("comment", "too_long", {"length": 21, "max_length": 20})),
    ],
)  # fmt: skip
def test_a_bad_answer_is_a_fault_that_keeps_the_rest(
    people: Questionnaire, posted: dict[str, object], fault: AnswerFault
) -> None:
    checked = check(people, BLOCK, {"1.10": "4", **posted})
    assert checked.faults == (fault,)
    assert checked.answers == {"1.10": "4"}


def test_text_that_is_too_long_is_kept_for_its_writer(people: Questionnaire) -> None:
    assert check(people, BLOCK, {"1.1": "1", "comment": "x" * 21}).text == "x" * 21


def test_the_limit_counts_characters_as_people_do_not_bytes_or_parts(
    people: Questionnaire,
) -> None:
    word = unicodedata.normalize("NFD", "ệ") * 20
    checked = check(people, BLOCK, {"1.1": "1", "comment": word})
    assert (checked.text, checked.faults) == ("ệ" * 20, ())


def test_a_sheet_without_one_answered_topic_is_empty(people: Questionnaire) -> None:
    checked = check(people, BLOCK, {"sex": "1", "comment": "Xin chào"})
    assert checked.faults == (AnswerFault("", "empty"),)
    assert checked.text == "Xin chào"


def test_answers_off_the_path_are_dropped_when_an_earlier_answer_changes(
    people: Questionnaire,
) -> None:
    raw = {"1.1.missed": "2", "1.1.told": "1", "1.1.answered": "2", "1.1": "3"}
    assert check(people, BLOCK, raw).answers == {"1.1.missed": "2", "1.1": "3"}
    assert check(people, BLOCK, {**raw, "1.1.missed": "1"}).answers == {**raw, "1.1.missed": "1"}


def test_a_huge_field_name_is_cut_in_its_fault(people: Questionnaire) -> None:
    [fault, _] = check(people, BLOCK, {"x" * 1_000_000: "1"}).faults
    assert fault.item_id == "x" * 80


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary()
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner),
    max_leaves=4,
)  # fmt: skip
names = st.sampled_from(["1.1", "1.1.told", "1.2", "sex", "comment", "overall", ""]) | st.text(
    st.characters(exclude_categories=())
)


@given(st.dictionaries(names, anything), st.lists(names, max_size=4))
def test_no_garbage_makes_the_check_fail(
    people: Questionnaire, raw: dict[str, object], topics: list[str]
) -> None:
    checked = check(people, topics, raw)
    for name, answer in checked.answers.items():
        assert answer in people.allowed_codes(people.items[name])
    canonical(checked.answers)
    json.dumps([dict(fault.details) for fault in checked.faults]).encode()
    (checked.text or "").encode()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (unicodedata.normalize("NFD", "Phường Tân Định"), "Phường Tân Định"),
        ("a\x00b\x07c", "abc"),
        ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ("a\tb", "a\tb"),
        ("\u202egnol\u202c \u2066x\u2069\u200f", "gnol x"),
        ("a\u200bb\ufeffc", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\u0065\u200b\u0323", "ẹ"),
    ],
)
def test_open_text_is_stored_composed_and_without_what_harms(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@given(st.text(st.characters(exclude_categories=())))
def test_cleaned_text_is_stable_and_fits_every_database(text: str) -> None:
    stored = clean(text)
    assert clean(stored) == stored
    assert "\x00" not in stored
    assert stored.encode().decode() == stored
    assert unicodedata.is_normalized("NFC", stored)


def test_answers_become_the_codes_of_the_datasets(people: Questionnaire) -> None:
    rating = people.items["1.1"]
    assert [to_code(rating, str(code)) for code in range(1, 6)] == [0, 1, 2, 3, 4]
    assert to_code(rating, "dont_know") == -2
    assert to_code(people.items["sex"], "refused") == -3
    assert to_code(rating, None) == SKIPPED == -4
    assert to_code(rating, "not_used") == -5


def test_what_the_design_did_not_ask_is_told_from_what_a_person_skipped(
    people: Questionnaire,
) -> None:
    assert coded(people, BLOCK, {"1.1.missed": "2", "1.10": "5", "sex": "1"}) == {
        "1.1.missed": 1,
        "1.1.told": NOT_ASKED,
        "1.1.answered": NOT_ASKED,
        "1.1": SKIPPED,
        "1.2": NOT_ASKED,
        "1.10": 4,
        "overall": SKIPPED,
        "sex": 0,
    }


def test_equal_answers_have_equal_bytes() -> None:
    assert canonical({"b": "2", "a": "1"}) == canonical({"a": "1", "b": "2"})
    assert canonical({"b": "2", "a": "ệ"}) == '{"a":"ệ","b":"2"}'.encode()


def test_a_megabyte_of_stacked_marks_is_read_in_time() -> None:
    started = time.process_time()
    clean("a" + "\u0323\u0301" * 500_000)
    assert time.process_time() - started < 2
