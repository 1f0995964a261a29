"""Codes as people copy them from paper: look-alikes, slips, and keyboards that write Vietnamese."""

from itertools import combinations

import pytest

from survey_app.errors import Refusal
from survey_app.services.invitation_codes import (
    ALPHABET,
    LENGTH,
    code_of,
    grouped,
    new_token,
    token_of,
)

TOKEN = bytes(range(0x10, 0x20))
CODE = code_of(TOKEN)


def is_mistyped(code: str) -> bool:
    try:
        token_of(code)
    except Refusal as refusal:
        return refusal.code == "invitation_mistyped"
    return False


def test_the_alphabet_is_crockfords_and_has_no_letter_that_looks_like_another() -> None:
    assert len(ALPHABET) == 32
    assert set("ILOU").isdisjoint(ALPHABET)


def test_the_data_are_the_number_in_base_32() -> None:
    # 0x0f = 01111 and 0x10 = 10000 in the last two characters: 15 -> F, 16 -> G
    assert code_of(bytes(15) + b"\x0f")[-2] == "F"
    assert code_of(bytes(15) + b"\x10")[-2] == "G"
    assert code_of(b"\xff" * 16)[:26] == "7" + "Z" * 25


def test_every_token_comes_back_and_no_two_are_alike() -> None:
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert {token_of(code_of(each)) for each in tokens} == tokens
    assert {len(code_of(each)) for each in tokens} == {LENGTH}


@pytest.mark.parametrize(
    "typed",
    [
        grouped(CODE),
        grouped(CODE).lower(),
        f"  {CODE[:9]} {CODE[9:]}\t\n",
        CODE.replace("0", "O").replace("1", "l"),
        CODE.replace("0", "o").replace("1", "I"),
        CODE.replace("V", "u"),
        "\u2013".join(CODE[start : start + 3] for start in range(0, LENGTH, 3)),
        "".join(chr(ord(each) + 0xFEE0) for each in CODE),  # fullwidth
    ],
)
def test_what_looks_alike_and_how_it_is_spaced_do_not_matter(typed: str) -> None:
    assert token_of(typed) == TOKEN


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        *(("AA", "Â"), ("aa", "â"), ("EE", "ê"), ("DD", "Đ"), ("AS", "Á"), ("EF", "è")),
        *(("AW", "ă"), ("AAJ", "Ậ"), ("AAS", "ấ"), ("EEX", "Ễ"), ("W", "ư"), ("AR", "Ả")),
    ],
)
def test_a_keyboard_that_writes_vietnamese_does_not_spoil_a_code(keys: str, seen: str) -> None:
    token = next(
        token
        for token in (new_token() for _ in range(1_000_000))
        if keys.upper() in code_of(token)
    )
    assert token_of(code_of(token).replace(keys.upper(), seen)) == token


def test_every_single_wrong_character_is_found() -> None:
    for place in range(LENGTH):
        for wrong in ALPHABET.replace(CODE[place], ""):
            assert is_mistyped(CODE[:place] + wrong + CODE[place + 1 :])


def test_any_two_characters_that_changed_places_are_found() -> None:
    for one, other in combinations(range(LENGTH), 2):
        swapped = list(CODE)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert "".join(swapped) == CODE or is_mistyped("".join(swapped))


@pytest.mark.parametrize(
    "typed", ["*" + CODE[1:], "Ж" + CODE[1:], "\0" + CODE[1:], "8" + CODE[1:]]
)
def test_what_no_code_has_is_a_slip(typed: str) -> None:
    assert is_mistyped(typed)


@pytest.mark.parametrize("typed", ["", " ", CODE[:-1], CODE + "0", "x" * 100_000])
def test_a_code_of_another_length_is_told_so(typed: str) -> None:
    with pytest.raises(Refusal, match="invitation_incomplete"):
        token_of(typed)
