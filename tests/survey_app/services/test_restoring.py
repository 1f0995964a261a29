import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance, open_instance
from survey_app.instrument.loading import Library
from survey_app.models.staff import AuditEntry
from survey_app.queries import sqlite_files
from survey_app.services import archives, flushing, responding, verifying
from survey_app.services.backing_up import Made, back_up
from survey_app.services.restoring import Restored, Terms, restore
from survey_app.web.app import create_app
from tests.filled import (
    OPEN,
    WAITING,
    answer,
    filled_instance,
    key_of,
    open_wave_of,
    settings_in,
    silent,
    source_of,
)
from tests.runs import place_of, seeded
from tests.visit import Visit


@pytest.fixture
def filled(tmp_path: Path, library: Library) -> Iterator[Instance]:
    made = filled_instance(tmp_path / "instance", library)
    yield made
    made.engine.dispose()


@pytest.fixture
def made(filled: Instance, tmp_path: Path) -> Made:
    return back_up(source_of(filled), tmp_path / "a.backup", silent)


def restored_in(
    folder: Path, made: Made, like: Instance, *, secret: bool = True, **terms: bool
) -> Restored:
    """Restore there, with the secret that its owner kept apart."""
    folder.mkdir(exist_ok=True)
    if secret and not (folder / "secret.key").exists():
        kept = folder / "secret.key"
        kept.touch(mode=0o600)
        kept.write_bytes(like.settings.secret_file.read_bytes())
    return restore(
        made.path,
        settings_in(folder),
        like.library,
        Terms(**terms),
        at=source_of(like).at,
        rng=seeded(),
        said=silent,
    )


@pytest.fixture
def restored(filled: Instance, made: Made, tmp_path: Path) -> Iterator[Instance]:
    restored_in(tmp_path / "restored", made, filled)
    instance = open_instance(settings_in(tmp_path / "restored"))
    yield instance
    instance.engine.dispose()


def rows_of(instance: Instance) -> dict[str, int]:
    return sqlite_files.rows(instance.settings.folder / "survey.sqlite3")


def test_a_restored_instance_holds_every_row_and_is_in_order(
    filled: Instance, restored: Instance
) -> None:
    before, after = rows_of(filled), rows_of(restored)
    moved = dict.fromkeys(("response", "open_text", "receipt"), WAITING)
    changed = {"inbox": -WAITING, "audit_entry": 1} | moved
    assert {
        name: after[name] - before[name] for name in before if after[name] != before[name]
    } == (changed)
    with reading(restored.engine) as session:
        assert verifying.findings(session, place_of(restored)) == []


def test_a_restored_instance_serves_its_pages_and_takes_answers(restored: Instance) -> None:
    app = create_app(restored)
    app.config["TESTING"] = True
    visit = Visit(app.test_client())
    for path in ("/vi/", "/en/", f"/vi/s/{OPEN}/11413", f"/en/s/{OPEN}/11411"):
        assert visit.get(path).status == 200
    before = rows_of(restored)
    answer(restored, 500)
    assert rows_of(restored)["inbox"] == before["inbox"] + 1


def test_an_answer_that_is_sent_again_after_a_restore_is_not_stored_twice(
    filled: Instance, restored: Instance
) -> None:
    before = rows_of(restored)
    codes = [answer(restored, number) for number in range(WAITING)]
    assert rows_of(restored) == before
    assert codes == [responding.receipt_code(key_of(each), filled.keys) for each in range(WAITING)]
    with reading(restored.engine) as session:
        assert all(responding.receipt_known(session, code) for code in codes)


def test_only_its_owner_may_open_what_was_restored(
    filled: Instance, made: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "instance"
    restored = restore(
        made.path,
        settings_in(folder),
        filled.library,
        Terms(other_key=True),
        at=source_of(filled).at,
        rng=seeded(),
        said=silent,
    )
    assert restored.safety_copy is None
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("survey.sqlite3", "secret.key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert {path.name for path in folder.iterdir()} == {"survey.sqlite3", "secret.key", "datasets"}


def test_without_the_secret_of_the_backup_nothing_is_restored_unless_one_says_so(
    filled: Instance, made: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "restored"
    with pytest.raises(Refusal, match="secret_absent"):
        restored_in(folder, made, filled, secret=False)
    (folder / "secret.key").touch(mode=0o600)
    (folder / "secret.key").write_text("ab" * 32)
    with pytest.raises(Refusal, match="backup_of_another_secret"):
        restored_in(folder, made, filled)
    assert {path.name for path in folder.iterdir()} == {"secret.key"}
    restored_in(folder, made, filled, other_key=True)
    assert (folder / "secret.key").read_text() == "ab" * 32


def test_an_instance_that_holds_something_is_not_overwritten_silently(
    filled: Instance, made: Made
) -> None:
    """Restoring an old backup to undo a week: it says what would be lost."""
    for number in range(100, 107):
        answer(filled, number)
    filled.engine.dispose()
    before = (filled.settings.folder / "survey.sqlite3").read_bytes()
    with pytest.raises(Refusal, match=r"instance_holds_data.*held=97, answers=90"):
        restored_in(filled.settings.folder, made, filled)
    assert (filled.settings.folder / "survey.sqlite3").read_bytes() == before


def test_a_replaced_instance_is_backed_up_first_and_the_trail_says_so(
    filled: Instance, made: Made, tmp_path: Path
) -> None:
    for number in range(100, 107):
        answer(filled, number)
    filled.engine.dispose()
    restored = restored_in(filled.settings.folder, made, filled, replace=True)
    assert rows_of(filled)["response"] == 90
    with reading(filled.engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject) == ("backup_restored", "a.backup")
        assert entry.details["answers_before"] == 97
    filled.engine.dispose()
    assert restored.safety_copy is not None
    assert archives.opened(restored.safety_copy, silent).manifest.answers == 97
    undone = Made(restored.safety_copy, "", restored.manifest)
    restored_in(tmp_path / "again", undone, filled)
    assert sqlite_files.rows(tmp_path / "again" / "survey.sqlite3")["response"] == 97


def test_what_stood_in_the_log_of_the_old_database_does_not_leak_into_the_new_one(
    filled: Instance, made: Made
) -> None:
    """As after a kill of the server: its last transactions lie in the log alone."""
    folder = filled.settings.folder
    with sqlite3.connect(folder / "survey.sqlite3") as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
    for number in range(100, 103):
        answer(filled, number)
    log = (folder / "survey.sqlite3-wal").read_bytes()
    main = (folder / "survey.sqlite3").read_bytes()
    filled.engine.dispose()
    database.close()
    (folder / "survey.sqlite3").write_bytes(main)
    (folder / "survey.sqlite3-wal").write_bytes(log)
    restored = restored_in(folder, made, filled, replace=True)
    assert restored.safety_copy is not None
    assert archives.opened(restored.safety_copy, silent).manifest.answers == 93
    assert rows_of(filled)["response"] == 90
    assert sqlite_files.faults(folder / "survey.sqlite3") == []


def test_nothing_is_restored_under_a_server_that_runs(filled: Instance, made: Made) -> None:
    with reading(filled.engine) as session:
        open_wave_of(session)
        with pytest.raises(Refusal, match="instance_in_use"):
            restored_in(filled.settings.folder, made, filled, replace=True)
    answer(filled, 100)
    assert rows_of(filled)["inbox"] == WAITING + 1
    assert not list(filled.settings.folder.glob("before-restore-*"))


def test_a_damaged_instance_is_not_thrown_away(filled: Instance, made: Made) -> None:
    filled.engine.dispose()
    database = filled.settings.folder / "survey.sqlite3"
    data = database.read_bytes()
    database.write_bytes(b"not a database" + data[14:])
    with pytest.raises(Refusal, match="database_damaged"):
        restored_in(filled.settings.folder, made, filled, replace=True)
    assert database.read_bytes()[14:] == data[14:]


def test_a_dataset_that_was_lost_or_altered_comes_back(filled: Instance, made: Made) -> None:
    filled.engine.dispose()
    [dataset] = filled.settings.datasets.iterdir()
    whole = dataset.read_bytes()
    dataset.write_bytes(whole[:-1])
    restored_in(filled.settings.folder, made, filled, replace=True)
    assert dataset.read_bytes() == whole


KILLED = """
import os, signal, sys
from pathlib import Path
from survey_app.clock import now
from survey_app.config import QUESTIONNAIRES, settings_from
from survey_app.instrument.loading import load_all
from survey_app.services import restoring
from tests.filled import silent
from tests.runs import seeded

def end(*_anything, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

where = {"path": Path, "restoring": restoring}[sys.argv[1]]
setattr(where, sys.argv[2], end)
restoring.restore(
    Path(sys.argv[3]), settings_from(), load_all(QUESTIONNAIRES), restoring.Terms(replace=True),
    at=now(), rng=seeded(), said=silent,
)
"""


@pytest.mark.parametrize(
    "step",
    [
        "restoring._findings",
        "restoring._record",
        "restoring._put_in_place",
        "restoring._safety_copy",
        "restoring.back_up_copy",
        "path.replace",
    ],
)
def test_a_restore_that_is_killed_leaves_the_old_instance_usable(
    filled: Instance, made: Made, step: str
) -> None:
    for number in range(100, 107):
        answer(filled, number)
    before = rows_of(filled)
    filled.engine.dispose()
    ended = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", KILLED, *step.split("."), str(made.path)],
        check=False,
        env={"SURVEY_INSTANCE": str(filled.settings.folder), "PYTHONPATH": "."},
    )
    assert ended.returncode == -signal.SIGKILL
    assert rows_of(filled) == before
    answer(filled, 200)
    with transaction(filled.engine) as session:
        assert flushing.flush_wave(session, open_wave_of(session).id, seeded()) == WAITING + 8
        assert verifying.findings(session, place_of(filled)) == []


def test_a_full_disk_changes_nothing(filled: Instance, made: Made, tmp_path: Path) -> None:
    before = rows_of(filled)
    filled.engine.dispose()
    program = KILLED.replace(
        "os.kill(os.getpid(), signal.SIGKILL)",
        'raise OSError("No space left on device")',
    )
    ended = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", program, "restoring", "back_up_copy", str(made.path)],
        check=False,
        capture_output=True,
        text=True,
        env={"SURVEY_INSTANCE": str(filled.settings.folder), "PYTHONPATH": "."},
    )
    assert "Refusal" in ended.stderr
    assert "No space left" in ended.stderr
    assert rows_of(filled) == before
    assert not list(tmp_path.rglob(".survey-desk-*"))
