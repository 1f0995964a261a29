"""Both languages, always: nothing missing, nothing stale, nothing left in English."""

import re
import subprocess
import sys
import unicodedata

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from survey_app.config import LANGUAGES, ROOT, TRANSLATIONS
from survey_app.services import translating

# What a Vietnamese reader calls by the same letters.
SAME_IN_BOTH = {"CSV", "QR", "XLSX", "%(num)s", "English", "Tiếng Việt", "–"}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)\w|%\w|\{\w*\}")


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(message: Message) -> tuple[str, ...]:
    said = message.string
    return tuple(said) if isinstance(said, tuple | list) else (str(said or ""),)


def source(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code says today."""
    path = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    subprocess.run(  # noqa: S603  our own command
        [*command, "-F", "pyproject.toml", "-o", str(path), "."],
        check=True,
        cwd=ROOT,
    )
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_exactly_what_the_code_says(language: str, extracted: Catalog) -> None:
    said = {source(message) for message in extracted if message.id}
    held = {source(message) for message in messages(language)}
    assert (said - held, held - said) == (set(), set())


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_empty_or_fuzzy_or_wrong_in_its_placeholders(language: str) -> None:
    faults = [
        source(message)
        for message in messages(language)
        if message.fuzzy
        or not all(forms(message))
        or any(
            set(PLACEHOLDER.findall(form)) - {"num", ""}
            != set(PLACEHOLDER.findall(source(message))) - {"num", ""}
            for form in forms(message)
        )
    ]
    assert faults == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_left_in_english(language: str) -> None:
    same = {source(each) for each in messages(language) if source(each) in forms(each)}
    assert same <= SAME_IN_BOTH


@pytest.mark.parametrize("language", TRANSLATED)
def test_vietnamese_is_stored_composed(language: str) -> None:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    text = path.read_text(encoding="utf-8")
    assert unicodedata.normalize("NFC", text) == text


def test_no_wording_is_older_than_what_it_was_made_from() -> None:
    """`survey-app stale` names them; who has looked at one says so by `confirm-translation`."""
    assert [each for each in translating.stale() if each.file != translating.MESSAGES] == []
