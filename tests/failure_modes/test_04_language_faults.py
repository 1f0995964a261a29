"""4. Language faults: a switch loses answers, a page has two languages, a label is in the wrong one."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select

from survey_app.clock import now
from survey_app.config import LANGUAGES, QUESTIONNAIRES
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.blocks import count_of
from survey_app.instrument.loading import load_all
from survey_app.models.responses import InboxEntry
from survey_app.web.respond.stamps import Place, Stamp, sign
from tests.factories import make_wave
from tests.failure_modes.wire import RATING, Fields
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN
from tests.journeys.test_answering import choose_last_of_each, given, next_screen

FIELDED = sorted(load_all(QUESTIONNAIRES).questionnaires)
# `make test` takes some hundred random moves; SURVEY_TEST_SWITCHES=10000 is the long form.
SWITCHES = int(os.environ.get("SURVEY_TEST_SWITCHES", "600"))
MOVES_A_SHEET = 60
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
ENGLISH = re.compile(r"\b(the|your|answers?|and|please|topic|back|next|of|not)\b", re.IGNORECASE)
MARKUP = re.compile(r"<script.*?</script>|<[^>]+>", re.DOTALL)
TEXTS = ("", "Cần thêm đèn đường", "Pho\u031b\u0300 \U0001f600 <b>&amp;", "a\n\nb")
OTHER = {"vi": "en", "en": "vi"}


@dataclass
class Sheet:
    """Somebody without script who goes to and fro; `said` is what they have answered so far."""

    client: FlaskClient
    place: Place
    html: str
    language: str = "vi"
    said: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        business = "/business" * (self.place.audience == "businesses")
        return f"/{self.language}/s/{self.place.wave}/{self.place.unit}{business}"

    @property
    def at_check(self) -> bool:
        return 'data-page="check"' in self.html

    @property
    def questions(self) -> dict[str, list[str]]:
        return Fields(self.html).choices

    def press(self, button: str) -> None:
        sent = Fields(self.html).sent | self.said | {button: "1"}
        if button == "lang":
            self.language = OTHER[self.language]
        reply = self.client.post(self.address, data=sent)
        self.html = reply.text
        assert reply.status_code == 200, self.html[:500]
        self.look()

    def look(self) -> None:
        """All that was said is there, and every word of the page is in one language."""
        kept = Fields(self.html).sent
        assert {name: kept.get(name, "") for name in self.said} == self.said
        assert f'<html lang="{self.language}"' in self.html
        if self.language == "en":
            own = self.said.get("comment", "")
            rest = self.html.replace("Tiếng Việt", "").replace(own or "Tiếng Việt", "")
            assert not VIETNAMESE.search(rest), VIETNAMESE.search(rest)
        else:
            text = MARKUP.sub(" ", self.html).replace("English", "")
            found = ENGLISH.search(text)
            assert not found, text[found.start() - 60 : found.end() + 60]

    @property
    def receipt(self) -> bool:
        return "receipt-code" in self.html


def begin(app: Flask, instance: Instance, name: str, version: str, block: int) -> Sheet:
    audience = instance.library.questionnaires[name, version].audience
    place = Place("2026-1", "11413", audience)
    minute = int(now().timestamp() // 60)
    stamp = sign(Stamp(place, f"{name}/{version}", "vi", block, minute, "open"), instance.keys)
    sheet = Sheet(app.test_client(), place, "")
    sheet.html = sheet.client.post(sheet.address, data={"stamp": stamp, "back": "1"}).text
    return sheet


def fielded(instance: Instance, name: str, version: str) -> int:
    """Open a wave that asks so; returns the number of blocks."""
    questionnaire = instance.library.questionnaires[name, version]
    with transaction(instance.engine) as session:
        make_wave(session, questionnaires={questionnaire.audience: (name, version)})
    return count_of(questionnaire)


@pytest.mark.parametrize(("name", "version"), FIELDED)
def test_at_every_page_of_every_block_a_switch_keeps_all_and_speaks_one_language(
    app: Flask, instance: Instance, name: str, version: str
) -> None:
    for block in range(fielded(instance, name, version)):
        sheet = begin(app, instance, name, version, block)
        asked = sheet.questions
        sheet.said = {item: codes[block % len(codes)] for item, codes in asked.items()}
        sheet.press("lang")
        assert sheet.questions == asked  # the codes have no language
        sheet.press("lang")
        sheet.press("forward")
        assert sheet.at_check
        sheet.press("lang")
        assert sheet.at_check
        sheet.press("lang")
        sheet.press("back")
        assert sheet.questions == asked


def moves(rng: Random) -> Iterator[str]:
    for _each in range(MOVES_A_SHEET):
        yield rng.choice(("lang", "lang", "forward", "back", "answer"))


def answer(sheet: Sheet, rng: Random) -> None:
    name = rng.choice([*sheet.questions, "comment"])
    if name == "comment":
        sheet.said["comment"] = rng.choice(TEXTS)
    else:
        sheet.said[name] = rng.choice(sheet.questions[name])


@pytest.mark.parametrize("seed", range(max(1, SWITCHES // MOVES_A_SHEET)))
def test_random_switches_and_steps_back_lose_no_answer(
    app: Flask, instance: Instance, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311  a walk to be repeated, not a secret
    name, version = FIELDED[seed % len(FIELDED)]
    block = rng.randrange(fielded(instance, name, version))
    sheet = begin(app, instance, name, version, block)
    rated = next(each for each in sheet.questions if RATING.fullmatch(each))
    sheet.said[rated] = "3"
    for move in moves(rng):
        if move == "answer" and not sheet.at_check:
            answer(sheet, rng)
        elif move == "lang" or (move == "back") == sheet.at_check:
            sheet.press("forward" if move == "answer" else move)
            sheet.said = composed(sheet.said)
    if not sheet.at_check:
        sheet.press("forward")
    sent = Fields(sheet.html).sent | {"forward": "1"}
    assert "receipt-code" in sheet.client.post(sheet.address, data=sent).text
    with reading(instance.engine) as session:
        [entry] = session.scalars(select(InboxEntry))
    assert entry.answers.items() <= sheet.said.items()
    assert entry.answers[rated] == sheet.said[rated]
    assert (entry.open_text or "") == sheet.said.get("comment", "")
    assert entry.language == sheet.language


def composed(said: dict[str, str]) -> dict[str, str]:
    """A text is composed when it first passes (NFC), which changes no letter of it."""
    return {each: value.replace("o\u031b\u0300", "ờ") for each, value in said.items()}


@pytest.mark.parametrize("audience", ["residents", "businesses"])
def test_with_script_the_language_is_switched_at_every_screen(
    walker: Welcome, audience: str
) -> None:
    page = walker().go(f"/vi/s/{OPEN}/{HAI_AN}" + "/business" * (audience == "businesses"))
    screens = page.locator("[data-screen]").count()
    for number in range(screens):
        choose_last_of_each(page)
        before, place = given(page), page.locator("[data-screen]:visible").get_attribute("id")
        heading = page.locator("[data-screen]:visible h2").inner_text()
        for language in reversed(LANGUAGES):
            page.locator("button[name=lang]:visible").click()
            expect(page.locator("html")).to_have_attribute("lang", language)
            assert given(page) == before
            assert page.locator("[data-screen]:visible").count() == 1
            assert page.locator("[data-screen]:visible").get_attribute("id") == place
        assert page.locator("[data-screen]:visible h2").inner_text() == heading
        if number < screens - 1:
            next_screen(page)
    expect(page.locator("#check")).to_be_visible()
