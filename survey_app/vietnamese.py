"""Vietnamese text: one spelling to store, one to search with, one to sort by."""

import re
import unicodedata

_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_NO_TONE = "1"
# Signs before digits before letters, as the Unicode collation has them.
_ORDER = {
    character: f"{place:02}"
    for place, character in enumerate(
        " _-,;:!?.'\"()0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=1
    )
}
_END_OF_LETTERS = "00"
_UNKNOWN = "99"


def nfc(text: str) -> str:
    """Return the composed form: what is stored and compared."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the text without case, marks and doubled spaces; đ is d. "HẢI  AN" gives "hai an"."""
    apart = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(bare.replace("đ", "d").split())


def search_key(text: str) -> str:
    """Fold names as people type them: no apostrophes ("M'Drắk" = "mdrak"), other signs are spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub("['’ʼ`]", "", fold(text))).split())  # noqa: RUF001  apostrophes


def sort_key(text: str) -> str:
    """Return digits that sort as the Vietnamese alphabet: letters first, tones where these tie.

    The order is that of ICU's `vi` collation with numbers by value, but for one thing: a tone
    belongs to its syllable, so that Hòa and Hoà are the same. Only digits, because databases
    disagree about the order of anything else.
    """
    apart = unicodedata.normalize("NFD", text.casefold())
    toneless = nfc("".join(character for character in apart if character not in _TONES))
    padded = re.sub(r"\d+", lambda number: number[0].zfill(6), " ".join(toneless.split()))
    letters = "".join(_ORDER.get(character, _UNKNOWN) for character in padded)
    tones = "".join(
        "".join(_TONES[character] for character in syllable if character in _TONES) or _NO_TONE
        for syllable in apart.split()
    )
    return letters + _END_OF_LETTERS + tones
