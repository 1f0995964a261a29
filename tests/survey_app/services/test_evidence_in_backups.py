"""Files of evidence leave with a backup and come back with it, or the backup says what is wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import now
from survey_app.config import Settings
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.models.evidence import EvidenceFile
from survey_app.queries import evidence as queries
from survey_app.queries import staff
from survey_app.services import evidence
from survey_app.services.archives import opened
from survey_app.services.backing_up import back_up
from survey_app.services.evidence import Upload
from survey_app.services.restoring import Terms, restore
from tests.filled import filled_instance, settings_in, silent, source_of
from tests.runs import seeded

PDF = b"%PDF-1.7 the record of acceptance"


@pytest.fixture
def filled(tmp_path: Path, library: Library) -> Iterator[Instance]:
    made = filled_instance(tmp_path / "instance", library)
    yield made
    made.engine.dispose()


def folder_of(settings: Settings) -> Path:
    return evidence.folder_in(settings.folder)


def kept_in(instance: Instance) -> EvidenceFile:
    with transaction(instance.engine) as session:
        author = staff.members(session)[0]
        folder = folder_of(instance.settings)
        return evidence.store(session, folder, Upload("a.pdf", PDF), author, now())


def test_evidence_comes_back_with_the_backup_that_took_it(
    filled: Instance, tmp_path: Path, library: Library
) -> None:
    kept = kept_in(filled)
    made = back_up(source_of(filled), tmp_path / "a.backup", silent)
    names = [part.name for part in opened(made.path, silent).manifest.parts]
    assert f"evidence/{kept.id.hex}" in names
    there = settings_in(tmp_path / "elsewhere")
    there.folder.mkdir()
    shutil.copy(filled.settings.secret_file, there.secret_file)
    restored = restore(made.path, there, library, Terms(), at=now(), rng=seeded(), said=silent)
    assert restored.findings == []
    path = evidence.checked_path(folder_of(there), kept)
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_backup_without_evidence_that_should_be_there_is_refused(
    filled: Instance, tmp_path: Path
) -> None:
    kept = kept_in(filled)
    path = evidence.path_of(folder_of(filled.settings), kept)
    path.write_bytes(PDF + b"!")
    with pytest.raises(Refusal, match="evidence_altered"):
        back_up(source_of(filled), tmp_path / "a.backup", silent)
    path.unlink()
    with pytest.raises(Refusal, match="evidence_altered"):
        back_up(source_of(filled), tmp_path / "b.backup", silent)
    with reading(filled.engine) as session:
        assert [each.id for each in queries.all_files(session)] == [kept.id]
        assert queries.file_by_id(session, kept.id) is not None
