"""The file of a backup: a tar of a manifest, its seal and the parts; last the hash of all before.

The hash finds damage, whatever the byte. The seal, a keyed hash of the manifest with its hashes of
the parts, finds who changed a backup on purpose; only the instance's secret makes it.
"""

import hashlib
import hmac
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel

from survey_app.errors import Refusal
from survey_app.keys import Keys

MANIFEST, SEAL, DATABASE, WAITING = "manifest.json", "seal", "survey.sqlite3", "waiting.sqlite3"
DATASET = re.compile(r"datasets/([0-9a-f]{64})\.parquet")
EVIDENCE = re.compile(r"evidence/[0-9a-f]{32}")
CHUNK = 1 << 20
LONGEST_MANIFEST = 1 << 26
TRAILER = 65  # a SHA-256 in hex and a line end
FORMAT = 1


class Part(BaseModel, frozen=True, extra="forbid"):
    name: str
    size: int
    sha256: str


class Manifest(BaseModel, frozen=True, extra="forbid"):
    """What a backup holds. `waiting`: rows that had not been flushed; `left_out`: and are not here."""

    format: Literal[1] = 1
    software: str
    made_at: datetime
    revision: str
    parts: tuple[Part, ...]
    rows: dict[str, int]
    waiting: dict[str, int]
    left_out: int

    @property
    def answers(self) -> int:
        return self.rows.get("response", 0) + self.waiting.get("response", 0)


class _Format(BaseModel):
    format: int


@dataclass(frozen=True, slots=True)
class Archive:
    path: Path
    manifest: Manifest
    written: bytes  # the manifest as it stands in the file
    seal: str

    def is_sealed_by(self, keys: Keys) -> bool:
        return hmac.compare_digest(self.seal, _seal(self.written, keys))

    def extract(self, name: str, target: Path) -> None:
        with tarfile.open(self.path, "r:") as tar, target.open("xb") as file:
            for block in _blocks(_member(tar, tar.getmember(name))):
                file.write(block)


def part_of(name: str, path: Path) -> Part:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Part(name=name, size=path.stat().st_size, sha256=sha256)


def write(
    target: Path,
    manifest: Manifest,
    sources: Mapping[str, Path],
    keys: Keys,
    said: Callable[[float], None],
) -> str:
    """Write a new file that only its owner may read, down to the disk; returns its hash."""
    written = manifest.model_dump_json(indent=1).encode()
    with os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
            _add(tar, MANIFEST, len(written), io.BytesIO(written))
            seal = _seal(written, keys).encode()
            _add(tar, SEAL, len(seal), io.BytesIO(seal))
            for number, part in enumerate(manifest.parts, start=1):
                with sources[part.name].open("rb") as content:
                    _add(tar, part.name, part.size, content)
                said(number / len(manifest.parts))
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.write(f"{sha256}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return sha256


def opened(path: Path, said: Callable[[float], None]) -> Archive:
    """A backup whose every byte was compared with its hashes; nothing is written.

    Raises
    ------
    Refusal
        `backup_absent`; `backup_damaged`: truncated, altered, something more or less in it than its manifest says,
        or no backup at all; `backup_newer`: of a format that this version does not know.
    """
    try:
        _demand_whole(path, said)
        archive = look_at(path)
        _demand_parts(archive)
    except FileNotFoundError as error:
        raise Refusal("backup_absent", file=str(path)) from error
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise Refusal("backup_damaged", file=str(path)) from error
    return archive


def look_at(path: Path) -> Archive:
    """What the file says of itself, unchecked."""
    with tarfile.open(path, "r:") as tar:
        written = _small(tar, MANIFEST)
        seal = _small(tar, SEAL).decode("ascii")
    if _Format.model_validate_json(written).format > FORMAT:
        raise Refusal("backup_newer", file=str(path))
    return Archive(path, Manifest.model_validate_json(written), written, seal)


def _demand_whole(path: Path, said: Callable[[float], None]) -> None:
    size = path.stat().st_size - TRAILER
    with path.open("rb") as file:
        found = hashlib.sha256()
        while file.tell() < size:
            found.update(file.read(min(CHUNK, size - file.tell())))
            said(file.tell() / size)
        if file.read() != f"{found.hexdigest()}\n".encode():
            raise ValueError("not the hash of what comes before")


def _demand_parts(archive: Archive) -> None:
    manifest = archive.manifest
    with tarfile.open(archive.path, "r:") as tar:
        members = tar.getmembers()
        parts = {part.name: part for part in manifest.parts}
        if [each.name for each in members] != [MANIFEST, SEAL, *parts]:
            raise ValueError("other parts than the manifest names")
        if archive.path.stat().st_size != _size_of(members):
            raise ValueError("something lies between the parts")
        for member in members[2:]:
            _demand_part(parts[member.name], member.size, _member(tar, member))
    if DATABASE not in parts or (WAITING in parts) != bool(manifest.waiting):
        raise ValueError("not the parts of a backup")


def _demand_part(part: Part, size: int, content: IO[bytes]) -> None:
    sha256 = hashlib.sha256()
    for block in _blocks(content):
        sha256.update(block)
    dataset = DATASET.fullmatch(part.name)
    known = part.name in {DATABASE, WAITING} or EVIDENCE.fullmatch(part.name)
    if not known and (dataset is None or dataset[1] != part.sha256):
        raise ValueError(part.name)
    if (size, sha256.hexdigest()) != (part.size, part.sha256):
        raise ValueError(part.name)


def _size_of(members: list[tarfile.TarInfo]) -> int:
    """Of a tar of these, as `write` makes it, with its trailer."""
    blocks = sum(1 + -(-each.size // tarfile.BLOCKSIZE) for each in members) + 2
    return -(-blocks * tarfile.BLOCKSIZE // tarfile.RECORDSIZE) * tarfile.RECORDSIZE + TRAILER


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)


def _member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise ValueError(f"{member.name} is no file")
    return content


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.getmember(name)
    if member.size > LONGEST_MANIFEST:
        raise ValueError(f"{name} is too long")
    return _member(tar, member).read()


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(CHUNK):
        yield block


def _seal(written: bytes, keys: Keys) -> str:
    return hmac.new(keys.of("backup"), written, hashlib.sha256).hexdigest()
