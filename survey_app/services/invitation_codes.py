"""Invitation codes as people read and type them: 128 random bits and a character that checks.

Crockford's base 32: no I, L, O or U, so what looks alike means the same. The last character is a
sum over the field of 32 elements in which every place has another weight: one wrong character and
any two that changed places are found, always.
"""

import secrets
import unicodedata

from survey_app.errors import Refusal

TOKEN_BYTES = 16
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_LENGTH = 26  # 130 bits: the first character is never above 7
LENGTH = DATA_LENGTH + 1
GROUP = 3
BITS = 5
REDUCE = 0b100101  # x^5 + x^2 + 1: every element but 0 is a power of x
LOOKS_LIKE = str.maketrans("OILU", "011V")
SEPARATORS = frozenset(" \t\r\n\u00a0-.,_/\u2010\u2011\u2012\u2013\u2014\u2212")
# A keyboard that writes Vietnamese (Telex) turns AA into Â and AS into Á: these were the keys.
# First what changes the shape of a letter, then the tone, as they are typed.
TELEX_SHAPES = {"\u0302": "", "\u0306": "W", "\u031b": "W"}
TELEX_TONES = {"\u0300": "F", "\u0301": "S", "\u0303": "X", "\u0309": "R", "\u0323": "J"}
TELEX_LETTERS = str.maketrans({"Đ": "DD", "Ư": "W"})


def new_token() -> bytes:
    return secrets.token_bytes(TOKEN_BYTES)


def code_of(token: bytes) -> str:
    """26 characters and their check, without groups."""
    number = int.from_bytes(token, "big")
    data = [number >> BITS * place & 31 for place in reversed(range(DATA_LENGTH))]
    return "".join(ALPHABET[each] for each in [*data, _check(data)])


def grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def token_of(typed: str) -> bytes:
    """The token of a code as somebody typed it.

    Raises
    ------
    Refusal
        `invitation_incomplete` with the number of characters; `invitation_mistyped`.
    """
    code = canonical(typed)
    if len(code) != LENGTH:
        raise Refusal("invitation_incomplete", length=LENGTH, found=len(code))
    values = [ALPHABET.find(each) for each in code]
    *data, check = values
    number = 0
    for value in data:
        number = number << BITS | max(value, 0)
    if min(values) < 0 or _check(data) != check or number >> 8 * TOKEN_BYTES:
        raise Refusal("invitation_mistyped")
    return number.to_bytes(TOKEN_BYTES, "big")


def canonical(typed: str) -> str:
    """What was meant: without separators, in capitals, look-alikes as the characters they are."""
    # Fullwidth and other variants first; NFC, so that a letter stands together with its marks.
    letters = unicodedata.normalize("NFKC", typed).upper().translate(TELEX_LETTERS)
    keys = "".join(_keys(each) for each in letters if each not in SEPARATORS)
    return keys.translate(LOOKS_LIKE)


def _keys(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    shapes = [TELEX_SHAPES[mark] or base for mark in marks if mark in TELEX_SHAPES]
    tones = [TELEX_TONES.get(mark, "") for mark in marks]
    return "".join([base, *shapes, *tones])


def _check(data: list[int]) -> int:
    total, weight = 0, 1
    for value in data:
        weight = _times(weight, 0b10)
        total ^= _times(value, weight)
    return total


def _times(one: int, other: int) -> int:
    product = 0
    for bit in range(BITS):
        if other >> bit & 1:
            product ^= one << bit
    for bit in reversed(range(BITS, 2 * BITS - 1)):
        if product >> bit & 1:
            product ^= REDUCE << bit - BITS
    return product
