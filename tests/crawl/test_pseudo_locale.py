"""One page, one language, and no word that stands in the code.

Every word that comes from the catalogue, the questionnaires or the database is written in the
sign of its language (¤¤¤¤ ¤¤¤¤ Vietnamese, §§§§ §§§§ English); what somebody wrote once, for every
language, in a third (¶¶¶¶). On a page of one language the sign of another may stand only where the
page says so (`lang`), and a Latin letter that is left nowhere: it would stand in the code itself.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from babel import support
from flask import Flask
from sqlalchemy import func, update

from survey_app.config import LANGUAGES
from survey_app.instance import Instance
from survey_app.instrument.definition import Text
from survey_app.languages import Language, declared
from survey_app.models.actions import Action
from survey_app.models.assessments import SelfScore
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.staff import AuditEntry, StaffMember
from survey_app.models.units import Unit
from survey_app.services import units
from survey_app.web import i18n
from tests import databases
from tests.crawl.crawler import Crawl, crawl_as, sign_in
from tests.visit import Page, Visit

SIGN = {"vi": "¤", "en": "§"}
BY_SOMEBODY = "¶"  # has one wording, that of whoever wrote it
# The version of a questionnaire (v1), and the signs of the buttons for the size of the text.
SIGNS = re.compile(r"\bv\d+\b|A[+−]")
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỹ]+")
QUOTED = re.compile("'[^']*'")  # words in a pattern for dates
# Placeholders, markup and entities inside a message are for the program.
KEPT = re.compile(r"(%\(\w+\)\w|%%|\{\w+\}|<[^>]*>|&\w+;)")
WRITTEN = {
    "vi": (
        Unit.name_vi,
        Unit.short_name_vi,
        Campaign.title_vi,
        Campaign.organiser_vi,
        Wave.title_vi,
        Action.title_vi,
    ),
    "en": (
        Unit.name_en,
        Unit.short_name_en,
        Campaign.title_en,
        Campaign.organiser_en,
        Wave.title_en,
        Action.title_en,
    ),
    "": (
        StaffMember.display_name,
        Calibration.reason,
        Calibration.author_name,
        SelfScore.note,
    ),
}
NUMBERS = {"assessor": "1001", "official": "1002", "expert": "1003", "administrator": "1004"}
SPOKEN = ("alt", "title", "aria-label", "placeholder")
# Codes are the same in every language.
CODE = "code, .code-of-data, output, script"
# What is refused or has failed, and with which status.
REFUSED = {
    "/nowhere": 404,
    "/s/nowhere/11413": 404,
    "/s/hai-phong-2/11413": 410,
    "/trial/forged": 404,
    "/results/nowhere/11413": 404,
    "/recordings/residents/v1/none.mp3": 404,
}

each_language = pytest.mark.parametrize("language", LANGUAGES)


def masked(text: str, sign: str = BY_SOMEBODY) -> str:
    """The text with a sign for each letter."""
    parts = KEPT.split(text)
    return "".join(
        part if place % 2 else LATIN.sub(lambda found: sign * len(found[0]), part)
        for place, part in enumerate(parts)
    )


class Pseudo(support.NullTranslations):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.sign = SIGN[language]

    def ugettext(self, message: str) -> str:
        return masked(message, self.sign)

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        return masked(singular if num == 1 else plural, self.sign)


@pytest.fixture(scope="module")
def pseudo(site: Flask, demonstration: Instance) -> Flask:
    with demonstration.engine.begin() as connection:
        database = connection.connection.driver_connection
        assert database is not None
        database.create_function("masked", 2, masked)
        for language, columns in WRITTEN.items():
            sign = SIGN.get(language, BY_SOMEBODY)
            for column in columns:
                connection.execute(
                    update(column.class_).values({column: func.masked(column, sign)})
                )
        # A user name is typed to sign in, so it becomes a number rather than signs.
        for role, number in NUMBERS.items():
            for column in (StaffMember.user_name, AuditEntry.actor, AuditEntry.subject):
                known = update(column.class_).where(column == role)
                connection.execute(known.values({column: number}))
    return site


@pytest.fixture(autouse=True)
def masked_words(monkeypatch: pytest.MonkeyPatch) -> None:
    wording = Text.in_
    spoken = {code: with_masked_words(each) for code, each in declared().items()}
    monkeypatch.setattr(i18n, "translations", Pseudo)
    monkeypatch.setattr(
        Text, "in_", lambda text, language: masked(wording(text, language), SIGN[language])
    )
    monkeypatch.setattr(
        Text,
        "languages",
        property(lambda text: {each: masked(getattr(text, each), SIGN[each]) for each in SIGN}),
    )
    for module in (units, i18n):
        monkeypatch.setattr(module, "declared", lambda: spoken)


def with_masked_words(language: Language) -> Language:
    sign = SIGN[language.code]
    kinds = {kind: masked(word, sign) for kind, word in language.unit.kinds.items()}
    unit = language.unit.model_copy(update={"kinds": kinds})
    moment = QUOTED.sub(lambda found: masked(found[0], sign), language.moment)
    return language.model_copy(update={"unit": unit, "moment": moment})


def test_signs_leave_placeholders_alone() -> None:
    assert masked("Đóng %(num)s <b>a</b> {unit}", "¤") == "¤¤¤¤ %(num)s <b>¤</b> {unit}"


@databases.only_sqlite  # whose functions mask the names in the demonstration
@each_language
@pytest.mark.parametrize("role", [None, *NUMBERS])
def test_every_page_and_file_is_in_one_language_and_holds_no_word_of_the_code(
    pseudo: Flask, role: str | None, language: str
) -> None:
    crawl = crawl_as(pseudo, NUMBERS.get(role or ""), language)
    found = [
        f"{page.path}: {wrong}"
        for page in crawl.pages.values()
        if (wrong := list(_faults(page, language)))
    ]
    found += [f"{address}: {sign}" for address, sign in _in_files(crawl, language)]
    assert not found, "\n".join(found)


@databases.only_sqlite
@each_language
@pytest.mark.parametrize("address", REFUSED)
def test_what_is_refused_is_refused_in_the_language_of_the_address(
    pseudo: Flask, language: str, address: str
) -> None:
    page = Visit(pseudo.test_client()).get(f"/{language}{address}", status=REFUSED[address])
    assert list(_faults(page, language)) == []


@databases.only_sqlite
@each_language
def test_faults_of_forms_and_closed_doors_are_said_in_the_language_of_the_address(
    pseudo: Flask, language: str
) -> None:
    stranger, form = Visit(pseudo.test_client()), f"/{language}/s/hai-phong-3/11413"
    member = sign_in(pseudo, NUMBERS["assessor"])
    pages = [
        stranger.post(form, {"stamp": "forged"}, status=400),
        stranger.get(form).submit({"1.999": "5"}, status=400),
        stranger.get(f"/{language}/receipt").submit({"code": ""}),
        stranger.get(f"/{language}/receipt").submit({"code": "ABCD"}),
        stranger.get(f"/{language}/office/sign-in").submit(
            {"user_name": "1001", "password": "x"}, status=None
        ),
        stranger.post(f"/{language}/office/sign-in", {}, status=400),  # without its token
        stranger.post(f"/{language}/help", {}, status=405),
        member.get(f"/{language}/office/people", status=403),
        member.get(f"/{language}/office/waves/nowhere", status=404),
    ]
    found = [f"{page.path}: {wrong}" for page in pages if (wrong := list(_faults(page, language)))]
    assert not found, "\n".join(found)


def _faults(page: Page, language: str) -> Iterator[str]:
    """Signs of another language, and Latin words, in what is read or read out."""
    for element in page.soup.select(CODE):
        element.extract()
    for element in page.soup.select("html [lang]"):
        said, own = element.get_text(" "), SIGN[str(element["lang"])]
        yield from (
            f"{sign} in {said[:60]}" for sign in SIGN.values() if sign != own and sign in said
        )
        element.extract()
    heard = [str(each[name]) for name in SPOKEN for each in page.all(f"[{name}]")]
    text = " ".join([page.text, *heard])
    yield from (sign for code, sign in SIGN.items() if code != language and sign in text)
    yield from sorted(set(LATIN.findall(SIGNS.sub("", text))))


def _in_files(crawl: Crawl, language: str) -> Iterator[tuple[str, str]]:
    """Signs of another language in the tables that one can take along."""
    for address in set(crawl.kinds.values()) - set(crawl.pages):
        response = crawl.visit.client.get(address, buffered=True)
        if address.startswith("/static/") or response.mimetype == "application/pdf":
            continue  # a poster has its languages side by side: nobody on a wall can choose
        for text in _texts(response.data):
            yield from (
                (address, sign) for code, sign in SIGN.items() if code != language and sign in text
            )


def _texts(content: bytes) -> list[str]:
    if not content.startswith(b"PK"):
        return [content.decode("utf-8", "ignore")]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [book.read(name).decode("utf-8", "ignore") for name in book.namelist()]
