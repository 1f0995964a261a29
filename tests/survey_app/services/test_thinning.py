from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.keys import Keys
from survey_app.services import archives
from survey_app.services.backing_up import Made, back_up
from survey_app.services.thinning import THIN_AFTER, thin_beside
from tests.filled import WAITING, filled_instance, silent, source_of


@pytest.fixture
def filled(tmp_path: Path, library: Library) -> Iterator[Instance]:
    made = filled_instance(tmp_path / "instance", library)
    yield made
    made.engine.dispose()


def backed_up(filled: Instance, target: Path, age: timedelta = timedelta()) -> Made:
    source = source_of(filled)
    return back_up(replace(source, at=source.at - age), target, silent)


def test_a_backup_older_than_two_days_forgets_what_waited_when_a_newer_one_is_made(
    filled: Instance, tmp_path: Path
) -> None:
    old = backed_up(filled, tmp_path / "1.backup", THIN_AFTER + timedelta(minutes=1))
    young = backed_up(filled, tmp_path / "2.backup", THIN_AFTER - timedelta(minutes=1))
    newest = backed_up(filled, tmp_path / "3.backup")
    assert thin_beside(newest.path, filled.settings.folder, filled.keys, source_of(filled).at) == [
        old.path
    ]
    thinned = archives.opened(old.path, silent)
    assert (thinned.manifest.waiting, thinned.manifest.left_out) == ({}, WAITING)
    assert thinned.is_sealed_by(filled.keys)
    assert old.path.stat().st_mode & 0o777 == 0o600
    assert "nói-0003".encode() not in old.path.read_bytes()
    for kept in (young, newest):
        assert archives.opened(kept.path, silent).manifest.waiting["response"] == WAITING
    assert (
        thin_beside(newest.path, filled.settings.folder, filled.keys, source_of(filled).at) == []
    )


def test_other_files_and_other_peoples_or_damaged_backups_stay_as_they_are(
    filled: Instance, tmp_path: Path
) -> None:
    old = backed_up(filled, tmp_path / "1.backup", 2 * THIN_AFTER)
    whole = old.path.read_bytes()
    (tmp_path / "letter.txt").write_text("Kính gửi")
    (tmp_path / "empty").touch()
    newest = backed_up(filled, tmp_path / "2.backup")
    assert (
        thin_beside(newest.path, filled.settings.folder, Keys(b"x" * 32), source_of(filled).at)
        == []
    )
    old.path.write_bytes(whole[:-1] + b"x")
    assert (
        thin_beside(newest.path, filled.settings.folder, filled.keys, source_of(filled).at) == []
    )
    assert old.path.read_bytes() == whole[:-1] + b"x"


def test_what_a_restore_left_in_the_instance_is_thinned_too(
    filled: Instance, tmp_path: Path
) -> None:
    folder = filled.settings.folder
    old = backed_up(filled, folder / "before-restore-20261101T000000.backup", 2 * THIN_AFTER)
    newest = backed_up(filled, tmp_path / "1.backup")
    at = source_of(filled).at
    assert thin_beside(newest.path, folder, filled.keys, at) == [old.path]
    assert archives.opened(old.path, silent).manifest.left_out == WAITING
