"""What the pages about waves show."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import current_app, url_for
from sqlalchemy.orm import Session

from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import WAVE_STATES, Campaign, Wave
from survey_app.models.runs import Run
from survey_app.queries import assessments, calibrations, margins, runs
from survey_app.services.units import name_alone, name_in_sentence
from survey_app.web.access import may
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.home.pages import STATES
from survey_app.web.office.waves import access
from survey_app.web.office.waves.boards import BoardPage, Named, board_page
from survey_app.web.office.waves.words import AUDIENCES, CHANNELS

# What leads on from a state: the step, its button, and what to know before.
NEXT: dict[str, tuple[str, Callable[[], str], Callable[[], str]]] = {
    "draft": (
        "register",
        lambda: _("Check and register"),
        lambda: _("Check the plan below. Registering freezes it before anybody answers."),
    ),
    "registered": (
        "open",
        lambda: _("Open now"),
        lambda: _("The wave opens by itself at the beginning of its period; you can open it now."),
    ),
    "open": (
        "close",
        lambda: _("Close the wave"),
        lambda: _(
            "Watch the answers come in. The wave closes by itself at the end of its period."
        ),
    ),
    "closed": (
        "analyse",
        lambda: _("Analyse the answers"),
        lambda: _("All answers are in. The analysis sets them beside the sealed self-scores."),
    ),
    "analysed": (
        "publish",
        lambda: _("Publish the results"),
        lambda: _("Read the gaps first. Publishing shows the results to everybody."),
    ),
}


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    why: str
    address: str


@dataclass(frozen=True, slots=True)
class Asked:
    audience: str
    title: str
    version: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The calibration that the wave is, or would be, judged by."""

    version: int
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunLine:
    at: datetime
    is_registered: bool
    calibration: int
    sha256: str
    dataset: str


@dataclass(frozen=True, slots=True)
class WavePage:
    key: str
    title: str
    campaign: str
    state: str
    state_name: str
    is_demonstration: bool
    is_managed: bool
    opens_at: datetime
    closes_at: datetime
    stages: list[Stage]
    next: Step | None
    asked: list[Asked]
    channels: list[str]
    units: list[str]
    rules: Rules | None
    sealed: int
    with_margins: int
    runs: list[RunLine]
    board: BoardPage | None
    rooms: list[Named]


@dataclass(frozen=True, slots=True)
class WaveLine:
    key: str
    title: str
    state: str
    state_name: str
    opens_at: datetime
    closes_at: datetime
    units: int


@dataclass(frozen=True, slots=True)
class CampaignPage:
    key: str
    title: str
    owner: str
    is_demonstration: bool
    is_managed: bool
    waves: list[WaveLine]


def campaign_pages(campaigns: Iterable[Campaign], waves: Sequence[Wave]) -> list[CampaignPage]:
    """The campaigns of these waves, and those without a wave that the member manages."""
    by_campaign = {
        key: list(found) for key, found in groupby(waves, key=lambda wave: wave.campaign_id)
    }
    return [
        CampaignPage(
            key=campaign.key,
            title=campaign.title(language()),
            owner=name_in_sentence(campaign.owner_unit, language()),
            is_demonstration=campaign.is_demonstration,
            is_managed=access.manages(campaign),
            waves=[_wave_line(wave) for wave in reversed(by_campaign.get(campaign.id, []))],
        )
        for campaign in campaigns
        if campaign.id in by_campaign or access.manages(campaign)
    ]


def wave_page(session: Session, wave: Wave) -> WavePage:
    is_managed = access.manages(wave.campaign)
    stored = runs.runs_of_wave(session, wave.id)
    return WavePage(
        key=wave.key,
        title=wave.title(language()),
        campaign=wave.campaign.title(language()),
        state=wave.state,
        state_name=STATES[wave.state](),
        is_demonstration=wave.campaign.is_demonstration,
        is_managed=is_managed,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        stages=stages_of(wave.state),
        next=next_step(wave, stored) if is_managed else None,
        asked=_asked(wave),
        channels=[CHANNELS[channel]() for channel in wave.channels],
        units=[name for _code, name in units_of(wave)],
        rules=rules_of(session, wave),
        sealed=len(assessments.sealed_sets(session, wave.id)),
        with_margins=len({cell.unit_id for cell in margins.in_wave(session, wave.id)}),
        runs=[_run_line(run) for run in stored],
        board=None
        if wave.state in {"draft", "registered"}
        else board_page(session, wave, units_of(wave)),
        rooms=_rooms(wave, is_managed=is_managed),
    )


def stages_of(state: str) -> list[Stage]:
    here = WAVE_STATES.index(state)
    # The last stage is done as soon as it is reached: nothing follows it.
    done = here + (state == WAVE_STATES[-1])
    return [
        Stage(STATES[name](), is_done=place < done, is_current=place == here)
        for place, name in enumerate(WAVE_STATES)
    ]


def next_step(wave: Wave, stored: Sequence[Run]) -> Step:
    if wave.state == "published":
        copy = url_for("office.add_wave", campaign=wave.campaign.key, after=wave.key)
        return Step(
            _("Plan the next wave"), _("The next wave starts as a copy of this one."), copy
        )
    state = "analysed" if wave.state == "closed" and stored else wave.state
    step, name, why = NEXT[state]
    return Step(name(), why(), url_for("office.wave_step", wave=wave.key, step=step))


def rules_of(session: Session, wave: Wave) -> Rules | None:
    found = (
        session.get(Calibration, wave.calibration_id)
        if wave.calibration_id
        else calibrations.newest(session, wave.campaign_id)
    )
    return Rules(found.version, found.reason, found.sha256) if found else None


def units_of(wave: Wave) -> list[Named]:
    """Official code and name, in the order of the Vietnamese alphabet."""
    in_order = sorted(wave.units, key=lambda place: place.unit.sort_key)
    return [(each.official_code, name_alone(each.unit, language())) for each in in_order]


def _asked(wave: Wave) -> list[Asked]:
    """With the hash that was registered, or that would be."""
    found = []
    for audience, name in AUDIENCES.items():
        for each in wave.questionnaires:
            made = instance().library.questionnaires.get((each.questionnaire, each.version))
            if each.audience == audience:
                title = (
                    made.title.languages.get(language(), made.id) if made else each.questionnaire
                )
                sha256 = each.sha256 or (made.sha256 if made else None)
                found.append(Asked(name(), title, each.version, sha256))
    return found


def _rooms(wave: Wave, *, is_managed: bool) -> list[Named]:
    """The pages around a wave: address and name."""
    rooms = []
    if wave.state in {"registered", "open"}:
        rooms.append((url_for("office.wave_links", wave=wave.key), _("Links and QR codes")))
    if may("questionnaires.read"):
        rooms.append((url_for("office.trial", wave=wave.key), _("Try the form")))
    if wave.state != "draft" and may("scores.seal"):
        rooms.append((url_for("office.self_assessment"), _("Self-assessment")))
    rooms.append((url_for("office.wave_signs", wave=wave.key), _("Signs of made-up answers")))
    if is_managed:
        rooms.append((url_for("office.wave_margins", wave=wave.key), _("Population figures")))
    if "office.gaps" in current_app.view_functions and may("gaps.read") and _has_results(wave):
        rooms.append((url_for("office.gaps", wave=wave.key), _("Perception gaps")))
    return rooms


def _has_results(wave: Wave) -> bool:
    return wave.state in {"closed", "published"}


def _wave_line(wave: Wave) -> WaveLine:
    return WaveLine(
        key=wave.key,
        title=wave.title(language()),
        state=wave.state,
        state_name=STATES[wave.state](),
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        units=len(wave.units),
    )


def _run_line(run: Run) -> RunLine:
    return RunLine(
        at=run.created_at,
        is_registered=run.label == "registered",
        calibration=run.calibration.version,
        sha256=run.sha256,
        dataset=run.dataset_sha256,
    )
