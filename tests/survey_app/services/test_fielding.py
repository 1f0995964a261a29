from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.staff import AuditEntry
from survey_app.models.units import Unit
from survey_app.queries import calibrations
from survey_app.services import fielding, starting
from survey_app.services.calibrating import Author, Parameters, parameters_of
from survey_app.services.fielding import CampaignPlan, WavePlan
from survey_app.services.units import UnitRow
from tests.factories import BOTH_AUDIENCES, make_unit, make_units, make_wave

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RNG = SystemRandom()


@pytest.fixture
def wards(session: Session) -> list[Unit]:
    return make_units(session)


@pytest.fixture
def campaign(session: Session, wards: list[Unit], library: Library) -> Campaign:
    assert wards[0].parent is not None
    return start(session, library, wards[0].parent)


def start(session: Session, library: Library, owner: Unit, **changes: Any) -> Campaign:  # noqa: ANN401  any argument of the call under test
    plan = CampaignPlan(
        key="hai-phong",
        title_vi="Ý kiến người dân",
        title_en="Residents' views",
        organiser_vi="Ủy ban nhân dân thành phố",
        organiser_en="City People's Committee",
        urgent_contact="1022",
        framework="iso18091-2019",
        owner_unit_id=owner.id,
    )
    return starting.start_campaign(
        session,
        replace(plan, **changes),
        library,
        author=Author(None, "Mai"),
        reason="The values that every campaign begins with.",
        at=NOW,
    )


def plan_for(*units: Unit | UnitRow, **changes: Any) -> WavePlan:  # noqa: ANN401  any argument of the call under test
    plan = WavePlan(
        key="hai-phong-1",
        title_vi="Đợt 1",
        title_en="Wave 1",
        opens_at=NOW + timedelta(days=1),
        closes_at=NOW + timedelta(days=31),
        channels=("open",),
        unit_ids=tuple(unit.id for unit in units),
        questionnaires=dict(BOTH_AUDIENCES),
    )
    return replace(plan, **changes)


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        deed()
    return caught.value.code


def test_a_campaign_starts_with_the_default_calibration_and_its_reason(
    session: Session, campaign: Campaign
) -> None:
    first = calibrations.newest(session, campaign.id)
    assert first is not None
    assert (first.version, first.author_name) == (1, "Mai")
    assert first.reason == "The values that every campaign begins with."
    assert parameters_of(first) == Parameters()


def test_a_wave_goes_its_way_on_an_empty_instance(
    session: Session, campaign: Campaign, wards: list[Unit], library: Library
) -> None:
    wave = fielding.create_wave(session, campaign, plan_for(*wards), library)
    assert (wave.state, wave.number) == ("draft", 1)
    fielding.register_wave(session, wave, library, NOW)
    hashes = {asked.questionnaire: asked.sha256 for asked in wave.questionnaires}
    assert hashes["residents"] == library.questionnaires["residents", "v1"].sha256
    assert wave.calibration_id is not None
    fielding.open_wave(session, wave, library, NOW + timedelta(hours=1))
    assert wave.opens_at == NOW + timedelta(hours=1)
    assert fielding.close_wave(session, wave, RNG, NOW + timedelta(hours=2)) == 0
    assert (wave.state, wave.closes_at) == ("closed", NOW + timedelta(hours=2))


@pytest.mark.parametrize("state", ["draft", "open", "closed", "published"])
def test_only_a_registered_wave_opens(session: Session, library: Library, state: str) -> None:
    wave = make_wave(session, state)
    opening = lambda: fielding.open_wave(session, wave, library, NOW)  # noqa: E731  a call that is to be refused
    assert refused(opening) == "wave_in_other_state"


def test_a_registered_wave_can_no_longer_be_changed(
    session: Session, campaign: Campaign, wards: list[Unit], library: Library
) -> None:
    wave = fielding.create_wave(session, campaign, plan_for(wards[0]), library)
    fielding.change_wave(session, wave, plan_for(*wards, title_en="First wave"), library)
    assert (len(wave.units), wave.title_en) == (3, "First wave")
    fielding.register_wave(session, wave, library, NOW)
    changing = lambda: fielding.change_wave(session, wave, plan_for(*wards), library)  # noqa: E731  a call that is to be refused
    assert refused(changing) == "wave_in_other_state"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "Hải Phòng"}, "key_malformed"),
        ({"key": "a" * 41}, "key_malformed"),
        ({"closes_at": NOW + timedelta(days=1)}, "period_backwards"),
        ({"unit_ids": ()}, "units_missing"),
        ({"questionnaires": {}}, "questionnaires_missing"),
        ({"channels": ()}, "channels_missing"),
        ({"unit_ids": (999_999,)}, "unit_unsuitable"),
        ({"questionnaires": {"residents": ("nobody", "v1")}}, "questionnaire_unknown"),
        (
            {"questionnaires": {"residents": ("businesses", "v1")}},
            "questionnaire_of_other_audience",
        ),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    session: Session, campaign: Campaign, library: Library, changes: dict[str, Any], code: str
) -> None:
    units = fielding.units_within(session, campaign.owner_unit)
    plan = plan_for(*units, **changes)
    assert refused(lambda: fielding.create_wave(session, campaign, plan, library)) == code


def test_a_ward_asks_in_itself_and_not_next_door(
    session: Session, wards: list[Unit], library: Library
) -> None:
    own = start(session, library, wards[0])
    assert [unit.official_code for unit in fielding.units_within(session, wards[0])] == ["11413"]
    plan = plan_for(wards[1])
    assert refused(lambda: fielding.create_wave(session, own, plan, library)) == "unit_unsuitable"


def test_keys_are_taken_once(
    session: Session, campaign: Campaign, wards: list[Unit], library: Library
) -> None:
    fielding.create_wave(session, campaign, plan_for(*wards), library)
    again = lambda: fielding.create_wave(session, campaign, plan_for(*wards), library)  # noqa: E731  a call that is to be refused
    assert refused(again) == "key_taken"
    assert refused(lambda: start(session, library, wards[0])) == "key_taken"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Ý kiến người dân", "y-kien-nguoi-dan"),
        ("Đánh giá, lần 2!", "danh-gia-lan-2"),
        ("調査", "campaign"),
        ("x" * 60, "x" * 37),
    ],
)
def test_a_key_is_made_from_the_title(session: Session, title: str, key: str) -> None:
    assert fielding.free_campaign_key(session, title) == key


def test_a_key_made_from_a_title_is_free(session: Session, campaign: Campaign) -> None:
    assert fielding.free_campaign_key(session, "Hải Phòng") == "hai-phong-2"


def test_a_wave_is_not_registered_without_a_calibration(
    session: Session, library: Library
) -> None:
    wave = make_wave(session, "draft")
    registering = lambda: fielding.register_wave(session, wave, library, NOW)  # noqa: E731  a call that is to be refused
    assert refused(registering) == "calibration_missing"


def test_a_wave_whose_questionnaire_was_edited_stays_shut(
    session: Session, campaign: Campaign, wards: list[Unit], library: Library
) -> None:
    wave = fielding.create_wave(session, campaign, plan_for(*wards), library)
    fielding.register_wave(session, wave, library, NOW)
    wave.questionnaires[0].sha256 = "0" * 64
    opening = lambda: fielding.open_wave(session, wave, library, NOW)  # noqa: E731  a call that is to be refused
    assert refused(opening) == "questionnaire_changed"
    assert fielding.keep_time(session, library, RNG, NOW + timedelta(days=2)) == []


def test_waves_open_and_close_by_themselves_and_the_trail_says_so(
    session: Session, campaign: Campaign, wards: list[Unit], library: Library
) -> None:
    wave = fielding.create_wave(session, campaign, plan_for(*wards), library)
    fielding.register_wave(session, wave, library, NOW)
    assert fielding.keep_time(session, library, RNG, NOW) == []
    assert fielding.keep_time(session, library, RNG, wave.opens_at) == [wave.key]
    assert fielding.keep_time(session, library, RNG, wave.closes_at) == [wave.key]
    actions = [entry.action for entry in session.scalars(select(AuditEntry))]
    assert actions == ["wave_opened", "wave_closed"]


def test_a_wave_past_its_period_does_not_open(session: Session, library: Library) -> None:
    wave = make_wave(session, "registered")
    late = wave.closes_at
    assert refused(lambda: fielding.open_wave(session, wave, library, late)) == "period_over"


def test_results_are_published_only_after_an_analysis(session: Session) -> None:
    wave = make_wave(session, "closed")
    assert refused(lambda: fielding.publish_wave(session, wave, NOW)) == "run_missing"


def test_the_next_wave_is_a_copy_with_a_later_number(session: Session) -> None:
    wave = make_wave(session, "closed", key="2026-1")
    later = make_wave(
        session, "closed", campaign=wave.campaign, units=[each.unit for each in wave.units],
        key="2026-2", number=2,
    )  # fmt: skip
    session.expire_all()
    plan = fielding.next_wave_plan(wave, NOW, NOW + timedelta(days=30))
    assert (plan.key, plan.title_vi, plan.title_en) == ("2026-3", "Đợt 3", "Wave 3")
    assert set(plan.unit_ids) == {each.unit_id for each in later.units}
    assert plan.questionnaires == BOTH_AUDIENCES


def test_a_year_at_the_end_of_a_key_is_no_number(session: Session) -> None:
    wave = make_wave(session, "closed", key="hai-phong-2026")
    assert fielding.next_wave_plan(wave, NOW, NOW).key == "hai-phong-2026-2"


def test_a_unit_that_has_ended_is_not_asked(
    session: Session, campaign: Campaign, wards: list[Unit], library: Library
) -> None:
    gone = make_unit(session, "11414", parent=wards[0].parent)
    gone.valid_to = datetime(2026, 4, 1, tzinfo=UTC).date()
    session.flush()
    plan = plan_for(wards[0], gone)
    creating = lambda: fielding.create_wave(session, campaign, plan, library)  # noqa: E731  a call that is to be refused
    assert refused(creating) == "unit_unsuitable"
    assert session.scalar(select(Wave)) is None
