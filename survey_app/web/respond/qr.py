"""The QR code of a receipt, drawn without making a whole QR code for each answer.

A form that is stored costs a millisecond, and a QR code from scratch as much again. But under one
mask a QR code is affine in the bits of its text: each bit that differs from another text of the
same length turns over the same modules, whatever the other bits are. So the modules that each bit
of a receipt code turns over are found once, and a code is drawn by turning over what its bits say.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

CODE_LENGTH = 16
LETTER = "A"
BITS = 7  # a code is ASCII
MASK = 0  # readers take any; choosing the best is most of the work
RIM = 4  # modules of white around it, as the standard says
ADDRESSES_KEPT = 64
_ROW = 8  # modules are kept in whole bytes, so that each byte can be drawn from a table


def _bars(byte: int) -> str:
    """Eight modules from left to right: h draws, m moves on."""
    runs = ((bit, len(list(alike))) for bit, alike in groupby(f"{byte:08b}"))
    return "".join(f"h{length}" if bit == "1" else f"m{length} 0" for bit, length in runs)


_BARS = tuple(map(_bars, range(256)))


@dataclass(frozen=True, slots=True)
class _Stencil:
    """A code of one letter repeated, as the bits of a number, and what the bits of others change."""

    size: int
    blank: int
    turned: tuple[tuple[int, ...], ...]  # by place in the code, then by bit of the character


def svg(address: str, code: str) -> str:
    """`address#code`: behind the # no server sees the code of who follows it."""
    stencil = _stencil(address)
    modules = stencil.blank
    for character, turned in zip(code, stencil.turned, strict=True):
        differing = ord(character) ^ ord(LETTER)
        for bit in range(BITS):
            if differing >> bit & 1:
                modules ^= turned[bit]
    return _drawn(modules, stencil.size)


@lru_cache(maxsize=ADDRESSES_KEPT)
def _stencil(address: str) -> _Stencil:
    size, blank = _modules(f"{address}#{LETTER * CODE_LENGTH}")

    def turned(place: int, bit: int) -> int:
        characters = [LETTER] * CODE_LENGTH
        characters[place] = chr(ord(LETTER) ^ 1 << bit)
        return blank ^ _modules(f"{address}#{''.join(characters)}")[1]

    places = range(CODE_LENGTH)
    return _Stencil(size, blank, tuple(tuple(turned(p, b) for b in range(BITS)) for p in places))


def _modules(text: str) -> tuple[int, int]:
    made = segno.make(text, error="m", mode="byte", mask=MASK, micro=False, boost_error=False)
    padding = "0" * (-len(made.matrix) % _ROW)
    rows = "".join("".join(map(str, row)) + padding for row in made.matrix)
    return len(made.matrix), int(rows, 2)


def _drawn(modules: int, size: int) -> str:
    width = -(-size // _ROW)
    content = modules.to_bytes(size * width, "big")
    lines = (
        f"M{RIM} {row + RIM}.5"
        + "".join([_BARS[byte] for byte in content[row * width : (row + 1) * width]])
        for row in range(size)
    )
    side = size + 2 * RIM
    return (
        f'<svg class="qr" aria-hidden="true" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path stroke="#000" d="{"".join(lines)}"/></svg>'
    )
