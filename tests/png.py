"""PNG files as arrays of grey, for tests that look at a picture (RFC 2083, section 6)."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def grey(content: bytes) -> NDArray[np.int64]:
    """The red of each point, which in black and white is all there is; 8 bits, not interlaced."""
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", content[16:29])
    assert depth == 8
    step = CHANNELS[kind]
    raw = np.frombuffer(zlib.decompress(_data(content)), np.uint8).reshape(height, -1)
    lines = raw[:, 1:].astype(np.int64).reshape(height, width, step)
    above = np.zeros((width, step), np.int64)
    for filtered, line in zip(raw[:, 0], lines, strict=True):
        above[:] = line[:] = _unfiltered(int(filtered), line, above)
    return lines[:, :, 0]


def _data(content: bytes) -> bytes:
    found, at = b"", 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            found += content[at + 8 : at + 8 + length]
        at += length + 12
    return found


def _unfiltered(kind: int, line: NDArray[np.int64], above: NDArray[np.int64]) -> NDArray[np.int64]:
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line, axis=0) % 256
    if kind == 2:
        return (line + above) % 256
    done = np.zeros_like(line)
    left = corner = np.zeros(line.shape[1], np.int64)
    for place in range(len(line)):
        up = above[place]
        guess = (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
        done[place] = left = (line[place] + guess) % 256
        corner = up
    return done


def _paeth(
    left: NDArray[np.int64], up: NDArray[np.int64], corner: NDArray[np.int64]
) -> NDArray[np.int64]:
    guess = left + up - corner
    far = np.abs(np.stack([guess - left, guess - up, guess - corner]))
    nearest: NDArray[np.int64] = np.choose(far.argmin(axis=0), [left, up, corner])
    return nearest
