"""Nothing is hard-coded in one language.

Every word that comes from the catalogue, the questionnaires or the database is written in
signs (¤¤¤¤ ¤¤¤¤). Whatever Latin letter is then left on a page stands in the code itself.
"""

import re

import pytest
from babel import support
from flask import Flask
from sqlalchemy import func, update

from survey_app.instance import Instance
from survey_app.instrument.definition import Text
from survey_app.languages import Language, declared
from survey_app.models.assessments import SelfScore
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.staff import AuditEntry, StaffMember
from survey_app.models.units import Unit
from survey_app.services import units
from survey_app.web import i18n
from tests import databases
from tests.crawl.crawler import crawl_as
from tests.visit import Page

# The version of a questionnaire (v1), and the signs of the buttons for the size of the text.
SIGNS = re.compile(r"\bv\d+\b|A[+−]")
LATIN = re.compile(r"[A-Za-zÀ-ỹ]+")
# Placeholders, markup and entities inside a message are for the program.
KEPT = re.compile(r"(%\(\w+\)\w|%%|\{\w+\}|<[^>]*>|&\w+;)")
WRITTEN = (
    Unit.name_vi,
    Unit.name_en,
    Unit.short_name_vi,
    Unit.short_name_en,
    Campaign.title_vi,
    Campaign.title_en,
    Campaign.organiser_vi,
    Campaign.organiser_en,
    Wave.title_vi,
    Wave.title_en,
    StaffMember.display_name,
    Calibration.reason,
    Calibration.author_name,
    SelfScore.note,
)
NUMBERS = {"assessor": "1001", "official": "1002", "expert": "1003", "administrator": "1004"}
SPOKEN = ("alt", "title", "aria-label", "placeholder")
# Codes are the same in every language; what has a language of its own says so.
CODE = "code, .code-of-data, output, script, [lang]"


def masked(text: str) -> str:
    """The text with a sign for each letter."""
    parts = KEPT.split(text)
    return "".join(
        part if place % 2 else LATIN.sub(lambda found: "¤" * len(found[0]), part)
        for place, part in enumerate(parts)
    )


class Pseudo(support.NullTranslations):
    def ugettext(self, message: str) -> str:
        return masked(message)

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        return masked(singular if num == 1 else plural)


@pytest.fixture(scope="module")
def pseudo(site: Flask, demonstration: Instance) -> Flask:
    with demonstration.engine.begin() as connection:
        database = connection.connection.driver_connection
        assert database is not None
        database.create_function("masked", 1, masked)
        for column in WRITTEN:
            connection.execute(update(column.class_).values({column: func.masked(column)}))
        # A user name is typed to sign in, so it becomes a number rather than signs.
        for role, number in NUMBERS.items():
            for column in (StaffMember.user_name, AuditEntry.actor, AuditEntry.subject):
                known = update(column.class_).where(column == role)
                connection.execute(known.values({column: number}))
    return site


@pytest.fixture(autouse=True)
def masked_words(monkeypatch: pytest.MonkeyPatch) -> None:
    wording = Text.in_
    spoken = {code: with_masked_kinds(each) for code, each in declared().items()}
    monkeypatch.setattr(i18n, "translations", lambda _language: Pseudo())
    monkeypatch.setattr(Text, "in_", lambda text, language: masked(wording(text, language)))
    monkeypatch.setattr(units, "declared", lambda: spoken)


def with_masked_kinds(language: Language) -> Language:
    kinds = {kind: masked(word) for kind, word in language.unit.kinds.items()}
    return language.model_copy(update={"unit": language.unit.model_copy(update={"kinds": kinds})})


def test_signs_leave_placeholders_alone() -> None:
    assert masked("Đóng %(num)s <b>a</b> {unit}") == "¤¤¤¤ %(num)s <b>¤</b> {unit}"


@databases.only_sqlite  # whose functions mask the names in the demonstration
@pytest.mark.parametrize("role", [None, *NUMBERS])
def test_no_page_holds_a_word_that_is_not_translated(pseudo: Flask, role: str | None) -> None:
    pages = crawl_as(pseudo, NUMBERS.get(role or ""), "en").pages.values()
    found = [f"{page.path}: {words}" for page in pages if (words := _bare_words(page))]
    assert not found, "\n".join(found)


def _bare_words(page: Page) -> list[str]:
    """Latin words in what is read or read out."""
    for element in page.soup.select(CODE):
        if element.name != "html":
            element.extract()
    heard = [str(each[name]) for name in SPOKEN for each in page.all(f"[{name}]")]
    return sorted(set(LATIN.findall(SIGNS.sub("", " ".join([page.text, *heard])))))
