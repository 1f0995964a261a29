"""From a backup to an instance: everything is checked beside it before anything takes its place."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy.exc import DBAPIError

from survey_app.config import Settings
from survey_app.db import make_engine, reading, transaction
from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.instrument.loading import Library
from survey_app.keys import Keys, create_keys, read_keys
from survey_app.queries import sqlite_files
from survey_app.services import archives, audit, evidence, instances, verifying
from survey_app.services.analysing import Workplace
from survey_app.services.archives import DATABASE, DATASET, EVIDENCE, WAITING, Archive, Manifest
from survey_app.services.backing_up import INBOX, Source, back_up_copy, database_of
from survey_app.services.verifying import Finding
from survey_app.services.workbench import desk, settle

SUBJECT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Terms:
    """What whoever restores agreed to: to replace an instance, and to go on with another secret."""

    replace: bool = False
    other_key: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    findings: list[Finding]
    safety_copy: Path | None


@dataclass(frozen=True, slots=True)
class _Staged:
    database: Path
    datasets: Path
    evidence: Path


def try_out(
    path: Path, library: Library, said: Callable[[float], None]
) -> tuple[Manifest, list[Finding]]:
    """All checks of a restore, on a desk beside the backup; no instance is touched."""
    archive = _opened(path, said)
    try:
        with desk(path.parent) as bench:
            return archive.manifest, _findings(_staged(archive, bench), library)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise Refusal("restore_failed", file=str(path), reason=str(error)) from error


def restore(
    path: Path,
    settings: Settings,
    library: Library,
    terms: Terms,
    *,
    at: datetime,
    rng: Random,
    said: Callable[[float], None],
) -> Restored:
    """Make the instance what it was at the backup, wholly or not at all.

    Raises
    ------
    Refusal
        `backup_absent`, `backup_damaged`, `backup_newer`; `secret_absent` or `backup_of_another_secret` without
        `other_key`; `instance_holds_data` without `replace`; `instance_in_use` while a server
        has it open; `database_damaged` when what would be replaced cannot be backed up first.
    """
    database = database_of(settings)
    archive = _opened(path, said)
    _demand_secret(archive, settings, terms)
    held = _answers_held(database)
    if held is not None and not terms.replace:
        raise Refusal(
            "instance_holds_data",
            folder=str(settings.folder),
            held=held,
            answers=archive.manifest.answers,
            made_at=archive.manifest.made_at.isoformat(timespec="minutes"),
        )
    try:
        for folder in (settings.folder, settings.datasets, database.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with desk(database.parent) as bench:
            staged = _staged(archive, bench)
            findings = _findings(staged, library)
            _record(staged.database, archive, held, at)
            source = Source(settings, _keys(settings), at, rng)
            safety = _put_in_place(staged, source, is_held=held is not None)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise Refusal("restore_failed", file=str(path), reason=str(error)) from error
    return Restored(archive.manifest, findings, safety)


def _opened(path: Path, said: Callable[[float], None]) -> Archive:
    archive = archives.opened(path, said)
    if not instances.knows_revision(archive.manifest.revision):
        raise Refusal("backup_newer", file=str(path))
    return archive


def _demand_secret(archive: Archive, settings: Settings, terms: Terms) -> None:
    if terms.other_key:
        return
    if not settings.secret_file.exists():
        raise Refusal("secret_absent", file=str(settings.secret_file))
    if not archive.is_sealed_by(read_keys(settings.secret_file)):
        raise Refusal("backup_of_another_secret", file=str(archive.path))


def _keys(settings: Settings) -> Keys:
    secret = settings.secret_file
    return read_keys(secret) if secret.exists() else create_keys(secret)


def _answers_held(database: Path) -> int | None:
    """None where no instance is yet."""
    if not database.exists() or not database.stat().st_size:
        return None
    try:
        rows = sqlite_files.rows(database)
    except sqlite3.DatabaseError as error:
        raise Refusal("database_damaged", fault=str(error)) from error
    return rows.get("response", 0) + rows.get(INBOX, 0)


def _staged(archive: Archive, bench: Path) -> _Staged:
    """The database and the datasets as they will be, checked and migrated."""
    manifest = archive.manifest
    staged = _Staged(bench / DATABASE, bench / "datasets", evidence.folder_in(bench))
    archive.extract(DATABASE, staged.database)
    _demand_whole(archive, staged.database, manifest.rows)
    if sqlite_files.revision(staged.database) != manifest.revision:
        raise Refusal("backup_damaged", file=str(archive.path))
    if manifest.waiting:
        archive.extract(WAITING, bench / WAITING)
        _demand_whole(archive, bench / WAITING, manifest.waiting, alone=False)
        sqlite_files.take_over(staged.database, bench / WAITING)
    instances.migrate_file(staged.database)
    if sqlite_files.faults(staged.database):
        raise Refusal("backup_damaged", file=str(archive.path))
    staged.datasets.mkdir()
    staged.evidence.mkdir()
    for part in manifest.parts:
        if DATASET.fullmatch(part.name) or EVIDENCE.fullmatch(part.name):
            archive.extract(part.name, bench / part.name)
    return staged


def _demand_whole(
    archive: Archive, database: Path, rows: dict[str, int], *, alone: bool = True
) -> None:
    # What waited refers to tables that lie in the other part: it is checked after they are joined.
    if sqlite_files.faults(database, references=alone) or sqlite_files.rows(database) != rows:
        raise Refusal("backup_damaged", file=str(archive.path))


def _findings(staged: _Staged, library: Library) -> list[Finding]:
    engine = make_engine(f"sqlite:///{staged.database}")
    try:
        with reading(engine) as session:
            return verifying.findings(session, Workplace(library, staged.datasets))
    finally:
        engine.dispose()


def _record(database: Path, archive: Archive, held: int | None, at: datetime) -> None:
    """Whoever undoes a week this way is in the trail of what comes after."""
    engine = make_engine(f"sqlite:///{database}")
    try:
        with transaction(engine) as session:
            audit.record(
                session,
                None,
                "backup_restored",
                archive.path.name[:SUBJECT_LENGTH],
                at,
                made_at=archive.manifest.made_at.isoformat(timespec="minutes"),
                answers=archive.manifest.answers,
                answers_before=held,
            )
    finally:
        engine.dispose()


def _put_in_place(staged: _Staged, source: Source, *, is_held: bool) -> Path | None:
    database = database_of(source.settings)
    _add_files(staged.datasets, source.settings.datasets)
    _add_files(staged.evidence, evidence.folder_in(source.settings.folder))
    staged.database.chmod(0o600)
    settle(staged.database)
    with ExitStack() as stack:
        safety = _safety_copy(stack, staged, source) if is_held else None
        if not is_held:
            # A log without its database would be replayed into the new one.
            database.with_name(f"{database.name}-wal").unlink(missing_ok=True)
        staged.database.replace(database)
        settle(database.parent)
    return safety


def _safety_copy(stack: ExitStack, staged: _Staged, source: Source) -> Path:
    """A backup of what is replaced; nobody else can open it until the stack is closed."""
    database = database_of(source.settings)
    try:
        only = stack.enter_context(sqlite_files.held_alone(database))
    except sqlite3.OperationalError as error:
        raise Refusal("instance_in_use", folder=str(source.settings.folder)) from error
    bench = staged.datasets.with_name("before")
    bench.mkdir()
    sqlite_files.copy_held(only, bench / "whole.sqlite3", lambda _share: None)
    target = source.settings.folder / f"before-restore-{source.at:%Y%m%dT%H%M%S}.backup"
    return back_up_copy(source, bench / "whole.sqlite3", target, lambda _share: None).path


def _add_files(staged: Path, folder: Path) -> None:
    """Files have names that no other file gets: adding one changes nothing that is there."""
    if not any(staged.iterdir()):
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    with desk(folder) as bench:
        for path in sorted(staged.iterdir()):
            there = folder / path.name
            if there.exists() and files.file_sha256(there) == files.file_sha256(path):
                continue
            partial = shutil.copyfile(path, bench / path.name)
            partial.chmod(0o600)
            settle(partial)
            partial.replace(there)
        settle(folder)
