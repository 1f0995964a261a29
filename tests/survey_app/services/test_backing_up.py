import resource
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import now
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.queries import responses, sqlite_files
from survey_app.services import archives, backing_up, flushing, rehearsing, responding
from survey_app.services.archives import DATABASE, WAITING
from survey_app.services.backing_up import INBOX, Source, back_up
from tests.filled import (
    WAITING as PEOPLE,
)
from tests.filled import (
    answer,
    filled_instance,
    key_of,
    open_wave_of,
    silent,
    source_of,
)
from tests.runs import seeded, sheet


@pytest.fixture
def filled(tmp_path: Path, library: Library) -> Iterator[Instance]:
    made = filled_instance(tmp_path / "instance", library)
    yield made
    made.engine.dispose()


def parts_of(backup: Path, folder: Path) -> Path:
    """The parts, taken out by the standard tool that anybody has."""
    with tarfile.open(backup) as tar:
        tar.extractall(folder, filter="data")
    return folder


def test_a_backup_holds_the_database_the_datasets_and_what_proves_it_whole(
    filled: Instance, tmp_path: Path
) -> None:
    made = back_up(source_of(filled), tmp_path / "a.backup", silent)
    folder = parts_of(made.path, tmp_path / "parts")
    [dataset] = [path.name for path in filled.settings.datasets.iterdir()]
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "manifest.json", "seal", DATABASE, WAITING, f"datasets/{dataset}",
    }  # fmt: skip
    assert made.manifest.rows == sqlite_files.rows(folder / DATABASE)
    assert (made.manifest.rows["response"], made.manifest.waiting["response"]) == (64, PEOPLE)
    assert sqlite_files.faults(folder / DATABASE) == []
    assert archives.opened(made.path, silent).is_sealed_by(filled.keys)


def test_only_its_owner_may_read_a_backup_and_nothing_else_is_left(
    filled: Instance, tmp_path: Path
) -> None:
    before = sorted(filled.settings.folder.iterdir())
    made = back_up(source_of(filled), tmp_path / "a.backup", silent)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert sorted(tmp_path.iterdir()) == [made.path, filled.settings.folder]
    assert sorted(filled.settings.folder.iterdir()) == before


def test_an_existing_file_is_never_overwritten(filled: Instance, tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    target.write_text("letters of my grandmother")
    with pytest.raises(Refusal, match="backup_exists"):
        back_up(source_of(filled), target, silent)
    assert target.read_text() == "letters of my grandmother"


def test_no_secret_no_key_no_moment_and_no_session_gets_into_a_backup(
    filled: Instance, tmp_path: Path
) -> None:
    with transaction(filled.engine) as session:
        arrivals = [
            f"{entry.received_at:%H:%M:%S.%f}".encode()
            for entry in responses.inbox_of_wave(session, open_wave_of(session).id)
        ]
    with sqlite3.connect(filled.settings.folder / "survey.sqlite3") as database:
        database.execute(
            "INSERT INTO staff_session VALUES (?, 1, '2026-11-22', '2026-11-22')", ["5e551011" * 8]
        )
    database.close()
    made = back_up(source_of(filled), tmp_path / "a.backup", silent)
    data = made.path.read_bytes()
    assert len(arrivals) == PEOPLE
    assert not any(key_of(number).encode() in data for number in range(PEOPLE))
    assert not any(moment in data for moment in arrivals)
    secret = filled.settings.secret_file.read_text().strip()
    assert secret.encode() not in data
    assert bytes.fromhex(secret) not in data
    assert b"5e551011" not in data
    for column in (b"remote_addr", b"user_agent", b"127.0.0.1"):
        assert column not in data


def test_a_backup_leaves_trials_out(filled: Instance, tmp_path: Path) -> None:
    with transaction(filled.engine) as session:
        tried = sheet(open_wave_of(session), {"1.3": "4"}, text="a rehearsal")
        rehearsing.keep(session, tried, "e" * 32, now())
    made = back_up(source_of(filled), tmp_path / "a.backup", silent)
    assert made.manifest.rows["trial_answer"] == 0
    assert b"a rehearsal" not in made.path.read_bytes()
    assert sqlite_files.rows(filled.settings.folder / "survey.sqlite3")["trial_answer"] == 1


def test_what_waits_lies_apart_from_its_receipt_and_its_words(
    filled: Instance, tmp_path: Path
) -> None:
    keys = [responding.receipt_code(key_of(number), filled.keys) for number in range(PEOPLE)]
    made = back_up(source_of(filled), tmp_path / "a.backup", silent)
    folder = parts_of(made.path, tmp_path / "parts")
    with sqlite3.connect(folder / WAITING) as waiting:
        assert {code for (code,) in waiting.execute("SELECT code FROM receipt")} == set(keys)
        texts = {text for (text,) in waiting.execute("SELECT text FROM open_text")}
        ids = [
            {each for (each,) in waiting.execute(f"SELECT id FROM {table}")}  # noqa: S608  a table's name, ours
            for table in ("response", "open_text")
        ]
    waiting.close()
    assert texts == {f"nói-{number:04}" for number in range(PEOPLE)}
    assert [len(each) for each in ids] == [PEOPLE, PEOPLE]
    assert not ids[0] & ids[1]
    assert sqlite_files.rows(folder / DATABASE)[INBOX] == 0


def test_a_flush_fills_no_table_that_a_backup_would_not_take_along(filled: Instance) -> None:
    """Who gives the flush a new table adds it to `backing_up.FLUSHED`."""
    database = filled.settings.folder / "survey.sqlite3"
    before = sqlite_files.rows(database)
    with transaction(filled.engine) as session:
        flushing.flush_wave(session, open_wave_of(session).id, seeded())
    after = sqlite_files.rows(database)
    changed = {name for name, number in after.items() if number != before[name]}
    assert changed == {INBOX, *backing_up.FLUSHED}


def test_a_backup_for_keeping_says_how_many_answers_it_left_out(
    filled: Instance, tmp_path: Path
) -> None:
    made = back_up(source_of(filled), tmp_path / "a.backup", silent, keep_waiting=False)
    assert (made.manifest.waiting, made.manifest.left_out) == ({}, PEOPLE)
    assert made.manifest.answers == 64


def test_every_answer_that_was_acknowledged_before_a_backup_began_is_in_it(
    filled: Instance, tmp_path: Path
) -> None:
    acknowledged: list[int] = []
    stop = threading.Event()

    def post() -> None:
        number = PEOPLE
        while not stop.is_set():
            answer(filled, number)
            acknowledged.append(number)
            number += 1

    poster = threading.Thread(target=post)
    poster.start()
    try:
        counted: list[tuple[int, int]] = []
        for turn in range(5):
            while len(acknowledged) < 10 * (turn + 1):
                assert poster.is_alive()
                time.sleep(0.001)
            before = len(acknowledged)
            made = back_up(source_of(filled), tmp_path / f"{turn}.backup", silent)
            counted.append((before + PEOPLE, made.manifest.waiting["response"]))
            assert len(acknowledged) > before  # people answered meanwhile
    finally:
        stop.set()
        poster.join()
    assert all(held >= before for before, held in counted)
    assert counted[-1][1] <= len(acknowledged) + PEOPLE + 1


def test_two_backups_at_the_same_time_are_two_whole_backups(
    filled: Instance, tmp_path: Path
) -> None:
    outcome: list[object] = []

    def work(name: str) -> None:
        try:
            outcome.append(back_up(source_of(filled), tmp_path / name, silent).manifest.answers)
        except Refusal as refusal:
            outcome.append(refusal.code)

    for names in (("a", "b"), ("c", "c")):
        workers = [threading.Thread(target=work, args=[name]) for name in names]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    answers = 64 + PEOPLE
    assert outcome[:2] == [answers, answers]
    assert set(outcome[2:]) == {answers, "backup_exists"}
    for name in "abc":
        assert archives.opened(tmp_path / name, silent).manifest.answers == answers


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9, 1.0])
def test_a_full_disk_leaves_no_half_file_and_a_reason(
    filled: Instance, tmp_path: Path, share: float
) -> None:
    """A limit on the size of files: the copy, the parts or the backup itself cannot be written."""
    whole = back_up(source_of(filled), tmp_path / "whole.backup", silent).path.stat().st_size
    limit = int(share * whole) - 1
    before = sorted(tmp_path.rglob("*"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(Refusal, match="backup_failed"):
            back_up(source_of(filled), tmp_path / "a.backup", silent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_not_there_is_a_reason_in_words(filled: Instance, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"backup_folder_absent.*nowhere"):
        back_up(source_of(filled), tmp_path / "nowhere" / "a.backup", silent)


def test_a_damaged_database_or_dataset_is_not_backed_up(filled: Instance, tmp_path: Path) -> None:
    [dataset] = filled.settings.datasets.iterdir()
    whole = dataset.read_bytes()
    dataset.write_bytes(whole[:-1])
    with pytest.raises(Refusal, match="dataset_altered"):
        back_up(source_of(filled), tmp_path / "a.backup", silent)
    dataset.write_bytes(whole)
    with sqlite3.connect(filled.settings.folder / "survey.sqlite3") as database:
        database.execute("DELETE FROM wave_unit")  # this connection checks no references
    database.close()
    with pytest.raises(Refusal, match="database_damaged"):
        back_up(source_of(filled), tmp_path / "a.backup", silent)
    assert not (tmp_path / "a.backup").exists()


def test_another_database_than_sqlite_is_refused_by_name(filled: Instance, tmp_path: Path) -> None:
    elsewhere = type(filled.settings)(filled.settings.folder, "postgresql+psycopg://x/y")
    source = source_of(filled)
    with pytest.raises(Refusal, match="backup_needs_sqlite: database=postgresql"):
        back_up(Source(elsewhere, source.keys, source.at, source.rng), tmp_path / "a", silent)


KILLED = """
import os, signal, sys
from pathlib import Path
from survey_app.config import settings_from
from survey_app.instance import open_instance
from survey_app.queries import responses, sqlite_files
from survey_app.services import archives
from survey_app.services.backing_up import back_up
from tests.filled import silent, source_of

def end(*_anything, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

setattr({"archives": archives, "sqlite_files": sqlite_files}[sys.argv[1]], sys.argv[2], end)
back_up(source_of(open_instance(settings_from())), Path(sys.argv[3]), silent)
"""


@pytest.mark.parametrize("step", ["sqlite_files.compact", "archives.write"])
def test_a_backup_that_is_killed_leaves_no_file_and_the_next_one_clears_up(
    filled: Instance, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.backup"
    ended = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", KILLED, *step.split("."), str(target)],
        check=False,
        env={"SURVEY_INSTANCE": str(filled.settings.folder), "PYTHONPATH": "."},
    )
    assert ended.returncode == -signal.SIGKILL
    assert not target.exists()
    assert list(filled.settings.folder.glob(".survey-desk-*"))
    monkeypatch.setattr("survey_app.services.workbench.YOUNG", -1.0)
    back_up(source_of(filled), target, silent)
    assert not list(tmp_path.rglob(".survey-desk-*"))
