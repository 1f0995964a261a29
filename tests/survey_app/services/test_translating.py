"""Translations that are older than what they were made from."""

import shutil
from pathlib import Path

import pytest

from survey_app.config import QUESTIONNAIRES, TRANSLATIONS
from survey_app.services import translating
from survey_app.services.translating import Stale

RESIDENTS = Path("questionnaires") / "residents" / "v1.toml"
RUBBISH = "Nhìn chung, Ông/Bà thấy việc thu gom rác ở nơi mình ở tốt hay kém?"
CHANGED = "Theo Ông/Bà, việc thu gom rác ở nơi mình ở thế nào?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real words, to change at will, all confirmed."""
    for name, source in (("QUESTIONNAIRES", QUESTIONNAIRES), ("TRANSLATIONS", TRANSLATIONS)):
        shutil.copytree(source, tmp_path / source.name)
        monkeypatch.setattr(translating, name, tmp_path / source.name)
    translating.confirm("en")
    return tmp_path


def stale() -> list[Stale]:
    """Of the questionnaires; what the pages lack is another test's (`test_translations.py`)."""
    return [each for each in translating.stale() if each.file != translating.MESSAGES]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} is {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_wordings_that_were_confirmed_and_did_not_change_are_no_false_alarm(folder: Path) -> None:
    assert stale() == []


def test_a_changed_vietnamese_makes_its_english_stale_with_both_texts_named(folder: Path) -> None:
    change(folder / RESIDENTS, RUBBISH, CHANGED)
    assert stale() == [Stale("en", "residents/v1", "4.2 text", RUBBISH, CHANGED)]


@pytest.mark.parametrize(
    ("path", "old", "new", "file"),
    [
        ("scales.toml", 'vi = "Rất kém"', 'vi = "Quá kém"', "scales.toml"),
        (
            "iso18091_2019.toml",
            'vi = "Phát triển thể chế',
            'vi = "Xây dựng thể chế',
            "iso18091-2019",
        ),
    ],
)
def test_scales_and_the_framework_are_watched_too(
    folder: Path, path: str, old: str, new: str, file: str
) -> None:
    changed = folder / "questionnaires" / path
    text = changed.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    [found] = stale()
    assert (found.language, found.file) == ("en", file)
    assert new.removeprefix('vi = "').split('"')[0] in found.new


def test_a_better_english_of_the_same_vietnamese_is_not_stale(folder: Path) -> None:
    change(
        folder / RESIDENTS,
        "Overall, how good or poor is rubbish collection where you live?",
        "All in all, how good or poor is rubbish collection where you live?",
    )
    assert stale() == []


def test_one_command_confirms_one_text_and_leaves_the_others(folder: Path) -> None:
    change(folder / RESIDENTS, RUBBISH, CHANGED)
    change(folder / RESIDENTS, "mất khoảng 5 phút", "mất chừng 5 phút")
    assert len(stale()) == 2
    assert translating.confirm("en", "residents/v1", "4.2") == 1
    [left] = stale()
    assert left.id.startswith("intro")
    assert translating.confirm("en") == 1
    assert stale() == []


def test_a_new_text_waits_for_its_first_confirmation(folder: Path) -> None:
    record = folder / "translations" / "en" / translating.RECORD
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    [place] = [number for number, line in enumerate(lines) if RUBBISH in line]
    record.write_text("".join([*lines[:place], *lines[place + 1 :]]), encoding="utf-8")
    assert stale() == [Stale("en", "residents/v1", "4.2 text", "", RUBBISH)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_recording_is_stale_when_what_it_says_has_changed(folder: Path, language: str) -> None:
    recording = folder / f"questionnaires/audio/residents/v1/{language}/4.2.mp3"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"ID3")
    [unknown] = stale()
    assert (unknown.language, unknown.file, unknown.id) == (language, "audio/residents/v1", "4.2")
    translating.confirm(language)
    assert stale() == []
    scale = folder / "questionnaires" / "scales.toml"
    very_good = {"vi": ("Rất tốt", "Tốt lắm"), "en": ("Very good", "Really good")}[language]
    scale.write_text(scale.read_text(encoding="utf-8").replace(*very_good), encoding="utf-8")
    audio = [each for each in stale() if each.file.startswith("audio")]
    [found] = audio
    assert very_good[0] in found.old
    assert very_good[1] in found.new


def test_what_is_no_longer_asked_leaves_the_record(folder: Path) -> None:
    (folder / "questionnaires" / "businesses" / "v1.toml").unlink()
    assert stale() == []
    translating.confirm("en")
    record = (folder / "translations" / "en" / translating.RECORD).read_text(encoding="utf-8")
    assert "businesses/v1" not in record
    assert "residents/v1" in record
