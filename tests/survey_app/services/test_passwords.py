import threading
import time
import unicodedata

import pytest

from survey_app.errors import Refusal
from survey_app.services import passwords

GOOD = "Bốn con mèo ăn phở sáng"


def refused(password: str, user_name: str = "lan.nguyen") -> str | None:
    try:
        passwords.check_password(password, user_name)
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_sentence_of_words_is_a_good_password() -> None:
    assert refused(GOOD) is None
    assert refused("correct horse battery staple") is None


def test_fourteen_characters_are_too_few_and_fifteen_are_enough() -> None:
    assert refused("tamvnqlsrkezgh") == "password_too_short"
    assert refused("tamvnqlsrkezghi") is None


def test_length_counts_letters_whatever_way_they_are_composed() -> None:
    fourteen = unicodedata.normalize("NFD", "ế" * 7 + "ộ" * 7)
    assert len(fourteen) > passwords.SHORTEST
    assert refused(fourteen) == "password_too_short"


def test_no_mixture_of_capitals_digits_and_signs_is_demanded() -> None:
    assert refused("chuonchuonbaythap") is None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password123456789",
        "matkhau-matkhau-2026",
        "Mật khẩu: admin!!",
        "123456789012345678",
        "qwertyuiopasdfghjkl",
        "lan.nguyen.2026.2026",
        "LANNGUYENlannguyen",
        "Hải Phòng 2026 2026!",
        "aaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "UBND phường 12345678",
    ],
)
def test_passwords_that_are_tried_first_are_refused(password: str) -> None:
    assert refused(password) == "password_too_common"


def test_a_common_word_inside_an_uncommon_password_is_no_fault() -> None:
    assert refused("password của bà ngoại trồng khoai") is None


def test_two_hundred_characters_are_accepted_and_more_are_refused() -> None:
    long = "chuồn chuồn bay thấp thì mưa " * 7
    assert refused(long[:200]) is None
    assert refused(long[:201]) == "password_too_long"


@pytest.mark.parametrize("length", [23, 200])
def test_composed_and_decomposed_spelling_open_the_same_door(length: int) -> None:
    typed = (GOOD * 10)[:length]
    stored = passwords.hash_password(unicodedata.normalize("NFC", typed))
    assert passwords.matches(unicodedata.normalize("NFD", typed), stored)
    assert not passwords.matches(typed + "x", stored)


def test_the_hash_has_the_declared_cost() -> None:
    assert passwords.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password() -> None:
    stored = passwords.hash_password(GOOD)
    passwords.matches(GOOD, None)  # makes the stand-in hash once

    def cost(password_hash: str | None) -> float:
        begun = time.thread_time()
        for _ in range(4):
            assert not passwords.matches("not this one", password_hash)
        return time.thread_time() - begun

    assert 0.5 < cost(None) / cost(stored) < 2


def test_hashing_has_two_places_at_work_and_four_to_wait() -> None:
    codes: list[str] = []
    start = threading.Barrier(40)

    def try_one() -> None:
        start.wait()
        try:
            passwords.matches("x", None)
            codes.append("done")
        except Refusal as refusal:
            codes.append(refusal.code)

    threads = [threading.Thread(target=try_one) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) == {"done", "sign_in_busy"}
    assert passwords.matches("x", passwords.hash_password("x")), "places are given back"


def test_one_time_passwords_differ_and_pass_our_own_rules() -> None:
    made = {passwords.one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(refused(password) is None for password in made)
