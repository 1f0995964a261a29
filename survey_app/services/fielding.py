"""The life of a wave: draft -> registered -> open -> closed -> published, and the next one.

A draft may be changed. Registering freezes the questionnaires (by hash) and the calibration;
opening needs a registration; nothing frozen is ever changed afterwards.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Campaign, Wave, WaveQuestionnaire, WaveUnit
from survey_app.models.units import Unit
from survey_app.queries import calibrations, campaigns, runs
from survey_app.services import audit, definitions, flushing, releasing, screening, units
from survey_app.services.units import UnitRow
from survey_app.vietnamese import search_key

KEY = re.compile(r"[a-z0-9-]{1,40}")
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What an official fills in to start a campaign."""

    key: str
    title_vi: str
    title_en: str
    organiser_vi: str
    organiser_en: str
    urgent_contact: str
    framework: str
    owner_unit_id: int
    is_demonstration: bool = False
    wordings: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WavePlan:
    """What an official fills in for a wave; all of it may change while the wave is a draft.

    `questionnaires`: audience -> (questionnaire, version).
    """

    key: str
    title_vi: str
    title_en: str
    opens_at: datetime
    closes_at: datetime
    channels: tuple[str, ...]
    unit_ids: tuple[int, ...]
    questionnaires: dict[str, tuple[str, str]]
    wordings: dict[str, dict[str, str]] = field(default_factory=dict)


def create_campaign(session: Session, plan: CampaignPlan) -> Campaign:
    _check_key(plan.key)
    if campaigns.campaign_by_key(session, plan.key) is not None:
        raise Refusal("key_taken", key=plan.key)
    campaign = Campaign(
        key=plan.key,
        title_vi=plan.title_vi,
        title_en=plan.title_en,
        organiser_vi=plan.organiser_vi,
        organiser_en=plan.organiser_en,
        urgent_contact=plan.urgent_contact,
        framework=plan.framework,
        owner_unit_id=plan.owner_unit_id,
        is_demonstration=plan.is_demonstration,
        wordings=plan.wordings,
    )
    session.add(campaign)
    session.flush()
    return campaign


def units_within(session: Session, owner: Unit) -> list[UnitRow]:
    """What a campaign of this unit may ask in: the communes under it, or the commune itself."""
    if owner.level == "commune":
        alone = units.unit_by_code(session, owner.official_code)
        return [alone] if alone else []
    below = units.children_of(session, owner.official_code)
    return [unit for unit in below if unit.level == "commune"]


def free_campaign_key(session: Session, title: str) -> str:
    """A key made from a title, "Ý kiến người dân" -> "y-kien-nguoi-dan", numbered where taken."""
    stem = search_key(title).encode("ascii", "ignore").decode().replace(" ", "-")
    stem = stem[: LONGEST_KEY - 3].strip("-") or "campaign"
    key, number = stem, 1
    while campaigns.campaign_by_key(session, key) is not None:
        number += 1
        key = f"{stem}-{number}"
    return key


def create_wave(session: Session, campaign: Campaign, plan: WavePlan, library: Library) -> Wave:
    _check_plan(session, campaign, plan, library)
    if campaigns.wave_by_key(session, plan.key) is not None:
        raise Refusal("key_taken", key=plan.key)
    wave = Wave(
        campaign_id=campaign.id,
        number=campaigns.last_number(session, campaign.id) + 1,
        key=plan.key,
        state="draft",
    )
    _fill(session, wave, plan)
    session.add(wave)
    session.flush()
    return wave


def change_wave(session: Session, wave: Wave, plan: WavePlan, library: Library) -> None:
    """Replace the whole plan of a draft; its key stays."""
    _demand_state(wave, "draft")
    _check_plan(session, wave.campaign, plan, library)
    wave.units.clear()
    wave.questionnaires.clear()
    session.flush()
    _fill(session, wave, plan)
    session.flush()


def register_wave(session: Session, wave: Wave, library: Library, at: datetime) -> None:
    """Freeze what is asked and by which rules it will be judged, before the first answer."""
    _demand_state(wave, "draft")
    calibration = calibrations.newest(session, wave.campaign_id)
    if calibration is None:
        raise Refusal("calibration_missing")
    for asked in wave.questionnaires:
        asked.sha256 = definitions.questionnaire(
            library, asked.questionnaire, asked.version
        ).sha256
    wave.calibration_id = calibration.id
    screening.freeze(wave)
    wave.registered_at = at
    wave.state = "registered"


def open_wave(session: Session, wave: Wave, library: Library, at: datetime) -> None:
    """Let answers in. A start still ahead is brought forward to now."""
    _demand_state(wave, "registered")
    if at >= wave.closes_at:
        raise Refusal("period_over")
    if edited := _edited(wave, library):
        raise Refusal("questionnaire_changed", questionnaire=", ".join(edited))
    wave.opens_at = min(wave.opens_at, at)
    wave.opened_at = at
    wave.state = "open"


def close_wave(session: Session, wave: Wave, rng: Random, at: datetime) -> int:
    """End the wave and flush what waits; returns how many answers that moved."""
    _demand_state(wave, "open")
    wave.state = "closed"
    wave.closed_at = at
    wave.closes_at = min(wave.closes_at, at) if at > wave.opens_at else wave.closes_at
    return flushing.flush_wave(session, wave.id, rng)


def publish_wave(session: Session, wave: Wave, at: datetime) -> None:
    """Show the results to everybody; a wave without a registered run has none.

    Before they leave, they are attacked: what was kept back must not follow from what is shown.
    A ruling on flagged answers needs an analysis that heeds it.
    """
    _demand_state(wave, "closed")
    run = runs.registered_run(session, wave.id)
    if run is None:
        raise Refusal("run_missing")
    if run.inputs.get("screening") != screening.input_of(session, wave):
        raise Refusal("run_before_ruling")
    releasing.demand_safe(session, wave)
    wave.state = "published"
    wave.published_at = at


def demand_unanalysed(session: Session, wave: Wave) -> None:
    """Refuse what would change the ground of numbers that somebody may have read."""
    if runs.runs_of_wave(session, wave.id):
        raise Refusal("wave_analysed")


def next_wave_plan(wave: Wave, opens_at: datetime, closes_at: datetime) -> WavePlan:
    """The next wave as a copy of this one, to be looked over before it is created."""
    number = max(each.number for each in wave.campaign.waves) + 1
    stem = wave.key.removesuffix(f"-{wave.number}")
    return WavePlan(
        key=f"{stem[: LONGEST_KEY - 4]}-{number}",
        title_vi=f"Đợt {number}",
        title_en=f"Wave {number}",
        opens_at=opens_at,
        closes_at=closes_at,
        channels=tuple(wave.channels),
        unit_ids=tuple(place.unit_id for place in wave.units),
        questionnaires={
            asked.audience: (asked.questionnaire, asked.version) for asked in wave.questionnaires
        },
    )


def keep_time(session: Session, library: Library, rng: Random, at: datetime) -> list[str]:
    """Close and open the waves whose moment has come; returns the keys that changed.

    A wave that may not open (its questionnaire was edited) stays registered: pressing the button
    tells an official why, and it must not keep the others from their time.
    """
    changed = []
    for wave in campaigns.due_to_close(session, at):
        close_wave(session, wave, rng, at)
        changed.append(("wave_closed", wave.key))
    for wave in campaigns.due_to_open(session, at):
        if at < wave.closes_at and not _edited(wave, library):
            open_wave(session, wave, library, at)
            changed.append(("wave_opened", wave.key))
    for action, key in changed:
        audit.record(session, None, action, key, at)
    return [key for _action, key in changed]


def _fill(session: Session, wave: Wave, plan: WavePlan) -> None:
    wave.title_vi, wave.title_en = plan.title_vi, plan.title_en
    wave.wordings = plan.wordings
    wave.opens_at, wave.closes_at = plan.opens_at, plan.closes_at
    wave.channels = list(plan.channels)
    wave.units = [
        WaveUnit(unit_id=unit.id, official_code=unit.official_code)
        for unit in (session.get_one(Unit, unit_id) for unit_id in plan.unit_ids)
    ]
    wave.questionnaires = [
        WaveQuestionnaire(audience=audience, questionnaire=name, version=version)
        for audience, (name, version) in plan.questionnaires.items()
    ]


def _check_key(key: str) -> None:
    if not KEY.fullmatch(key):
        raise Refusal("key_malformed", key=key)


def _check_plan(session: Session, campaign: Campaign, plan: WavePlan, library: Library) -> None:
    _check_key(plan.key)
    if plan.closes_at <= plan.opens_at:
        raise Refusal("period_backwards")
    if not plan.unit_ids:
        raise Refusal("units_missing")
    if not plan.questionnaires:
        raise Refusal("questionnaires_missing")
    if not plan.channels:
        raise Refusal("channels_missing")
    _check_units(session, campaign, plan)
    for audience, (name, version) in plan.questionnaires.items():
        asked = definitions.questionnaire(library, name, version)
        if asked.audience != audience or asked.framework != campaign.framework:
            raise Refusal("questionnaire_of_other_audience", questionnaire=name)


def _check_units(session: Session, campaign: Campaign, plan: WavePlan) -> None:
    """Whoever runs a campaign asks in their own unit and under it, and nowhere else."""
    owner = session.get_one(Unit, campaign.owner_unit_id)
    within = {unit.id for unit in units_within(session, owner)}
    for unit_id in plan.unit_ids:
        if unit_id not in within:
            unit = session.get(Unit, unit_id)
            raise Refusal("unit_unsuitable", unit=unit.name_vi if unit else str(unit_id))


def _edited(wave: Wave, library: Library) -> list[str]:
    """The questionnaires whose files are no longer those that were registered."""
    return [
        f"{asked.questionnaire}/{asked.version}"
        for asked in wave.questionnaires
        if (found := library.questionnaires.get((asked.questionnaire, asked.version))) is None
        or found.sha256 != asked.sha256
    ]


def _demand_state(wave: Wave, state: str) -> None:
    if wave.state != state:
        raise Refusal("wave_in_other_state", wave=wave.key, state=wave.state, needed=state)
