from datetime import UTC, datetime, timedelta

import pytest

from survey_app.clock import now
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.web.app import create_app
from survey_app.web.respond import desk as desks
from survey_app.web.respond.desk import Asked, Desk, Shelf
from survey_app.web.respond.stamps import Place
from tests.factories import make_wave

PLACE = Place("2026-1", "11413", "residents")


def look_up(instance: Instance, place: Place = PLACE) -> Asked:
    with create_app(instance).app_context():
        return Desk().asked(place)


def test_a_shelf_forgets_what_was_used_longest_ago() -> None:
    shelf: Shelf[str, int] = Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    shelf.get("a")
    shelf.put("c", 3)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (1, None, 3)


def test_a_thing_is_made_once() -> None:
    shelf: Shelf[str, object] = Shelf(2)
    assert shelf.take("a", object) is shelf.take("a", object)


def test_the_facts_of_a_form_name_its_unit_in_both_languages(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    asked = look_up(instance)
    assert asked.names["vi"]["unit"] == "phường Hải An"
    assert asked.names["en"]["unit_kind"] == "ward"
    assert asked.questionnaire_name == "residents/v1"


def test_an_address_without_a_survey_is_not_found(instance: Instance) -> None:
    with pytest.raises(Refusal, match="not_found"):
        look_up(instance)


def test_facts_are_looked_up_again_after_a_moment(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
    desk = Desk()
    with create_app(instance).app_context():
        assert desk.asked(PLACE).phase(now()) == "open"
        with transaction(instance.engine) as session:
            session.get_one(type(wave), wave.id).state = "closed"
        monkeypatch.setattr(desks, "FACTS_SECONDS", -1.0)
        assert desk.asked(PLACE).phase(now()) == "over"


@pytest.mark.parametrize(
    ("state", "hours", "phase"),
    [
        ("registered", -1, "early"),
        ("open", -1, "early"),
        ("open", 0, "open"),
        ("open", 31 * 24, "over"),
        ("closed", 0, "over"),
        ("published", 0, "over"),
    ],
)
def test_the_phase_follows_state_and_clock(
    instance: Instance, state: str, hours: int, phase: str
) -> None:
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    with transaction(instance.engine) as session:
        make_wave(session, state, opens_at=begin)
    assert look_up(instance).phase(begin + timedelta(hours=hours)) == phase


def test_a_draft_is_nobodys_business(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session, "draft")
    with pytest.raises(Refusal, match="not_found"):
        look_up(instance).phase(now())


def test_each_round_deals_every_block_once(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    desk = Desk()
    with create_app(instance).app_context():
        asked = desk.asked(PLACE)
        dealt = [desk.deal(asked) for _ in range(32)]
    assert sorted(dealt) == list(range(32))
