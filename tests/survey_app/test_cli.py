import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from survey_app import cli
from survey_app.cli import door
from survey_app.clock import VIET_NAM
from survey_app.db import transaction
from survey_app.engine import dataset as files
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset, RunRow
from survey_app.services import flushing
from tests import databases
from tests.runs import assisted, collect, open_wave, seeded, sheet, usual_wave

KEYS = {
    "unit", "indicator", "audience", "series", "headline", "n", "dont_know_share", "mean", "se",
    "df", "low", "high", "self_score", "gap", "gap_se", "p_gap", "p_aligned", "evidence", "class",
    "provisional", "relative_gap", "explaining_correlation", "blended", "blended_se", "shares",
    "calibrated",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401  any JSON
        return json.loads(self.out, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


Run = Callable[..., Outcome]


@pytest.fixture
def run(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command as a shell would, on the test's instance."""
    monkeypatch.setenv("SURVEY_INSTANCE", str(instance.settings.folder))
    monkeypatch.setenv("SURVEY_DATABASE", instance.settings.database_url)

    def command(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["survey-app", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), said.out, said.err)

    return command


@pytest.fixture
def wave(instance: Instance) -> Wave:
    """An open wave: 20 flushed answers of residents, 3 of businesses that still wait."""
    with transaction(instance.engine) as session:
        wave = open_wave(session, instance, channels=("assisted", "open"))
        sheets = assisted(wave, "12345" * 4)
        sheets += [sheet(wave, {"1.2": "4"}, audience="businesses", unit=1)] * 3
        collect(session, instance, wave, sheets)
        flushing.flush_ready(session, seeded())
    return wave


@pytest.fixture
def closed_wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return usual_wave(session, instance)


def test_init_makes_an_instance_that_check_finds_whole_and_verify_in_order(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new"
    databases.create(new)
    monkeypatch.setenv("SURVEY_INSTANCE", str(new))
    monkeypatch.setenv("SURVEY_DATABASE", databases.address_in(new))
    assert run("init").status == 0
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert run("check").status == 0
    assert run("waves", "--json").document == []
    checked = run("verify", "--json")
    assert (checked.status, checked.document) == (0, [])
    databases.drop(new)


def test_init_is_refused_where_an_instance_is(run: Run, wave: Wave) -> None:
    again = run("init")
    assert (again.status, again.out) == (2, "")
    assert len(again.err.splitlines()) == 2  # in both languages


def test_a_folder_without_an_instance_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_INSTANCE", str(tmp_path / "nowhere"))
    assert run("waves").status == 2


def test_a_secret_that_others_can_read_is_refused_in_words(run: Run, instance: Instance) -> None:
    instance.settings.secret_file.chmod(0o644)
    refused = run("waves")
    assert refused.status == 2
    assert "chmod 600" in refused.err


def test_check_finds_a_database_without_its_tables(run: Run, instance: Instance) -> None:
    # Made by the models, not by the migrations: as if it were older than all of them.
    assert run("check").status == 1


def test_waves_are_listed_as_promised(run: Run, wave: Wave) -> None:
    listed = run("waves", "--json")
    assert listed.status == 0
    assert listed.document == [
        {
            "key": "2026-1",
            "title": "Đợt 1",
            "state": "open",
            "opens_at": wave.opens_at.astimezone(VIET_NAM).isoformat(),
            "closes_at": wave.closes_at.astimezone(VIET_NAM).isoformat(),
            "units": ["11411", "11413", "11948"],
        }
    ]


def test_answers_are_counted_before_and_after_their_flush(run: Run, wave: Wave) -> None:
    counted = run("count", "2026-1", "--json")
    assert counted.document == {
        "wave": "2026-1",
        "rows": [
            {
                "unit": "11411",
                "audience": "businesses",
                "channel": "open",
                "language": "vi",
                "responses": 3,
            },
            {
                "unit": "11413",
                "audience": "residents",
                "channel": "assisted",
                "language": "vi",
                "responses": 20,
            },
        ],
    }
    assert run("close", "2026-1").status == 0
    assert run("count", "2026-1", "--json").document == counted.document


def test_an_open_wave_is_refused_with_the_reason_in_words(run: Run, wave: Wave) -> None:
    refused = run("analyse", "2026-1", "--json")
    assert (refused.status, refused.out) == (2, "")
    assert "Close it first" in refused.err


@pytest.mark.parametrize("command", ["count", "close", "analyse"])
def test_an_unknown_wave_is_refused_by_name(run: Run, command: str) -> None:
    refused = run(command, "2099-1")
    assert (refused.status, refused.out) == (2, "")
    assert "2099-1" in refused.err


def test_a_closed_wave_is_not_closed_again(run: Run, wave: Wave) -> None:
    assert run("close", "2026-1").status == 0
    assert run("close", "2026-1").status == 2


def test_close_and_analyse_give_the_promised_document(run: Run, wave: Wave) -> None:
    run("close", "2026-1")
    found = run("analyse", "2026-1", "--json")
    assert found.status == 0
    assert set(found.document) == {"wave", "dataset", "calibration", "run", "rows", "indirect"}
    assert all(row.keys() >= KEYS for row in found.document["rows"])
    leading = [row for row in found.document["rows"] if row["headline"]]
    assert len(leading) == 3 * 39


def test_the_document_is_the_same_whenever_it_is_printed(run: Run, closed_wave: Wave) -> None:
    first = run("analyse", "2026-1", "--json")
    assert first.status == 0
    assert run("analyse", "2026-1", "--json").out == first.out
    assert re.search(r"\d{4}-\d\d-\d\d", first.out) is None  # no date, no clock time


def test_verify_names_what_was_altered(run: Run, instance: Instance, closed_wave: Wave) -> None:
    assert run("analyse", "2026-1").status == 0
    assert run("verify").status == 0
    with transaction(instance.engine) as session:
        session.execute(update(RunRow).where(RunRow.mean.is_not(None)).values(mean=1.0))
    altered = run("verify", "--json")
    assert altered.status == 1
    assert [each["kind"] for each in altered.document] == ["run"]
    with transaction(instance.engine) as session:
        name = session.scalars(select(Dataset.sha256)).one()
    files.path_of(instance.settings.datasets, name).write_bytes(b"PAR1")
    assert [each["kind"] for each in run("verify", "--json").document] == ["dataset"]
    assert run("analyse", "2026-1").status == 2


def test_a_command_that_does_not_exist_is_refused(run: Run) -> None:
    assert run("analyze", "2026-1").status == 2
    assert run("--help").status == 0


def test_flush_says_how_many_answers_it_moved(run: Run, wave: Wave) -> None:
    flushed = run("flush")
    assert (flushed.status, flushed.out, flushed.err.strip()) == (0, "", "✓ 0")


def test_a_simulated_file_is_counted_without_a_wave(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "few.parquet")
    made = run("simulate", "--responses", "500", "--units", "3", "--output", path, "--json")
    assert made.document == {
        "file": path,
        "sha256": files.file_sha256(Path(path)),
        "responses": 500,
    }
    found = run("analyse", "--dataset", path, "--json")
    assert found.document["files"] == {"few.parquet": made.document["sha256"]}
    assert len(found.document["rows"]) == 3 * 39
    first = [row for row in found.document["rows"] if row["indicator"] == "1.1"]
    assert sum(row["n"] + row["not_asked"] for row in first) < 500


@pytest.mark.parametrize("arguments", [(), ("2026-1", "--dataset", ".")])
def test_analyse_takes_a_wave_or_a_dataset(run: Run, arguments: tuple[str, ...]) -> None:
    refused = run("analyse", *arguments)
    assert (refused.status, refused.out) == (2, "")


def test_a_cluster_without_an_address_is_refused_in_both_languages(run: Run) -> None:
    refused = run("analyse", "2026-1", "--engine", "spark")
    assert (refused.status, refused.out) == (2, "")
    assert "Say which cluster counts" in refused.err
    assert "cụm máy" in refused.err


def test_long_work_tells_how_far_it_is_and_short_work_does_not(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = ("simulate", "--responses", "9", "--output", str(tmp_path / "few.parquet"))
    assert run(*make).err == ""
    monkeypatch.setattr(door, "PAUSE", 0.0)
    assert run(*make).err == "Writing / Đang ghi … 100%\n"
