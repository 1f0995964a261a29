"""Older backups forget the answers that waited: a row of them would tell on which day each came."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tarfile import TarError

from survey_app.errors import Refusal
from survey_app.keys import Keys
from survey_app.services import archives
from survey_app.services.archives import WAITING, Archive
from survey_app.services.workbench import desk, settle

THIN_AFTER = timedelta(hours=48)
SAFETY_COPIES = "before-restore-*.backup"


def thin_beside(newest: Path, instance: Path, keys: Keys, at: datetime) -> list[Path]:
    """Take the waiting answers out of this instance's backups that lie beside a newer one.

    Also out of those that a restore left in the instance's folder. The newest holds all that
    still wait, so nothing is lost. Files that are no backups, or another instance's, or damaged,
    stay as they are.
    """
    beside = {*newest.parent.iterdir(), *instance.glob(SAFETY_COPIES)} - {newest}
    due = [
        each for each in _backups(sorted(beside), keys) if at - each.manifest.made_at > THIN_AFTER
    ]
    return [each.path for each in due if _thin(each, keys)]


def _backups(paths: Iterable[Path], keys: Keys) -> Iterator[Archive]:
    for path in paths:
        # A database of SQLite is never opened as a mere file: closing it would drop its locks.
        if not path.is_file() or path.is_symlink() or ".sqlite3" in path.name:
            continue
        try:
            archive = archives.look_at(path)
        except (OSError, TarError, ValueError, KeyError, Refusal):
            continue  # something else
        if archive.manifest.waiting and archive.is_sealed_by(keys):
            yield archive


def _thin(archive: Archive, keys: Keys) -> bool:
    try:
        archive = archives.opened(archive.path, lambda _share: None)
    except Refusal:
        return False
    manifest = archive.manifest
    kept = tuple(part for part in manifest.parts if part.name != WAITING)
    thinner = manifest.model_copy(
        update={
            "parts": kept,
            "waiting": {},
            "left_out": manifest.left_out + manifest.waiting["response"],
        }
    )
    with desk(archive.path.parent) as bench:
        sources = {part.name: bench / str(number) for number, part in enumerate(kept)}
        for name, path in sources.items():
            archive.extract(name, path)
        archives.write(bench / "backup", thinner, sources, keys, lambda _share: None)
        (bench / "backup").replace(archive.path)
        settle(archive.path.parent)
    return True
