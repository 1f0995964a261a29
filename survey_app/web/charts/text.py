"""How wide a text will be, so that it can be wrapped before a browser sees it.

SVG does not wrap. The advances are those of Be Vietnam Pro at weight 400, in thousandths of the
font size, rounded to 40; it is wider than the usual system fonts, which then only leave more room.
"""

import unicodedata

_ADVANCES = {
    160: "'",
    210: "`’‘",
    250: " Il·",
    290: "!.:ij",
    320: '",;',
    400: "1fr|",
    450: "()[]t{}",
    490: "*J\\~",
    530: "/sz",
    580: "<>?^knuvx×",
    610: "+-7cehy●○−",
    660: "$2358EFLPSTZabdgopq",
    690: "069BKRYđ–",
    740: "&4=ADHNUVX_…",
    780: "C◇",
    810: "#GĐ",
    860: "%MOQ",
    900: "mw",
}
_ADVANCE = {letter: width for width, letters in _ADVANCES.items() for letter in letters}
_WIDEST = 1010
_BOLD = 1.03
_NARROWER = (0.9, 0.8, 0.7, 0.6)  # tried in turn, so that no line is left with one short word


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the approximate width of one line; tone and vowel marks add nothing."""
    letters = (
        letter
        for letter in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(letter)
    )
    thousandths = sum(_ADVANCE.get(letter, _WIDEST) for letter in letters)
    return thousandths * size / 1000 * (_BOLD if bold else 1.0)


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Break a text into lines of like length, none wider than ``room``; nothing is cut off."""
    lines = _filled(text, room, size, bold=bold)
    longest = least(text, size, bold=bold)
    for share in _NARROWER:
        if room * share < longest:
            break
        narrower = _filled(text, room * share, size, bold=bold)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return tuple(lines)


def _filled(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines.extend(_pieces(word, room, size, bold=bold))
    return lines


def _pieces(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Break a word wider than a whole line: after a hyphen, or else anywhere."""
    if width(word, size, bold=bold) <= room:
        return [word]
    pieces = [""]
    for part in _parts(word):
        if pieces[-1] and width(pieces[-1] + part, size, bold=bold) > room:
            pieces.append("")
        for letter in part:
            if pieces[-1] and width(pieces[-1] + letter, size, bold=bold) > room:
                pieces.append("")
            pieces[-1] += letter
    return pieces


def _parts(word: str) -> list[str]:
    return [part for part in word.replace("-", "-\n").split("\n") if part]


def least(text: str, size: float, *, bold: bool = False) -> float:
    """Return the least room in which no word has to be broken inside."""
    parts = (part for word in text.split() for part in _parts(word))
    return max((width(part, size, bold=bold) for part in parts), default=0.0)
