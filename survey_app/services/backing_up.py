"""A backup while the server serves: the database, its datasets and evidence that all is there.

Answers that wait in the inbox would carry their submission key and moment into the backup. They
are flushed in the copy, mixed over the whole wave, and lie in a part of their own, which backups
lose when they get older than `THIN_AFTER` (docs/decisions.md, "A backup forgets when").
The instance's secret is in no backup.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from random import Random

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from survey_app.config import Settings
from survey_app.db import make_engine, reading, transaction
from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.keys import Keys
from survey_app.queries import campaigns, runs, sqlite_files
from survey_app.queries import evidence as evidence_files
from survey_app.services import archives, evidence, flushing, instances
from survey_app.services.archives import DATABASE, WAITING, Manifest
from survey_app.services.workbench import desk, place_new

FLUSHED = ("response", "open_text", "receipt")  # where a flush puts what waited
INBOX = "inbox"
SESSIONS = "staff_session"  # an ended session must not come back to life
TRIALS = "trial_answer"  # rehearsals are for now, and no answers


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up, at which moment, and with which shuffle."""

    settings: Settings
    keys: Keys
    at: datetime
    rng: Random


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    sha256: str
    manifest: Manifest


def back_up(
    source: Source, target: Path, said: Callable[[float], None], *, keep_waiting: bool = True
) -> Made:
    """Write a backup of the instance as it is now.

    Raises
    ------
    Refusal
        `backup_needs_sqlite`; `backup_exists`; `backup_folder_absent`; `backup_failed` when it
        cannot be written;
        `database_damaged`; `dataset_missing`, `dataset_altered` or `evidence_altered`.
    """
    database = database_of(source.settings)
    if not target.parent.is_dir():
        raise Refusal("backup_folder_absent", folder=str(target.parent))
    try:
        with desk(source.settings.folder) as bench:
            whole = bench / "whole.sqlite3"
            sqlite_files.copy(database, whole, lambda share: said(share / 2))
            return back_up_copy(
                source,
                whole,
                target,
                lambda share: said((1 + share) / 2),
                keep_waiting=keep_waiting,
            )
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise Refusal("backup_failed", file=str(target), reason=str(error)) from error


def back_up_copy(
    source: Source,
    whole: Path,
    target: Path,
    said: Callable[[float], None],
    *,
    keep_waiting: bool = True,
) -> Made:
    """The same from a copy of the database that nobody else has open, and that is changed."""
    if target.exists():
        raise Refusal("backup_exists", file=str(target))
    instances.migrate_file(whole)
    found = sqlite_files.faults(whole)
    if found:
        raise Refusal("database_damaged", fault=found[0])
    waiting = sqlite_files.rows(whole)[INBOX]
    sources: dict[str, Path] = {DATABASE: whole.with_name(DATABASE)}
    if waiting and keep_waiting:
        sources[WAITING] = _flushed(whole, source.rng, waiting)
    sqlite_files.empty(whole, (INBOX, SESSIONS, TRIALS))
    sqlite_files.compact(whole, sources[DATABASE])
    sources |= _datasets(whole, source.settings) | _evidence(whole, source.settings)
    manifest = Manifest(
        software=version("gap18091"),
        made_at=source.at,
        revision=sqlite_files.revision(whole) or "",
        parts=tuple(archives.part_of(name, path) for name, path in sources.items()),
        rows=sqlite_files.rows(sources[DATABASE]),
        waiting=sqlite_files.rows(sources[WAITING]) if WAITING in sources else {},
        left_out=0 if keep_waiting else waiting,
    )
    with desk(target.parent) as outbox:
        sha256 = archives.write(outbox / "backup", manifest, sources, source.keys, said)
        if not place_new(outbox / "backup", target):
            raise Refusal("backup_exists", file=str(target))
    return Made(target, sha256, manifest)


def database_of(settings: Settings) -> Path:
    """The database's file."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise Refusal("backup_needs_sqlite", database=address.get_backend_name())
    return Path(address.database)


def _flushed(whole: Path, rng: Random, waiting: int) -> Path:
    """A file of the rows that the close of every wave would make of what waits now."""
    beside, part = whole.with_name("beside.sqlite3"), whole.with_name(WAITING)
    shutil.copyfile(whole, beside)
    sqlite_files.empty(beside, FLUSHED)
    engine = make_engine(f"sqlite:///{beside}")
    with transaction(engine) as session:
        for wave in campaigns.waves(session):
            waiting -= flushing.flush_wave(session, wave.id, rng)
    engine.dispose()
    if waiting:
        raise OSError(f"{waiting} answers of the inbox belong to no wave")
    sqlite_files.keep_only(beside, FLUSHED)
    sqlite_files.compact(beside, part)
    return part


def _datasets(database: Path, settings: Settings) -> dict[str, Path]:
    engine = make_engine(f"sqlite:///{database}")
    with reading(engine) as session:
        hashes = runs.dataset_hashes(session)
    engine.dispose()
    return {
        f"datasets/{sha256}.parquet": files.checked_path(settings.datasets, sha256)
        for sha256 in hashes
    }


def _evidence(database: Path, settings: Settings) -> dict[str, Path]:
    engine = make_engine(f"sqlite:///{database}")
    with reading(engine) as session:
        kept = evidence_files.all_files(session)
    engine.dispose()
    folder = evidence.folder_in(settings.folder)
    return {f"evidence/{each.id.hex}": evidence.checked_path(folder, each) for each in kept}
