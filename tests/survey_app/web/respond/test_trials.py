"""A form as staff try it: the real pages, and nothing of it among the answers."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.models.responses import DailyCount, InboxEntry, Receipt
from survey_app.models.trials import TrialAnswer
from survey_app.web.respond.stamps import Place, sign_trial
from tests.factories import make_wave
from tests.visit import Page, Visit

PLACE = Place("2026-1", "11413", "residents")
LIVE = "/vi/s/2026-1/11413"


@pytest.fixture(autouse=True)
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_wave(session)


@pytest.fixture
def trial(instance: Instance) -> str:
    return f"/vi/trial/{sign_trial(PLACE, instance.keys)}"


def first_answer(page: Page) -> dict[str, str]:
    item = str(page.one("fieldset[data-item]")["data-item"])
    return {item: str(page.one(f"fieldset[data-item='{item}'] input")["value"])}


def rows(instance: Instance, table: type) -> int:
    with reading(instance.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def in_state(instance: Instance, wave: Wave, state: str) -> None:
    with transaction(instance.engine) as session:
        session.get_one(Wave, wave.id).state = state


@pytest.mark.parametrize("state", ["draft", "registered", "open"])
def test_every_page_of_a_trial_says_so_and_it_ends_among_the_trials(
    instance: Instance, wave: Wave, visit: Visit, trial: str, state: str
) -> None:
    in_state(instance, wave, state)
    form = visit.get(trial)
    check = form.submit(first_answer(form))
    received = check.submit()
    for page in (form, check, received):
        assert "Thử phiếu" in page.one(".strip.trial").get_text()
    assert not received.all("#receipt-code")
    assert received.one("h1").get_text() == "Đã nhận phiếu thử"
    assert rows(instance, TrialAnswer) == 1
    for live in (InboxEntry, Receipt, DailyCount):
        assert rows(instance, live) == 0


def test_a_trial_asks_the_same_questions_and_finds_the_same_faults(
    visit: Visit, trial: str
) -> None:
    tried, real = visit.get(trial), visit.get(LIVE)
    for selector in ("[data-screen]", "button", "[data-screen=closing] [data-item]"):
        assert len(tried.all(selector)) == len(real.all(selector)) > 0
    wrong = visit.get(trial).submit({"1.999": "5"}, status=400)
    assert wrong.all("#faults")
    assert wrong.all(".strip.trial")


def test_what_was_typed_in_a_trial_never_meets_a_draft_of_a_real_form(
    visit: Visit, trial: str
) -> None:
    drafts = {str(visit.get(each).one("#sheet")["data-draft"]) for each in (trial, LIVE)}
    assert len(drafts) == 2


@pytest.mark.parametrize("state", ["closed", "published"])
def test_a_trial_ends_with_its_wave(
    instance: Instance, wave: Wave, visit: Visit, trial: str, state: str
) -> None:
    form = visit.get(trial)
    check = form.submit(first_answer(form))
    in_state(instance, wave, state)
    over = check.submit(status=410)
    assert over.all(".strip.trial")
    assert rows(instance, TrialAnswer) == 0


def test_a_stamp_of_a_trial_opens_no_real_form_and_a_real_one_no_trial(
    instance: Instance, visit: Visit, trial: str
) -> None:
    tried, real = visit.get(trial), visit.get(LIVE)
    for stamped, target in ((tried, LIVE), (real, trial)):
        sent = stamped.filled()
        sent.update({**first_answer(stamped), "key": "k" * 32})
        page = visit.post(target, sent, status=400)
        assert page.one("main")["data-page"] == "wrong-stamp"
    assert rows(instance, TrialAnswer) == rows(instance, InboxEntry) == 0


def test_nobody_finds_the_way_to_a_trial_without_our_signature(
    visit: Visit, instance: Instance, trial: str
) -> None:
    visit.get("/vi/trial/2026-1", status=404)
    visit.get(f"{trial}x", status=404)
    other = f"/vi/trial/{sign_trial(Place('2026-1', '99999', 'residents'), instance.keys)}"
    visit.get(other, status=404)
    for page in ("/vi/", LIVE, "/vi/help"):
        assert not visit.get(page).all("a[href*='/trial/']")


def test_a_draft_is_still_nobodys_business_at_its_real_address(
    instance: Instance, wave: Wave, visit: Visit, trial: str
) -> None:
    in_state(instance, wave, "draft")
    visit.get(trial)  # brings the facts to the desk
    visit.get(LIVE, status=404)


def test_the_language_is_changed_inside_the_trial(visit: Visit, trial: str) -> None:
    form = visit.get(trial)
    english = form.submit(first_answer(form), button="en")
    assert urlsplit(english.path).path == trial.replace("/vi/", "/en/")
    assert english.language == "en"
    assert english.all(".strip.trial")
    assert english.all("input[checked]")


def test_trials_are_dealt_from_a_deck_of_their_own(app: Flask, visit: Visit, trial: str) -> None:
    visit.get(trial)
    desk = app.extensions["answer desk"]
    visit.get(LIVE)
    assert len(desk._decks._kept) == 2
