"""3. Stale-path data: answers off the route are counted, or routed on."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from survey_app.clock import now
from survey_app.config import QUESTIONNAIRES
from survey_app.db import transaction
from survey_app.engine import dataset as files
from survey_app.instance import Instance
from survey_app.instrument.answers import NOT_ASKED, coded
from survey_app.instrument.blocks import count_of, indicators_of
from survey_app.instrument.definition import Item, Questionnaire
from survey_app.instrument.loading import load_all
from survey_app.instrument.routing import conditions_json
from survey_app.models.campaigns import Wave
from survey_app.services import datasets, fielding
from survey_app.web.respond.posted import fill
from survey_app.web.respond.stamps import Place, Stamp, sign
from tests.factories import make_wave
from tests.failure_modes.wire import Fields
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN
from tests.journeys.walker import Walker
from tests.runs import seeded

HERE = Path(__file__).parent.parent / "survey_app" / "instrument" / "definitions"
# Ours, and one with conditions on conditions.
ALL = [*load_all(QUESTIONNAIRES).questionnaires.values(), *load_all(HERE).questionnaires.values()]
CHANGES = 6
CHOICES = 400
# A question, and one of its answers or, at times, none; as a person does it, by a click.
CHOOSE = """([which, answer]) => {
  const boxes = [...document.querySelectorAll("fieldset[data-item]")];
  const box = boxes[Math.floor(which * boxes.length)];
  const inputs = [...box.querySelectorAll("input")];
  const clear = box.querySelector("[data-do=clear]:not([hidden])");
  if (answer < 0.15 && clear) clear.click();
  else inputs[Math.floor(answer * inputs.length)].click();
}"""
STATE = """() => {
  const boxes = [...document.querySelectorAll("[data-item]")], name = (box) => box.dataset.item;
  const chosen = [...document.querySelectorAll("fieldset input:checked")];
  return [boxes.map(name), boxes.filter((box) => !box.hidden).map(name),
          Object.fromEntries(chosen.map((input) => [input.name, input.value]))];
}"""


def met_by_hand(items: list[Item], answers: Mapping[str, str]) -> list[str]:
    """The rule as a reader of the exported conditions would apply it, apart from our code."""
    conditions = json.loads(conditions_json(items))
    met: dict[str, str] = {}
    for item in items:
        condition = conditions.get(item.id, {"all": []})
        [(kind, clauses)] = condition.items()
        hits = [met.get(each["item"]) in each["in"] for each in clauses]
        if {"all": all, "any": any}[kind](hits):
            met[item.id] = answers.get(item.id, "")
    return list(met)


@st.composite
def changing_minds(
    draw: st.DrawFn,
) -> tuple[Questionnaire, int, dict[str, str], list[tuple[str, str]]]:
    """Somebody's sheet, filled in whether asked or not, and the earlier answers they change."""
    questionnaire = draw(st.sampled_from(ALL))
    block = draw(st.integers(0, count_of(questionnaire) - 1))
    items = [
        item
        for item in questionnaire.items_of(indicators_of(questionnaire, block))
        if item.kind != "text"
    ]
    allowed = {item.id: sorted(questionnaire.allowed_codes(item)) for item in items}
    answers = {name: draw(st.sampled_from(codes)) for name, codes in allowed.items()}
    changed = st.sampled_from(sorted(allowed)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(["", *allowed[name]]))
    )
    return questionnaire, block, answers, draw(st.lists(changed, max_size=CHANGES))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changing_minds())
def test_whatever_answer_is_changed_only_what_is_on_the_new_path_counts(
    sheet: tuple[Questionnaire, int, dict[str, str], list[tuple[str, str]]],
) -> None:
    questionnaire, block, answers, changes = sheet
    indicators = indicators_of(questionnaire, block)
    items = [each for each in questionnaire.items_of(indicators) if each.kind != "text"]
    for name, value in [("", ""), *changes]:
        if name:
            answers[name] = value
        filled = fill(questionnaire, block, {each: [code] for each, code in answers.items()})
        met = met_by_hand(items, answers)
        on_path = {each: answers[each] for each in met if answers[each]}
        assert filled.checked.answers == on_path
        # Kept aside: whoever changes their mind again finds what they had said there.
        assert filled.given == {each: code for each, code in answers.items() if code}
        codes = coded(questionnaire, indicators, filled.checked.answers)
        off = {each for each in codes if each not in met}
        assert {codes[each] for each in off} <= {NOT_ASKED}
        assert all(codes[each] != NOT_ASKED for each in met)
        # Nor would an answer off the path count or open another, had it been stored.
        assert coded(questionnaire, indicators, filled.given) == codes


def test_an_answer_off_the_path_goes_through_no_door_into_the_results(
    app: Flask, instance: Instance
) -> None:
    """From the form to the frozen file: who did not apply online has no word on how it went."""
    with transaction(instance.engine) as session:
        make_wave(session)
    questionnaire = instance.library.questionnaires["residents", "v1"]
    block = next(b for b in range(32) if "1.5" in indicators_of(questionnaire, b))
    place = Place("2026-1", "11413", "residents")
    minute = int(now().timestamp() // 60)
    stamp = sign(Stamp(place, "residents/v1", "vi", block, minute, "open"), instance.keys)
    answered = {"1.5.online": "3", "1.5.came": "1", "stamp": stamp, "forward": "1"}
    client, form = app.test_client(), "/vi/s/2026-1/11413"
    for number in range(20):
        check = client.post(form, data=answered).text
        assert Fields(check).sent["1.5.came"] == "1"  # kept aside on the way
        done = client.post(form, data={**answered, "key": f"{number:032}"})
        assert "receipt-code" in done.text
    with transaction(instance.engine) as session:
        wave = session.get_one(Wave, 1)
        fielding.close_wave(session, wave, seeded(), wave.opens_at + timedelta(days=2))
        frozen = datasets.freeze(
            session, wave, instance.library, instance.settings.datasets, now()
        )
    columns = pq.read_table(files.path_of(instance.settings.datasets, frozen.sha256)).to_pydict()
    assert columns["residents/1.5.online"] == [2] * 20
    assert columns["residents/1.5.came"] == [NOT_ASKED] * 20


@pytest.mark.parametrize("audience", ["residents", "businesses"])
def test_the_browser_shows_exactly_the_questions_of_the_path(
    walker: Welcome, audience: str
) -> None:
    """The rule is written twice, once for the browser: both say the same of whatever is chosen."""
    page = form_with_conditions(walker(), audience)
    conditions = json.loads(page.evaluate("document.querySelector('#conditions').textContent"))
    said = Random(18091)  # noqa: S311  a walk to be repeated, not a secret
    seen: set[tuple[str, ...]] = set()
    for _each in range(CHOICES):
        page.evaluate(CHOOSE, [said.random(), said.random()])
        asked, shown, chosen = page.evaluate(STATE)
        met: dict[str, str] = {}
        for item in asked:
            [(kind, clauses)] = conditions.get(item, {"all": []}).items()
            hits = [met.get(each["item"]) in each["in"] for each in clauses]
            if {"all": all, "any": any}[kind](hits):
                met[item] = chosen.get(item, "")
        assert shown == list(met)
        seen.add(tuple(shown))
    assert len(seen) > 1, f"no choice opened or closed a question of {sorted(conditions)}"


def form_with_conditions(resident: Walker, audience: str) -> Page:
    """Blocks are dealt: another one, until it has a question that depends on another."""
    address = f"/vi/s/{OPEN}/{HAI_AN}" + "/business" * (audience == "businesses")
    for _try in range(40):
        page = resident.go(address)
        if page.evaluate("document.querySelector('#conditions').textContent.length > 2"):
            return page
    raise AssertionError("no block has a question that depends on another")
