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
FOUR_BYTES = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Packed:
    """What stands before, between and behind the places: as it is, and compressed."""

    parts: tuple[tuple[bytes, bytes], ...]

    def filled(self, words: Sequence[str]) -> bytes:
        """The page as a gzip stream, with a word in each place."""
        inserted = [(plain, _inserted(plain)) for plain in map(str.encode, words)]
        pieces = [self.parts[0]]
        for word, part in zip(inserted, self.parts[1:], strict=True):
            pieces += (word, part)
        checksum = length = 0
        for plain, _packed in pieces:
            checksum = zlib.crc32(plain, checksum)
            length += len(plain)
        tail = checksum.to_bytes(4, "little") + (length & FOUR_BYTES).to_bytes(4, "little")
        return b"".join([HEAD, *(packed for _plain, packed in pieces), END, tail])


def pack(html: str, places: Sequence[str] = ()) -> Packed:
    """`places`: texts that stand once each and in this order, where a word will be put in."""
    parts = []
    for place in places:
        before, found, html = html.partition(place)
        if not found:
            raise ValueError(f"{place!r} is not on the page")
        parts.append(before)
    return Packed(
        tuple((part.encode(), _deflated(part.encode(), LEVEL)) for part in [*parts, html])
    )


def _deflated(content: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def _inserted(word: bytes) -> bytes:
    if len(word) > SHORT:
        return _deflated(word, QUICK)
    length = len(word).to_bytes(2, "little")
    return b"\0" + length + bytes(byte ^ 0xFF for byte in length) + word  # a block as it is
