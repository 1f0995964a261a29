from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey_app.instrument.screening import (
    FLAGS,
    NEVER_ALONE,
    Rule,
    Signs,
    flags_of,
    grounds_after,
    is_set_apart,
    load_rule,
    stored_rule,
)

RULE = Rule(
    network_answers=30,
    fast_seconds=2.0,
    fast_items=8,
    straight_items=8,
    identical_sheets=3,
    identical_items=12,
    text_copies=4,
    text_letters=15,
    advert_copies=2,
    mash_letters=8,
    set_apart=(("honeypot",), ("fast", "identical")),
)
HONEST = Signs(
    honeypot=False,
    from_network=0,
    seconds=300.0,
    answered=20,
    ratings=("4", "3", "4", "5", "4", "4", "2", "4"),
    same_sheets=0,
    text="Rác đổ bừa, nước ngập",
    same_texts=0,
)


def test_an_honest_answer_has_no_sign() -> None:
    assert flags_of(RULE, HONEST) == ()


@pytest.mark.parametrize(
    ("noticed", "flag"),
    [
        ({"honeypot": True}, "honeypot"),
        ({"from_network": 30}, "network"),
        ({"seconds": 39.9}, "fast"),  # 20 questions, two seconds each: 40
        ({"ratings": ("5",) * 8}, "straight"),
        ({"same_sheets": 3}, "identical"),
        ({"same_texts": 4}, "text_repeated"),
        ({"text": "Vay tiền 0912345678", "same_texts": 2}, "text_repeated"),
        ({"text": "asdfghjkl"}, "text_no_words"),
    ],
)
def test_each_sign_counts_from_its_threshold(noticed: dict[str, object], flag: str) -> None:
    assert flags_of(RULE, replace(HONEST, **noticed)) == (flag,)  # type: ignore[arg-type]  # of several fields


@pytest.mark.parametrize(
    "noticed",
    [
        {"from_network": 29},
        {"seconds": 40.0},
        {"seconds": 5.0, "answered": 7},  # seven questions are too few to tell
        {"seconds": -90.0},  # the server's clock was set back
        {"ratings": ("5",) * 7},
        {"ratings": ("5",) * 7 + ("4",)},
        {"same_sheets": 2},
        {"same_sheets": 9, "answered": 11},
        {"same_texts": 3},
        {"text": "Không có ý", "same_texts": 50},  # 8 letters: everybody says so
        {"text": "Vay tiền 0912345678", "same_texts": 1},
        {"text": "asdfghj"},
    ],
)
def test_and_not_below_it(noticed: dict[str, object]) -> None:
    assert flags_of(RULE, replace(HONEST, **noticed)) == ()  # type: ignore[arg-type]  # of several fields


def test_an_answer_is_set_apart_for_all_signs_of_a_line_and_not_for_some() -> None:
    assert is_set_apart(RULE.set_apart, ("fast", "identical", "network"))
    assert is_set_apart(RULE.set_apart, ("honeypot", "straight"))
    assert not is_set_apart(RULE.set_apart, ("fast", "network", "straight"))
    assert not is_set_apart(RULE.set_apart, ())
    assert not is_set_apart((), FLAGS)


@pytest.mark.parametrize("flag", sorted(NEVER_ALONE))
def test_no_rule_sets_answers_apart_for_a_shared_address_or_one_column_alone(flag: str) -> None:
    for lines in ([[flag]], [["network", "straight"]]):
        with pytest.raises(ValidationError, match="set_apart"):
            stored_rule({**RULE.as_stored(), "set_apart": lines})


@pytest.mark.parametrize(
    "change",
    [{"network_answers": 0}, {"fast_seconds": 0}, {"set_apart": [["ip"]]}, {"more": 1}],
)
def test_a_rule_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        stored_rule({**RULE.as_stored(), **change})


def test_a_stored_rule_is_the_same_rule_with_the_same_hash() -> None:
    again = stored_rule(RULE.as_stored())
    assert (again, again.sha256) == (RULE, RULE.sha256)
    assert RULE.model_copy(update={"network_answers": 31}).sha256 != RULE.sha256


def test_a_rule_is_read_from_its_file(tmp_path: Path) -> None:
    lines = [f"{name} = {value}" for name, value in RULE.as_stored().items()]
    (tmp_path / "rule.toml").write_text("\n".join(lines), encoding="utf-8")
    assert load_rule(tmp_path / "rule.toml") == RULE


def test_verdicts_release_a_sign_set_it_apart_and_return_to_the_rule() -> None:
    rule = (("honeypot",), ("fast", "identical"), ("fast", "network"))
    assert grounds_after(rule, []) == tuple(sorted(rule))
    assert grounds_after(rule, [("fast", "counted")]) == (("honeypot",),)
    assert grounds_after(rule, [("text_repeated", "set_apart")]) == tuple(
        sorted((*rule, ("text_repeated",)))
    )
    there_and_back = [("fast", "counted"), ("fast", "registered")]
    assert grounds_after(rule, there_and_back) == tuple(sorted(rule))


@given(
    st.lists(st.sampled_from(FLAGS), unique=True), st.lists(st.sampled_from(FLAGS), unique=True)
)
def test_further_signs_never_bring_an_answer_back(few: list[str], more: list[str]) -> None:
    if is_set_apart(RULE.set_apart, few):
        assert is_set_apart(RULE.set_apart, [*few, *more])
