"""Random language switches, Back presses and checks, without script: no answer is ever lost.

A seeded walk holds beside the server what a person has filled in, and after every step compares
it with what their page holds. Back in the browser shows an earlier page as it was left.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.db import transaction
from survey_app.instance import Instance
from tests.factories import make_wave
from tests.faults.invariants import stored, torn
from tests.faults.sizes import size
from tests.load.person import questions

MOVES = size(300, 10_000)
STEPS_OF_ONE = 25
LANGUAGES = ("vi", "en")
TEXTS = ("Đường ngập <nước> & rác", "ok", "")
CHECKED = re.compile(r'<input type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"[^>]*\bchecked\b')
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"')
HELPED = re.compile(r'name="helped"[^>]*\bchecked\b')
TEXT = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)
PAGE = re.compile(r'data-page="([a-z-]+)"')
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
OWN = {"stamp", "key", "earlier", "at_check", "invitation"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in the browser, with all that it would send."""

    kind: str
    language: str
    html: str
    filled: dict[str, str]

    @property
    def answers(self) -> dict[str, str]:
        return {name: value for name, value in self.filled.items() if name not in OWN and value}


def read(html: str, language: str) -> Sheet:
    [main] = MAIN.findall(html)
    assert f'<html lang="{language}"' in html
    kind = PAGE.findall(main)[0]
    filled = {name: unescape(value) for name, value in HIDDEN.findall(main)}
    filled.update(CHECKED.findall(main))
    for text in TEXT.findall(main):
        filled["comment"] = unescape(text)
    if HELPED.search(main):
        filled["helped"] = "1"
    return Sheet(kind, language, main, filled)


@dataclass
class Walk:
    """One person, with one form, from its first page to the receipt."""

    client: FlaskClient
    rng: Random
    sheet: Sheet = field(init=False)
    said: dict[str, str] = field(default_factory=dict)
    behind: list[Sheet] = field(default_factory=list)
    moves: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        language = self.rng.choice(LANGUAGES)
        path = f"/{language}/s/2026-1/11413"
        self.sheet = read(self.client.get(path).get_data(as_text=True), language)

    def step(self) -> None:
        on_form = self.sheet.kind == "answers"
        possible = [self.switch, self.back] + (
            [self.fill, self.fill, self.check] if on_form else []
        )
        possible += [self.change] if not on_form else []
        move = self.rng.choice(possible)
        self.moves[move.__name__] += 1
        move()
        assert self.sheet.answers == self.said, move.__name__

    def fill(self) -> None:
        """A question answered, or a few words, or the box for help."""
        offered = questions(self.sheet.html)
        name = self.rng.choice([*offered, "comment", "helped"])
        choices = {"comment": TEXTS, "helped": ("1",)}.get(name) or tuple(offered[name])
        self.said[name] = self.rng.choice(choices)
        self.said = {each: value for each, value in self.said.items() if value}
        filled = {name: value for name, value in self.sheet.filled.items() if name in OWN}
        self.sheet = Sheet("answers", self.sheet.language, self.sheet.html, filled | self.said)

    def switch(self) -> None:
        language = next(each for each in LANGUAGES if each != self.sheet.language)
        self._post(language, lang=language)

    def check(self) -> None:
        """The check page; or, where no topic is answered yet, the form again, which says so."""
        self._post(self.sheet.language, forward="1")

    def change(self) -> None:
        self._post(self.sheet.language, back="1")

    def back(self) -> None:
        """The browser's own button: the page before, with what stood in it when it was left."""
        if self.behind:
            self.sheet = self.behind.pop()
            self.said = dict(self.sheet.answers)

    def send(self) -> str:
        """To the end, from wherever the walk has led; returns the last page's kind."""
        self.said.setdefault(next(iter(questions(self._form().html))), "1")
        self.sheet = Sheet(
            "answers", self.sheet.language, self.sheet.html, self.sheet.filled | self.said
        )
        self._post(self.sheet.language, forward="1")
        assert self.sheet.answers == self.said
        self._post(self.sheet.language, forward="1")
        return self.sheet.kind

    def _form(self) -> Sheet:
        if self.sheet.kind != "answers":
            self.change()
        return self.sheet

    def _post(self, language: str, **pressed: str) -> None:
        self.behind.append(self.sheet)
        reply = self.client.post(f"/{language}/s/2026-1/11413", data=self.sheet.filled | pressed)
        assert reply.status_code in {200, 400}
        self.sheet = read(reply.get_data(as_text=True), language)


@pytest.fixture
def client(app: Flask, instance: Instance) -> FlaskClient:
    with transaction(instance.engine) as session:
        make_wave(session)
    return app.test_client()


def test_no_answer_is_lost_on_any_way_through_the_form(
    client: FlaskClient, instance: Instance
) -> None:
    moves: Counter[str] = Counter()
    people = 0
    while moves["switch"] + moves["back"] < MOVES:
        people += 1
        walk = Walk(client, Random(people))  # noqa: S311  repeatable, no secret
        for _ in range(STEPS_OF_ONE):
            walk.step()
        assert walk.send() == "receipt"
        moves += walk.moves
    assert min(moves["switch"], moves["back"]) > MOVES / 5
    assert (stored(instance.engine), torn(instance.engine)) == (people, [])
