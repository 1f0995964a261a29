import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.keys import Keys
from survey_app.services import archives
from survey_app.services.archives import DATABASE, MANIFEST, SEAL, WAITING
from survey_app.services.backing_up import back_up
from survey_app.services.restoring import Terms, restore, try_out
from tests.filled import filled_instance, settings_in, silent, source_of
from tests.runs import seeded


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[Instance]:
    made = filled_instance(tmp_path_factory.mktemp("filled") / "instance", library)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def backup(filled: Instance) -> Path:
    return back_up(source_of(filled), filled.settings.folder.with_name("a.backup"), silent).path


def refused(path: Path, filled: Instance) -> str:
    """The refusal of a restore into an empty folder; nothing may have been made there."""
    target = path.with_name("restored")
    target.mkdir(exist_ok=True)
    shutil.copy2(filled.settings.secret_file, target)
    with pytest.raises(Refusal) as found:
        restore(
            path,
            settings_in(target),
            filled.library,
            Terms(replace=True),
            at=source_of(filled).at,
            rng=seeded(),
            said=silent,
        )
    left = [each for each in target.rglob("*") if each.is_file()]
    assert left == [target / "secret.key"]
    return found.value.code


def test_one_changed_byte_anywhere_is_refused(
    filled: Instance, backup: Path, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    places = {len(whole) * number // 50 for number in range(50)}
    places |= {0, 150, 512, 1024, len(whole) - 1, len(whole) - 65, len(whole) - 66}
    damaged = tmp_path / "damaged.backup"
    for place in sorted(places):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused(damaged, filled) == "backup_damaged", place


def test_a_backup_that_was_cut_off_is_refused(
    filled: Instance, backup: Path, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    damaged = tmp_path / "damaged.backup"
    for length in (
        0,
        1,
        64,
        65,
        66,
        512,
        10_240,
        len(whole) // 2,
        len(whole) - 65,
        len(whole) - 1,
    ):
        damaged.write_bytes(whole[:length])
        assert refused(damaged, filled) == "backup_damaged", length
    damaged.write_bytes(whole + b"\n")
    assert refused(damaged, filled) == "backup_damaged"


def test_other_files_are_no_backups(filled: Instance, tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04" * 1000, "Kính gửi Ông/Bà".encode() * 100):
        other = tmp_path / "other"
        other.write_bytes(content)
        assert refused(other, filled) == "backup_damaged"
    assert refused(tmp_path / "nowhere", filled) == "backup_absent"


def forged(backup: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    """The backup with other members and a right hash at its end: somebody meant to do it."""
    with tarfile.open(backup) as tar:
        members = {each.name: tar.extractfile(each) for each in tar.getmembers()}
        content = {name: file.read() for name, file in members.items() if file}
    new = {**content, **change}
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, data in new.items():
            if data is not None:
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    data = target.read_bytes()
    target.write_bytes(data + f"{hashlib.sha256(data).hexdigest()}\n".encode())
    return target


def manifest_of(backup: Path, **change: object) -> dict[str, bytes | None]:
    said = json.loads(archives.look_at(backup).written)
    return {MANIFEST: json.dumps(said | change).encode()}


@pytest.mark.parametrize("name", [SEAL, DATABASE, WAITING])
def test_a_part_that_is_missing_is_missed(
    filled: Instance, backup: Path, tmp_path: Path, name: str
) -> None:
    path = forged(backup, tmp_path / "forged", {name: None})
    assert refused(path, filled) == "backup_damaged"


@pytest.mark.parametrize("name", ["more.txt", "../outside", "datasets/../../outside"])
def test_a_part_that_is_too_much_is_noticed(
    filled: Instance, backup: Path, tmp_path: Path, name: str
) -> None:
    path = forged(backup, tmp_path / "forged", {name: b"more"})
    assert refused(path, filled) == "backup_damaged"
    named = json.loads(archives.look_at(backup).written)["parts"]
    named.append({"name": name, "size": 4, "sha256": hashlib.sha256(b"more").hexdigest()})
    change = manifest_of(backup, parts=named) | {name: b"more"}
    path = forged(backup, tmp_path / "forged", change)
    assert refused(path, filled) == "backup_damaged"


def test_a_manifest_that_somebody_rewrote_breaks_the_seal(
    filled: Instance, backup: Path, tmp_path: Path
) -> None:
    change = manifest_of(backup, made_at="2020-01-01T00:00:00Z")
    path = forged(backup, tmp_path / "forged", change)
    assert refused(path, filled) == "backup_of_another_secret"


def test_a_format_or_a_revision_of_the_future_asks_for_the_newer_version(
    filled: Instance, backup: Path, tmp_path: Path
) -> None:
    for change in ({"format": 2}, {"revision": "9999"}):
        path = forged(backup, tmp_path / "forged", manifest_of(backup, **change))
        assert refused(path, filled) == "backup_newer"


def sealed(backup: Path, target: Path, filled: Instance, **change: object) -> Path:
    """A forgery by somebody who holds the secret: only the content can give it away."""
    manifest = archives.look_at(backup).manifest.model_copy(update=change)
    with tarfile.open(backup) as tar:
        tar.extractall(target.parent / "parts", filter="data")
    sources = {part.name: target.parent / "parts" / part.name for part in manifest.parts}
    target.unlink(missing_ok=True)
    archives.write(target, manifest, sources, filled.keys, silent)
    return target


def test_tables_with_other_numbers_of_rows_than_promised_are_refused(
    filled: Instance, backup: Path, tmp_path: Path
) -> None:
    manifest = archives.look_at(backup).manifest
    for change in (
        {"rows": manifest.rows | {"response": 63}},
        {"rows": manifest.rows | {"audit_entry": 5}},
        {"waiting": manifest.waiting | {"receipt": 25}},
    ):
        path = sealed(backup, tmp_path / "forged", filled, **change)
        assert refused(path, filled) == "backup_damaged"


def test_a_seal_belongs_to_one_secret(backup: Path, filled: Instance) -> None:
    archive = archives.opened(backup, silent)
    assert archive.is_sealed_by(filled.keys)
    assert not archive.is_sealed_by(Keys(b"x" * 32))


def test_trying_a_backup_out_checks_everything_and_leaves_nothing(
    filled: Instance, backup: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy2(backup, tmp_path))
    manifest, findings = try_out(path, filled.library, silent)
    assert (manifest.answers, findings) == (90, [])
    assert list(tmp_path.iterdir()) == [path]
