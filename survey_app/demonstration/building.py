"""Builds the demonstration: a campaign with two finished waves and an open one.

Everything goes through the services that officials and residents use, at moments in the past, and
in one transaction: it is there as a whole, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random

import numpy as np
from sqlalchemy.orm import Session

from survey_app.clock import VIET_NAM
from survey_app.db import transaction
from survey_app.demonstration import programme
from survey_app.demonstration.answering import sheets_of
from survey_app.demonstration.fieldwork import Field, collect
from survey_app.demonstration.model import AUDIENCES, Model, WaveModel, load_model
from survey_app.demonstration.people import Group, groups_of
from survey_app.demonstration.stuffing import stuff
from survey_app.demonstration.truth import Truth, self_scores, truth_of
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.staff import StaffMember
from survey_app.models.units import Unit
from survey_app.queries import campaigns
from survey_app.queries import units as unit_queries
from survey_app.services import (
    analysing,
    assessing,
    definitions,
    fielding,
    margins,
    people,
    screening,
    starting,
)
from survey_app.services.analysing import Workplace
from survey_app.services.calibrating import Author
from survey_app.services.fielding import CampaignPlan, WavePlan

MORNING, EVENING = 7, 22  # the hours at which waves open and close, in Viet Nam
BEFORE = timedelta(days=7)  # what a wave needs is ready a week before it opens
SEALED_AFTER = timedelta(days=5)
RESULTS_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in for a visitor; it works on this machine only."""

    role: str
    user_name: str
    password: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a visitor needs to know. `waves`: keys, oldest first; the last one is open."""

    accounts: tuple[Account, ...]
    waves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Site:
    """Where everything is built, and from what."""

    session: Session
    instance: Instance
    model: Model
    truth: Truth
    groups: tuple[Group, ...]
    units: dict[str, Unit]
    at: datetime


def exists(session: Session) -> bool:
    return campaigns.campaign_by_key(session, load_model().campaign.key) is not None


def build(
    instance: Instance,
    at: datetime,
    progress: Callable[[str], None],
    *,
    scale: float = 1.0,
) -> Demonstration:
    """Build the demonstration on an instance that has its units and nothing of this name.

    Parameters
    ----------
    at
        The present: waves lie before and around it.
    scale
        How many of the people answer; less than 1 for a quick look.

    Raises
    ------
    Refusal
        `demonstration_exists`
    """
    model = load_model()
    with transaction(instance.engine) as session:
        if exists(session):
            raise Refusal("demonstration_exists")
        site = _Site(
            session=session,
            instance=instance,
            model=model,
            truth=truth_of(model),
            groups=tuple(groups_of(model, scale)),
            units=_units(session, model, at),
            at=at,
        )
        founded = _moment(at, model.waves[0].opens, MORNING) - 2 * BEFORE
        accounts, assessor = _accounts(site, founded)
        campaign = _campaign(site, founded)
        progress(f"{len(accounts)} accounts and the campaign {campaign.key}")
        for number in range(len(model.waves)):
            progress(_wave(site, campaign, number, assessor))
        progress(programme.follow_up(session))
    return Demonstration(accounts, tuple(wave.key for wave in model.waves))


def _moment(at: datetime, days: int, hour: int) -> datetime:
    day = at.astimezone(VIET_NAM).replace(hour=hour, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=days)).astimezone(UTC)


def _units(session: Session, model: Model, at: datetime) -> dict[str, Unit]:
    codes = [model.campaign.owner, *(unit.code for unit in model.units)]
    found = unit_queries.by_codes(session, codes, on=at.astimezone(VIET_NAM).date())
    return {unit.official_code: unit for unit in found}


def _accounts(site: _Site, founded: datetime) -> tuple[tuple[Account, ...], StaffMember]:
    """Open the accounts; the assessor's is needed again, to seal self-scores."""
    password = site.model.accounts.password
    members = {
        each.role: people.add_demonstration_member(
            site.session,
            people.Newcomer(
                user_name=each.role,
                display_name=each.name,
                role=each.role,
                unit=site.units[each.unit],
            ),
            password,
            founded,
        )
        for each in site.model.accounts.members
    }
    accounts = (Account(role, each.user_name, password) for role, each in members.items())
    return tuple(accounts), members["assessor"]


def _campaign(site: _Site, founded: datetime) -> Campaign:
    texts = site.model.campaign
    plan = CampaignPlan(
        key=texts.key,
        title_vi=texts.title_vi,
        title_en=texts.title_en,
        organiser_vi=texts.organiser_vi,
        organiser_en=texts.organiser_en,
        urgent_contact=texts.urgent_contact,
        framework=texts.framework,
        owner_unit_id=site.units[texts.owner].id,
        is_demonstration=True,
    )
    return starting.start_campaign(
        site.session,
        plan,
        site.instance.library,
        author=Author(None, texts.calibration_author),
        reason=texts.calibration_reason,
        at=founded,
    )


def _wave(site: _Site, campaign: Campaign, number: int, assessor: StaffMember) -> str:
    """One wave from its plan to as far as the present lets it come; returns what was done."""
    planned = site.model.waves[number]
    opens = _moment(site.at, planned.opens, MORNING)
    closes = _moment(site.at, planned.closes, EVENING)
    wave = _registered(site, campaign, planned, opens, closes)
    fielding.open_wave(site.session, wave, site.instance.library, opens)
    is_over = closes <= site.at
    _assess(site, wave, number, assessor.id, is_over=is_over)
    collected = _field(site, wave, number, min(closes, site.at))
    if is_over:
        rng = Random(site.model.seed)  # noqa: S311  the order of invented answers is no secret
        fielding.close_wave(site.session, wave, rng, closes)
        _publish(site, wave, closes + RESULTS_AFTER)
    return f"{wave.key}: {collected} answers, {wave.state}"


def _registered(
    site: _Site, campaign: Campaign, planned: WaveModel, opens: datetime, closes: datetime
) -> Wave:
    plan = WavePlan(
        key=planned.key,
        title_vi=planned.title_vi,
        title_en=planned.title_en,
        opens_at=opens,
        closes_at=closes,
        channels=planned.channels,
        unit_ids=tuple(site.units[unit.code].id for unit in site.model.units),
        questionnaires={
            "residents": ("residents", "v1"),
            "businesses": ("businesses", planned.business_form),
        },
    )
    wave = fielding.create_wave(site.session, campaign, plan, site.instance.library)
    text = (files("survey_app") / "data" / "demo_margins.csv").read_text(encoding="utf-8")
    parsed = margins.parse_margins(text, margins.unit_codes(site.session, wave.id))
    margins.store_margins(site.session, wave.id, parsed.rows)
    fielding.register_wave(site.session, wave, site.instance.library, opens - BEFORE)
    return wave


def _assess(site: _Site, wave: Wave, number: int, assessor_id: int, *, is_over: bool) -> None:
    """Enter the self-scores, and seal them before the wave ends; some are late in the open one."""
    for place, unit in enumerate(site.model.units):
        state = "sealed" if is_over else unit.third_wave
        if state == "none":
            continue
        scores = self_scores(site.model, site.truth, number, place)
        entered = assessing.enter_scores(site.session, wave, site.units[unit.code], scores)
        if state == "sealed":
            assessing.seal(site.session, entered, assessor_id, wave.opens_at + SEALED_AFTER)


def _field(site: _Site, wave: Wave, number: int, until: datetime) -> int:
    asked = definitions.questionnaires_of(site.instance.library, wave)
    codes = [each.code for each in site.model.indicators]
    collected = 0
    for group in (each for each in site.groups if each.wave == number):
        questionnaire = asked[group.audience]
        field = Field(
            wave=wave,
            unit=site.units[site.model.units[group.unit].code],
            group=group,
            questionnaire=questionnaire,
            begins=wave.opens_at,
            ends=until,
        )
        thought = site.truth.levels[AUDIENCES.index(group.audience), number, group.unit]
        levels = dict(zip(codes, map(float, thought), strict=True))
        sheets = sheets_of(
            site.model,
            group,
            questionnaire,
            {code: levels[code] for code in questionnaire.indicators},
        )
        rng = np.random.default_rng([site.model.seed, collected, number])
        collected += collect(site.session, site.instance.keys, field, sheets, rng)
        if (group.audience, group.channel) == ("residents", "open"):
            collected += _stuff(site, field, rng)
    return collected


def _stuff(site: _Site, field: Field, rng: np.random.Generator) -> int:
    """What a program adds to the open answers of this unit."""
    sheets = site.model.stuffing.sheets.get(field.wave.key, {})
    rule = screening.rule_of(field.wave)
    if rule is None or field.unit.official_code not in sheets:
        return 0
    return stuff(
        site.session,
        site.instance.keys,
        field,
        site.model.stuffing,
        sheets=sheets[field.unit.official_code],
        rule=rule,
        rng=rng,
    )


def _publish(site: _Site, wave: Wave, at: datetime) -> None:
    place = Workplace(site.instance.library, site.instance.settings.datasets)
    analysing.analyse_wave(site.session, wave, place, at)
    fielding.publish_wave(site.session, wave, at)
