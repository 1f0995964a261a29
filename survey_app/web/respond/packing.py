"""Pages that differ by a word: compressed once, and only the word is put in when they go out.

A gzip stream may be made of parts that know nothing of each other (RFC 1951: a full flush ends on
a whole byte, and a part that starts with an empty window points at nothing before it). So what is
the same for everybody is compressed once, and a stamp, a code or a drawing in between is added in
the time that it takes itself.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL, QUICK = 6, 1
SHORT = 400  # bytes that are not worth compressing
RAW = -15  # deflate without a frame, in the largest window
HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # gzip, no name, no time, any system
END = b"\x03\x00"  # an empty last block
CHECKSUM_BITS = 32
FOUR_BYTES = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: compressed, and what it does to the checksum of all that stands before it.

    A CRC is affine in what came before: each of its bits turns over the same bits of the result.
    """

    packed: bytes
    length: int
    alone: int
    turned: tuple[int, ...]

    def checksum(self, before: int) -> int:
        found = self.alone
        for turned in self.turned:
            if before & 1:
                found ^= turned
            before >>= 1
        return found


@dataclass(frozen=True, slots=True)
class Packed:
    """What stands before, between and behind the places."""

    parts: tuple[Part, ...]

    def filled(self, words: Sequence[str]) -> bytes:
        """The page as a gzip stream, with a word in each place."""
        first, *others = self.parts
        checksum, length, pieces = first.alone, first.length, [HEAD, first.packed]
        for word, part in zip(words, others, strict=True):
            plain = word.encode()
            checksum = part.checksum(zlib.crc32(plain, checksum))
            length += len(plain) + part.length
            pieces += (_inserted(plain), part.packed)
        tail = checksum.to_bytes(4, "little") + (length & FOUR_BYTES).to_bytes(4, "little")
        return b"".join([*pieces, END, tail])


def pack(html: str, places: Sequence[str] = ()) -> Packed:
    """`places`: texts that stand once each and in this order, where a word will be put in."""
    parts = []
    for place in places:
        before, found, html = html.partition(place)
        if not found:
            raise ValueError(f"{place!r} is not on the page")
        parts.append(before)
    return Packed(tuple(_part(each.encode()) for each in [*parts, html]))


def _part(plain: bytes) -> Part:
    alone = zlib.crc32(plain)
    turned = tuple(zlib.crc32(plain, 1 << bit) ^ alone for bit in range(CHECKSUM_BITS))
    return Part(_deflated(plain, LEVEL), len(plain), alone, turned)


def _deflated(content: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def _inserted(word: bytes) -> bytes:
    if len(word) > SHORT:
        return _deflated(word, QUICK)
    length = len(word).to_bytes(2, "little")
    return b"\0" + length + bytes(byte ^ 0xFF for byte in length) + word  # a block as it is
