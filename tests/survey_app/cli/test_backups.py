import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from survey_app import cli
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from tests.filled import WAITING, answer, filled_instance


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401  any JSON
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def filled(tmp_path: Path, library: Library) -> Iterator[Instance]:
    made = filled_instance(tmp_path / "instance", library)
    made.engine.dispose()
    yield made
    made.engine.dispose()


@pytest.fixture
def run(
    filled: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command as a shell would, in that folder."""
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)

    def command(*arguments: str | Path, folder: Path = filled.settings.folder) -> Outcome:
        monkeypatch.setenv("SURVEY_INSTANCE", str(folder))
        monkeypatch.setattr(sys, "argv", ["survey-app", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), said.out, said.err)

    return command


def test_a_backup_is_restored_elsewhere_and_is_in_order_there(
    run: Run, filled: Instance, tmp_path: Path
) -> None:
    made = run("backup", tmp_path / "a.backup", "--json")
    assert made.status == 0
    said = made.document
    assert said.keys() == {
        "file", "sha256", "bytes", "made_at", "revision", "answers", "waiting", "left_out",
        "rows", "thinned",
    }  # fmt: skip
    assert (said["answers"], said["waiting"], said["left_out"]) == (90, WAITING, 0)
    assert said["bytes"] == (tmp_path / "a.backup").stat().st_size

    there = tmp_path / "restored"
    there.mkdir(mode=0o700)
    (there / "secret.key").touch(mode=0o600)
    (there / "secret.key").write_bytes(filled.settings.secret_file.read_bytes())
    restored = run("restore", tmp_path / "a.backup", "--json", folder=there)
    assert restored.status == 0
    assert restored.document["folder"] == str(there)
    assert (restored.document["answers"], restored.document["findings"]) == (90, [])
    assert restored.document["safety_copy"] is None
    assert run("verify", folder=there).status == 0
    assert run("check", folder=there).status == 0
    counted = run("count", "2026-2", "--json", folder=there).document
    assert sum(row["responses"] for row in counted["rows"]) == WAITING


def test_results_go_to_standard_output_and_words_elsewhere(run: Run, tmp_path: Path) -> None:
    made = run("backup", tmp_path / "a.backup")
    assert made.out == ""
    assert "secret.key" in made.err
    assert "90 answers / phiếu" in made.err


def test_a_backup_for_keeping_leaves_out_what_waits(run: Run, tmp_path: Path) -> None:
    made = run("backup", tmp_path / "a.backup", "--without-waiting", "--json").document
    assert (made["answers"], made["waiting"], made["left_out"]) == (64, 0, WAITING)
    tried = run("restore", "--check", tmp_path / "a.backup")
    assert tried.status == 0
    assert f"{WAITING} answers that waited were left out" in tried.err


def test_a_drill_checks_and_changes_nothing(run: Run, filled: Instance, tmp_path: Path) -> None:
    run("backup", tmp_path / "a.backup")
    answer(filled, 100)
    tried = run("restore", "--check", "--json", tmp_path / "a.backup")
    assert tried.status == 0
    assert (tried.document["folder"], tried.document["answers"]) == (None, 90)
    counted = run("count", "2026-2", "--json").document
    assert sum(row["responses"] for row in counted["rows"]) == WAITING + 1


def test_replacing_is_refused_in_both_languages_until_one_says_so(
    run: Run, filled: Instance, tmp_path: Path
) -> None:
    run("backup", tmp_path / "a.backup")
    answer(filled, 100)
    filled.engine.dispose()
    refused = run("restore", tmp_path / "a.backup")
    assert (refused.status, refused.out) == (2, "")
    vietnamese, english = refused.err.splitlines()
    for each in (vietnamese, english):
        assert "91" in each
        assert "90" in each
        assert "--replace" in each
    replaced = run("restore", tmp_path / "a.backup", "--replace", "--json")
    assert replaced.status == 0
    assert Path(replaced.document["safety_copy"]).exists()
    assert (
        run("restore", "--check", replaced.document["safety_copy"], "--json").document["answers"]
        == 91
    )


def test_what_cannot_be_done_is_refused_in_both_languages(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    run("backup", path)
    nowhere = tmp_path / "nowhere"
    for arguments, said in (
        (("backup", path), f"There is a file {path} already."),
        (("backup", nowhere / "a.backup"), f"Không có thư mục {nowhere}."),
        (("backup", nowhere / "a.backup"), f"There is no folder {nowhere}."),
        (("restore", nowhere), f"There is no file {nowhere}."),
        (("restore", "--check", nowhere), f"There is no file {nowhere}."),
    ):
        refused = run(*arguments)
        assert (refused.status, refused.out) == (2, "")
        assert len(refused.err.splitlines()) == 2
        assert said in refused.err
    path.write_bytes(path.read_bytes()[:-1])
    refused = run("restore", "--check", path)
    assert refused.status == 2
    assert "cut off or changed" in refused.err
    assert "bị cắt cụt" in refused.err
