import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.errors import Refusal
from survey_app.services import evidence
from survey_app.services.evidence import LARGEST, Upload
from tests.office import make_member

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def workbook() -> bytes:
    kept = io.BytesIO()
    openpyxl.Workbook().save(kept)
    return kept.getvalue()


def packed(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return kept.getvalue()


DOCUMENT = packed("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpeg"), (workbook(), "xlsx"), (DOCUMENT, "docx")],
)
def test_a_file_is_what_its_bytes_are(content: bytes, kind: str) -> None:
    assert evidence.kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_missing"),
        (b"MZ\x90\x00 a program", "evidence_kind"),
        (b"<html><script>alert(1)</script>", "evidence_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "evidence_kind"),
        (b"PK\x03\x04 not really", "evidence_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or encrypted document", "evidence_kind"),
        (packed("a.txt"), "evidence_kind"),
        (packed("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "evidence_kind"),
        (
            packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "evidence_active",
        ),
        (
            packed("[Content_Types].xml", "xl/workbook.xml", "xl/embeddings/a.exe"),
            "evidence_active",
        ),
        (PDF + bytes(LARGEST), "evidence_too_large"),
    ],
)
def test_what_is_no_evidence_is_refused_whatever_it_is_called(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        evidence.kind_of(content)
    assert refused.value.code == code


def test_a_file_is_kept_under_a_random_name_that_only_we_read(
    session: Session, tmp_path: Path
) -> None:
    folder, member = tmp_path / "evidence", make_member(session)
    given = Upload("../../etc/Biên bản nghiệm thu.pdf", PDF)
    kept = [evidence.store(session, folder, given, member, now()) for _each in range(2)]
    session.flush()
    assert kept[0].name == kept[1].name == "Biên bản nghiệm thu.pdf"
    assert sorted(each.name for each in folder.iterdir()) == sorted(each.id.hex for each in kept)
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert evidence.checked_path(folder, kept[0]).read_bytes() == PDF
    assert sorted(each.name for each in tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("bao-cao.exe", "bao-cao.exe.pdf"),
        ("C:\\Ảnh\\A.PDF", "A.PDF"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
    ],
)
def test_the_name_shown_ends_as_the_file_is_and_holds_no_path(
    session: Session, tmp_path: Path, given: str, shown: str
) -> None:
    member = make_member(session)
    kept = evidence.store(session, tmp_path / "evidence", Upload(given, PDF), member, now())
    assert kept.name == shown


def test_bytes_that_were_changed_or_lost_are_not_handed_out(
    session: Session, tmp_path: Path
) -> None:
    member = make_member(session)
    kept = evidence.store(session, tmp_path, Upload("a.pdf", PDF), member, now())
    evidence.path_of(tmp_path, kept).write_bytes(PDF + b" ")
    with pytest.raises(Refusal, match="evidence_altered"):
        evidence.checked_path(tmp_path, kept)
    evidence.path_of(tmp_path, kept).unlink()
    with pytest.raises(Refusal, match="evidence_altered"):
        evidence.checked_path(tmp_path, kept)
