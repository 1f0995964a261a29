"""What can be told of an open text without understanding it, with or without Vietnamese tones."""

import re

from survey_app.vietnamese import fold, search_key

# Links, also those without "https"; "so 1.vn" is one, "3.5 km" and "tp.vinh" are none.
_LINK = re.compile(
    r"https?://|\bwww\.|\b[a-z0-9-]{1,63}\.(?:com|vn|net|org|info|xyz|shop|top|site|online|club|link|vip|me|ly)\b"
)
# Numbers of Viet Nam: mobile and fixed, +84, and what begins with 1800 or 1900.
_PHONE = re.compile(r"(?<!\d)(?:(?:0|84)[235789]\d{8,9}|1[89]00\d{4,6})(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .\-()]+(?=\d)")

_NEIGHBOURS = 5  # keys in a row; four occur in words ("property")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUNS = frozenset(
    row[start : start + _NEIGHBOURS]
    for keys in _ROWS
    for row in (keys, keys[::-1])
    for start in range(len(row) - _NEIGHBOURS + 1)
)
_VOWELS = frozenset("aeiouy")
_LONG_ENOUGH = 4  # letters of a word without a vowel; shorter ones are abbreviations
_UNREADABLE = re.compile(
    r"(.)\1{3}"  # aaaa
    r"|^(.{1,2})\2{2,}.?$|^(.{3,4})\3+.?.?$"  # hehehe, asdasd
    r"|[bcdfghjklmnpqrstvwxz]{6}"
)


def text_key(text: str) -> str:
    """Equal for texts of the same words: "Rác đổ bừa!" and "rac do bua" are "rac do bua"."""
    return search_key(text)


def letters_of(text: str) -> int:
    return sum(map(str.isalpha, text))


def has_contact(text: str) -> bool:
    """Whether a telephone number or a link stands in the text."""
    plain = fold(text)
    digits = _BETWEEN_DIGITS.sub("", plain.replace("+", ""))
    return _LINK.search(plain) is not None or _PHONE.search(digits) is not None


def is_without_words(text: str) -> bool:
    """Whether there are letters, but nothing among them that could be read: "asdfgh jkl;".

    Signs and numbers alone are not judged: they may be an opinion, or somebody's number.
    """
    words = [word for word in text_key(text).split() if word.isalpha()]
    if any(map(_is_readable, words)) or not any(map(_is_mash, words)):
        return False
    return not has_contact(text)  # somebody's number may be a cry for help


def _is_readable(word: str) -> bool:
    """Also what stands in another script."""
    return not word.isascii() or (bool(set(word) & _VOWELS) and not _is_mash(word))


def _is_mash(word: str) -> bool:
    if len(word) >= _LONG_ENOUGH and not set(word) & _VOWELS:
        return True
    runs = (word[start : start + _NEIGHBOURS] for start in range(len(word)))
    return _UNREADABLE.search(word) is not None or any(run in _RUNS for run in runs)
