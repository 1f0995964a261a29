"""Passwords that people can keep, and their hashes.

The rules are NIST SP 800-63B-4's for a password that is the only factor, as it is here: at least
15 characters, any characters, no forced mixture, no expiry, common ones refused.
"""

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from survey_app.errors import Refusal
from survey_app.vietnamese import search_key

SHORTEST = 15
LONGEST = 200
FEWEST_DIFFERENT = 5

# About 50 ms and 19 MiB each: the smallest setting that OWASP recommends, because collecting
# answers goes on beside it.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_HASHING = threading.BoundedSemaphore(2)
# Two at work and four waiting; more would hold every thread of the server away from residents.
_PLACES = threading.BoundedSemaphore(6)

# A password made of nothing but these words, digits and signs is among the first to be tried.
_COMMON_WORDS = (
    "abc abcd abcdef admin administrator anhyeuem asdf asdfgh asdfghjkl bimat canbo chinhquyen "
    "danang dangnhap demo emyeuanh haiphong hanoi hello iloveyou iso khao khaosat khau letmein "
    "login mat matkhau nam nhanvien one passw password phuong qazwsx quantri qwerty qwertyuiop "
    "root saigon sat secret survey tcvn test thanhpho three tinh toiyeu two ubnd uyban "
    "uybannhandan user viet vietnam welcome word xinchao zxcv zxcvbnm"
)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper


def check_password(password: str, user_name: str) -> None:
    """Refuse a new password that is too short, too long or too easy to guess."""
    prepared = _prepare(password)
    if len(prepared) < SHORTEST:
        raise Refusal("password_too_short", shortest=SHORTEST)
    if len(prepared) > LONGEST:
        raise Refusal("password_too_long", longest=LONGEST)
    if len(set(prepared)) < FEWEST_DIFFERENT or _is_common(prepared, user_name):
        raise Refusal("password_too_common")


def hash_password(password: str) -> str:
    with _a_turn():
        return _HASHER.hash(_prepare(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Compare, taking the same time when there is no hash because nobody has that name."""
    prepared = _prepare(password)[: LONGEST + 1]
    with _a_turn():
        try:
            _HASHER.verify(password_hash or _hash_of_nobody(), prepared)
        except VerifyMismatchError:
            return False
    return password_hash is not None


def one_time_password() -> str:
    """Sixteen characters in fours, 79 random bits: easy to read out, changed at first use."""
    letters = [secrets.choice(_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def _prepare(password: str) -> str:
    # Keyboards send "ế" composed or decomposed: both must open the same door.
    return unicodedata.normalize("NFKC", password)


def _is_common(password: str, user_name: str) -> bool:
    bare, own = (search_key(text).replace(" ", "") for text in (password, user_name))
    words = sorted([own, *_COMMON_WORDS.split()], key=len, reverse=True)
    return not re.sub(rf"{'|'.join(map(re.escape, words))}|\d", "", bare)


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _PLACES.acquire(blocking=False):
        raise Refusal("sign_in_busy")
    try:
        with _HASHING:
            yield
    finally:
        _PLACES.release()


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_hex())
