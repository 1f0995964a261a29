"""From a list of people to letters for the printer, as whoever runs the server does it."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from survey_app import cli, typesetting
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.invitations import Invitation
from survey_app.models.staff import AuditEntry
from survey_app.services import inviting
from survey_app.services.invitation_codes import LENGTH
from tests import databases
from tests.factories import make_wave

PASSPHRASE = "chín con cá vàng bơi"  # noqa: S105  of keys that are made for the test
SITE = "https://khaosat.example.vn"


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
def run(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("SURVEY_INSTANCE", str(instance.settings.folder))
    monkeypatch.setenv("SURVEY_DATABASE", instance.settings.database_url)
    monkeypatch.setenv("SURVEY_PUBLIC_URL", SITE)
    with transaction(instance.engine) as session:
        make_wave(session).channels = ["drawn"]

    def command(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["survey-app", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Outcome(int(str(ended.value.code)), said.out, said.err)

    return command


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The officer's folder: their keys and a list of 120 people."""
    folder = tmp_path_factory.mktemp("officer")
    made = run("officer-key", folder, "--passphrase", PASSPHRASE)
    assert made.status == 0, made.err
    people = [f"Người thứ {number},Số {number} phố Chợ,091{number}" for number in range(120)]
    frame = "\n".join(["Họ và tên,Địa chỉ,Điện thoại", *people])
    (folder / "frame.csv").write_text(frame, encoding="utf-8")
    return folder


def invite(run: Run, desk: Path, *more: str | Path, letters: str = "out") -> Outcome:
    return run(
        *("invite", "2026-1", "--unit", "11413", "--frame", desk / "frame.csv"),
        *("--officer-key", desk / "officer.pub", "--letters", desk / letters, "--json", *more),
    )


def codes_stored(instance: Instance) -> int:
    with reading(instance.engine) as session:
        return session.scalar(select(func.count()).select_from(Invitation)) or 0


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Names and codes as the letters have them."""
    found: list[tuple[str, str]] = []
    typeset = typesetting.pdf

    def look(template: str, data: dict[str, Any]) -> bytes:
        found.extend((each["name"], "".join(each["code"])) for each in data["letters"])
        assert data["door"] == "khaosat.example.vn/vi/i"
        return typeset(template, data)

    monkeypatch.setattr(typesetting, "pdf", look)
    return found


def test_a_drawn_sample_gets_letters_and_nobody_else_learns_codes_or_names(
    run: Run, desk: Path, instance: Instance, printed: list[tuple[str, str]]
) -> None:
    made = invite(run, desk, "--draw", "40", "--seed", "7")
    assert made.status == 0, made.err
    assert codes_stored(instance) == 40
    assert (made.document["people"], made.document["invited"]) == (120, 40)
    contacts, pdf = (Path(file) for file in made.document["files"])
    assert contacts.name == "contacts-11413-residents.sealed"
    assert pdf.read_bytes().startswith(b"%PDF")
    assert {path.stat().st_mode & 0o777 for path in (contacts, pdf)} == {0o600}
    with reading(instance.engine) as session:
        for _name, code in printed:
            assert len(code.replace("-", "")) == LENGTH
            assert inviting.opened_by(session, code, instance.keys).official_code == "11413"
        trail = session.scalars(select(AuditEntry)).one()
    assert trail.action == "people_invited"
    kept = json.dumps(trail.details, ensure_ascii=False)
    for name, code in printed:
        assert name not in kept + made.out + made.err
        assert code not in kept + made.out + made.err


def test_whoever_was_invited_can_be_reminded_without_a_code(
    run: Run, desk: Path, printed: list[tuple[str, str]]
) -> None:
    contacts = invite(run, desk, "--draw", "40", "--seed", "7").document["files"][0]
    opened = run(
        *("open-contacts", contacts, "--key", desk / "officer.key"),
        *("--to", desk / "reminders.csv", "--passphrase", PASSPHRASE),
    )
    assert opened.status == 0, opened.err
    with (desk / "reminders.csv").open(encoding="utf-8-sig", newline="") as file:
        reminded = list(csv.DictReader(file))
    assert sorted(row["name"] for row in reminded) == sorted(name for name, _code in printed)
    assert set(reminded[0]) == {"name", "address", "phone", "stratum"}  # and no code


def test_nothing_of_the_list_stays_in_the_instance(
    run: Run, desk: Path, instance: Instance
) -> None:
    assert invite(run, desk).status == 0
    stored = databases.stored(instance.settings.folder)
    kept = b"".join(
        path.read_bytes() for path in instance.settings.folder.rglob("*") if path.is_file()
    )
    for number in (0, 60, 119):
        for said in (f"Người thứ {number}", f"Số {number} phố Chợ"):
            assert said.encode() not in stored + kept


def test_a_bad_list_invites_nobody_and_names_each_row_in_both_languages(
    run: Run, desk: Path, instance: Instance
) -> None:
    with (desk / "frame.csv").open("a", encoding="utf-8") as file:
        file.write("\n,Số 121\nLan,\n")
    refused = invite(run, desk)
    assert refused.status == 2
    for said in ("A122: ô này còn trống / this cell is empty", "B123: "):
        assert said in refused.err
    assert "2" in refused.err
    assert codes_stored(instance) == 0
    assert not (desk / "out").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--draw", "40"), "--seed"),
        (("--draw", "121", "--seed", "1"), "121"),
        (("--draw", "29", "--seed", "1"), "30"),
        (("--unit", "99999"), "unit"),
        (("--audience", "businesses", "--public-url", "ftp://x"), "ftp://x"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    run: Run, desk: Path, instance: Instance, more: tuple[str, ...], said: str
) -> None:
    refused = invite(run, desk, *more)
    assert refused.status == 2
    assert said in refused.err
    assert codes_stored(instance) == 0
    assert not list((desk / "out").glob("*"))
    assert not list((desk / "out").glob(".*"))


def test_letters_never_lie_in_the_instance_and_never_overwrite_others(
    run: Run, desk: Path, instance: Instance
) -> None:
    inside = invite(run, desk, "--letters", instance.settings.folder / "out")
    assert inside.status == 2
    assert codes_stored(instance) == 0
    assert invite(run, desk).status == 0
    before = {path: path.read_bytes() for path in (desk / "out").iterdir()}
    again = invite(run, desk, "--another-round")
    assert again.status == 2
    assert "Letters are never overwritten" in again.err
    assert codes_stored(instance) == 120
    assert {path: path.read_bytes() for path in (desk / "out").iterdir()} == before


def test_a_second_round_must_be_asked_for(run: Run, desk: Path, instance: Instance) -> None:
    assert invite(run, desk).status == 0
    again = invite(run, desk, letters="second")
    assert again.status == 2
    for said in (
        "the same people must not get a second code",
        "Đã làm thư mời",
        "--another-round",
    ):
        assert said in again.err
    assert codes_stored(instance) == 120
    assert not (desk / "second").exists()
    asked_for = invite(run, desk, "--another-round", letters="second")
    assert asked_for.status == 0, asked_for.err
    assert codes_stored(instance) == 240
    with reading(instance.engine) as session:
        trail = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [each.details["another_round"] for each in trail] == [False, True]


def test_keys_are_never_overwritten_and_the_refusal_speaks_of_keys(run: Run, desk: Path) -> None:
    before = (desk / "officer.key").read_bytes()
    again = run("officer-key", desk, "--passphrase", PASSPHRASE)
    assert again.status == 2
    for said in ("Keys are never overwritten", "Khóa không bao giờ bị ghi đè"):
        assert said in again.err
    assert "Letters" not in again.err
    assert (desk / "officer.key").read_bytes() == before


@pytest.mark.parametrize("audience", ["residents", "businesses"])
def test_a_letter_says_its_minutes_the_moment_of_the_close_and_what_is_a_demonstration(
    run: Run, desk: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch, audience: str
) -> None:
    given: list[dict[str, Any]] = []

    def look(_template: str, data: dict[str, Any]) -> bytes:
        given.append(data)
        return b"%PDF"

    monkeypatch.setattr(typesetting, "pdf", look)
    with transaction(instance.engine) as session:
        wave = session.scalars(select(Wave)).one()
        wave.campaign.is_demonstration = True
        wave.closes_at = wave.closes_at.replace(hour=15, minute=0)
        asked = next(each for each in wave.questionnaires if each.audience == audience)
        form = instance.library.questionnaires[asked.questionnaire, asked.version]
        closes = wave.closes_at.strftime("%d/%m/%Y")
    made = invite(run, desk, "--audience", audience)
    assert made.status == 0, made.err
    vi, en = given[0]["words"]
    assert f"đến 22:00 ngày {closes}:" in vi["open"]  # 15:00 UTC
    assert f"until 22:00, {closes}:" in en["open"]
    assert f"khoảng {form.minutes} phút" in vi["lines"][1]
    assert "không trả lời cũng không sao" in vi["lines"][1]
    assert f"about {form.minutes} minutes" in en["lines"][1]
    assert (vi["demonstration"], en["demonstration"]) == ("Số liệu minh họa", "Demonstration data")


def test_without_an_address_of_the_site_there_are_no_letters(
    run: Run, desk: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SURVEY_PUBLIC_URL")
    refused = invite(run, desk)
    assert refused.status == 2
    assert "--public-url" in refused.err
    assert codes_stored(instance) == 0


def test_when_the_printer_fails_no_code_is_stored(
    run: Run, desk: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_all: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(typesetting, "pdf", fail)
    with pytest.raises(OSError, match="disk full"):
        cli.cli(
            [
                *("invite", "2026-1", "--unit", "11413", "--frame", str(desk / "frame.csv")),
                *("--officer-key", str(desk / "officer.pub"), "--letters", str(desk / "out")),
            ],
            standalone_mode=False,
        )
    assert codes_stored(instance) == 0
    assert not list((desk / "out").glob("*"))
