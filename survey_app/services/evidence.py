"""Files that officials send as evidence: taken by what their bytes are, kept under our own names.

A file lies in the instance's folder under 128 random bits; what the sender called it stands in the
database alone. Nothing of it is opened here beyond the list of its parts.
"""

import hashlib
import io
import os
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.base import random_key
from survey_app.models.evidence import EvidenceFile
from survey_app.models.staff import StaffMember
from survey_app.services.workbench import settle

FOLDER = "evidence"  # in the instance's folder
LARGEST = 5 * 1024 * 1024
MOST_PARTS = 5_000  # of an office document
LONGEST_NAME = 120
STARTS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
DOCUMENTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
ACTIVE = ("vbaproject.bin", "activex/", "embeddings/")  # macros, controls, other files inside
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAMELESS = "file"
ENDINGS = {"jpeg": (".jpg", ".jpeg")}


@dataclass(frozen=True, slots=True)
class Upload:
    """What came in, and what the sender calls it."""

    name: str
    content: bytes


def store(
    session: Session, folder: Path, upload: Upload, author: StaffMember, at: datetime
) -> EvidenceFile:
    """Keep a file, down to the disk before the database says that it is there.

    Raises
    ------
    Refusal
        `file_missing`, `evidence_too_large`, `evidence_kind` for anything but a PDF, PNG, JPEG,
        DOCX or XLSX (whatever its name says), `evidence_active` for a document that can run
        something.
    """
    kind = kind_of(upload.content)
    kept = EvidenceFile(
        id=random_key(),
        name=_named(upload.name, kind),
        kind=kind,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        author_id=author.id,
        created_at=at,
    )
    folder.mkdir(mode=0o700, exist_ok=True)
    path = path_of(folder, kept)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(upload.content)
        file.flush()
        os.fsync(file.fileno())
    settle(folder)
    session.add(kept)
    return kept


def kind_of(content: bytes) -> str:
    """What the bytes are; the name and what the browser says of them count for nothing."""
    if not content:
        raise Refusal("file_missing")
    if len(content) > LARGEST:
        raise Refusal("evidence_too_large", most=LARGEST // 1024**2)
    for start, kind in STARTS.items():
        if content.startswith(start):
            return kind
    return _kind_of_document(content)


def checked_path(folder: Path, kept: EvidenceFile) -> Path:
    """Where it lies, if its bytes are those that came in; else `evidence_altered`."""
    path = path_of(folder, kept)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refusal("evidence_altered", name=kept.name) from error
    if found != kept.sha256:
        raise Refusal("evidence_altered", name=kept.name)
    return path


def folder_in(instance: Path) -> Path:
    return instance / FOLDER


def path_of(folder: Path, kept: EvidenceFile) -> Path:
    return folder / kept.id.hex


def _kind_of_document(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = [name.lower() for name in parts.namelist()]
    except (zipfile.BadZipFile, ValueError) as error:
        raise Refusal("evidence_kind") from error
    found = [kind for part, kind in DOCUMENTS.items() if part in names]
    if len(found) != 1 or "[content_types].xml" not in names or len(names) > MOST_PARTS:
        raise Refusal("evidence_kind")
    if any(sign in name for name in names for sign in ACTIVE):
        raise Refusal("evidence_active")
    return found[0]


def _named(name: str, kind: str) -> str:
    """A name to show and to send along: one line, no path, with the ending of what it is."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    endings = ENDINGS.get(kind, (f".{kind}",))
    own = next((each for each in endings if shown.lower().endswith(each)), "")
    stem = shown[: len(shown) - len(own)].strip(" .")[:LONGEST_NAME]
    return f"{stem or NAMELESS}{shown[len(shown) - len(own) :] or endings[0]}"
