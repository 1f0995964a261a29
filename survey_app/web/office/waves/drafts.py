"""From a wave's plan to the form and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import request
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.errors import Refusal
from survey_app.models.campaigns import Campaign, Wave
from survey_app.queries import campaigns
from survey_app.services import fielding
from survey_app.services.fielding import WavePlan
from survey_app.services.units import UnitRow, name_in_sentence
from survey_app.vietnamese import search_key
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.waves.forms import WaveForm
from survey_app.web.office.waves.wordings import further, typed_before, wordings_of
from survey_app.web.office.waves.words import CHANNELS, OFFERED_CHANNELS, PLANNED_CHANNELS

AUDIENCE_FIELDS = ("residents", "businesses")
MORNING, EVENING = time(7, 0), time(17, 0)
USUAL_PERIOD = timedelta(days=30)
# Which field a refusal of the plan belongs beside.
FIELD_OF = {
    "key_taken": "key",
    "key_malformed": "key",
    "period_backwards": "closes_at",
    "units_missing": "units",
    "unit_unsuitable": "units",
    "questionnaires_missing": "residents",
    "questionnaire_of_other_audience": "residents",
    "channels_missing": "channels",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan at work: of a wave that is there, or (no `wave_key`) of one to be made."""

    campaign_key: str
    campaign_title: str
    framework: str
    wave_key: str | None
    plan: WavePlan
    units: Sequence[UnitRow]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    code: str
    name: str
    is_chosen: bool
    is_shown: bool  # one that the search leaves out is carried along unseen


def draft_of(session: Session, wave: Wave) -> Draft:
    plan = WavePlan(
        key=wave.key,
        title_vi=wave.title_vi,
        title_en=wave.title_en,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        channels=tuple(wave.channels),
        unit_ids=tuple(place.unit_id for place in wave.units),
        questionnaires={
            asked.audience: (asked.questionnaire, asked.version) for asked in wave.questionnaires
        },
        wordings=wave.wordings,
    )
    return _draft(session, wave.campaign, plan, wave.key)


def new_draft(session: Session, campaign: Campaign, after: str | None) -> Draft:
    """The first wave with what is usual; a later one as a copy of the wave `after`."""
    opens_at, closes_at = _usual_period()
    copied = campaigns.wave_by_key(session, after) if after else None
    if copied is not None and copied.campaign_id == campaign.id:
        return _draft(session, campaign, fielding.next_wave_plan(copied, opens_at, closes_at))
    number = campaigns.last_number(session, campaign.id) + 1
    within = fielding.units_within(session, campaign.owner_unit)
    plan = WavePlan(
        key=f"{campaign.key[:36]}-{number}",
        title_vi=f"Đợt {number}",
        title_en=f"Wave {number}",
        opens_at=opens_at,
        closes_at=closes_at,
        channels=OFFERED_CHANNELS[:1],
        unit_ids=tuple(unit.id for unit in within) if len(within) == 1 else (),
        questionnaires=_newest_questionnaires(campaign.framework),
    )
    return _draft(session, campaign, plan)


def form_for(draft: Draft) -> WaveForm:
    """The form as posted, or filled from the plan."""
    plan = draft.plan
    codes = {unit.id: unit.official_code for unit in draft.units}
    chosen = [codes[unit_id] for unit_id in plan.unit_ids if unit_id in codes]
    asked = {name: "/".join(plan.questionnaires.get(name, ())) for name in AUDIENCE_FIELDS}
    form = further(WaveForm, ("title",))(
        key=plan.key,
        title_vi=plan.title_vi,
        title_en=plan.title_en,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        channels=list(plan.channels),
        all_units=len(chosen) == len(draft.units) > 1,
        units=chosen,
        **asked,
        **typed_before(plan.wordings),
    )
    for name in AUDIENCE_FIELDS:
        form[name].choices = _questionnaire_choices(draft.framework, name)
    doors = dict.fromkeys((*PLANNED_CHANNELS, *plan.channels))
    form.channels.choices = [(channel, CHANNELS[channel]()) for channel in doors]
    form.units.choices = [(unit.official_code, unit.name_vi) for unit in draft.units]
    return form


def plan_from(form: WaveForm, draft: Draft) -> WavePlan:
    chosen = set(form.units.data or ())
    return WavePlan(
        key=draft.wave_key or form.key.data or "",
        title_vi=form.title_vi.data or "",
        title_en=form.title_en.data or "",
        opens_at=form.opens_at.data or draft.plan.opens_at,
        closes_at=form.closes_at.data or draft.plan.closes_at,
        channels=tuple(form.channels.data or ()),
        unit_ids=tuple(
            unit.id for unit in draft.units if form.all_units.data or unit.official_code in chosen
        ),
        questionnaires={
            name: (questionnaire, version)
            for name in AUDIENCE_FIELDS
            for questionnaire, _slash, version in [(form[name].data or "").partition("/")]
            if questionnaire
        },
        wordings=wordings_of(form, ("title",)),
    )


def unit_choices(form: WaveForm, draft: Draft) -> list[UnitChoice]:
    sought = search_key(form.sought.data or "")
    chosen = set(form.units.data or ())
    return [
        UnitChoice(
            code=unit.official_code,
            name=name_in_sentence(unit, language()),
            is_chosen=unit.official_code in chosen,
            is_shown=sought in search_key(f"{unit.name_vi} {unit.name_en}"),
        )
        for unit in draft.units
    ]


def beside_field(form: WaveForm, refusal: Refusal, words: str) -> bool:
    """Put the sentence of a refusal beside its field; no if it belongs to the whole."""
    name = FIELD_OF.get(refusal.code)
    if name is None:
        return False
    form[name].errors = [*form[name].errors, words]
    return True


def is_search() -> bool:
    """Whether the button pressed only looks for units."""
    return request.form.get("act") == "find"


def _draft(
    session: Session, campaign: Campaign, plan: WavePlan, wave_key: str | None = None
) -> Draft:
    return Draft(
        campaign_key=campaign.key,
        campaign_title=campaign.title(language()),
        framework=campaign.framework,
        wave_key=wave_key,
        plan=plan,
        units=fielding.units_within(session, campaign.owner_unit),
    )


def _usual_period() -> tuple[datetime, datetime]:
    tomorrow = clock.now().astimezone(clock.VIET_NAM).date() + timedelta(days=1)
    begin = datetime.combine(tomorrow, MORNING, clock.VIET_NAM)
    return begin, datetime.combine(tomorrow + USUAL_PERIOD, EVENING, clock.VIET_NAM)


def _newest_questionnaires(framework: str) -> dict[str, tuple[str, str]]:
    return {
        each.audience: (each.id, each.version)
        for _name, each in sorted(instance().library.questionnaires.items())
        if each.framework == framework
    }


def _questionnaire_choices(framework: str, audience: str) -> list[tuple[str, str]]:
    found = [
        (
            f"{each.id}/{each.version}",
            f"{each.title.languages.get(language(), each.id)} ({each.version})",
        )
        for _name, each in sorted(instance().library.questionnaires.items())
        if each.audience == audience and each.framework == framework
    ]
    return [("", _("Not asked")), *found]
