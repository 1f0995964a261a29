"""What the pages of the calibration room show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from survey_app.instrument.definition import Framework
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.runs import Run
from survey_app.queries import calibrations, campaigns, runs
from survey_app.services import calibrating, results
from survey_app.services.calibrating import Parameters
from survey_app.services.people import Reach
from survey_app.services.trying import Trial
from survey_app.web import words
from survey_app.web.charts.kinds import Kind, finding_mark
from survey_app.web.charts.shapes import Mark
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, number, percent
from survey_app.web.results.headings import Heading, in_order, unit_name

FAMILY_NAMES: dict[str, Callable[[], str]] = {
    "unit": lambda: _("each unit's report by itself"),
    "all": lambda: _("all units as one list"),
    "selected": lambda: _("units picked because something was found there"),
}
DEPENDENCE_NAMES: dict[str, Callable[[], str]] = {
    "BH": lambda: _("usual (Benjamini–Hochberg)"),
    "BY": lambda: _("strict, under any dependence (Benjamini–Yekutieli)"),
}


@dataclass(frozen=True, slots=True)
class CampaignLink:
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class WaveOption:
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: int
    at: datetime
    author: str
    reason: str
    code: str
    parameters: tuple[str, ...]
    registered_by: tuple[str, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapField:
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    heading: Heading
    key: str
    versions: tuple[VersionLine, ...]
    waves: tuple[WaveOption, ...]
    caps: tuple[CapField, ...]


@dataclass(frozen=True, slots=True)
class ClassShift:
    mark: Mark
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    indicator: str
    before: str
    after: str
    before_mark: Mark
    after_mark: Mark


@dataclass(frozen=True, slots=True)
class UnitChanges:
    unit: str
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class TrialPage:
    wave: str
    shifts: tuple[ClassShift, ...]
    units: tuple[UnitChanges, ...]
    changed: int


def campaign_links(session: Session, area: Reach) -> list[CampaignLink]:
    return [
        CampaignLink(
            campaign.title(language()),
            url_for("office.calibration_of", campaign=campaign.key),
        )
        for campaign in campaigns.campaigns(session)
        if campaign.owner_unit_id in area
    ]


def calibration_page(
    session: Session, campaign: Campaign, framework: Framework
) -> CalibrationPage:
    waves = list(campaign.waves)
    runs_of = {wave.id: runs.runs_of_wave(session, wave.id) for wave in waves}
    return CalibrationPage(
        heading=_heading(campaign),
        key=campaign.key,
        versions=tuple(
            _version(calibration, waves, runs_of)
            for calibration in calibrations.versions(session, campaign.id)
        ),
        waves=tuple(
            WaveOption(wave.key, _title(wave)) for wave in reversed(waves) if runs_of[wave.id]
        ),
        caps=tuple(
            CapField(f"cap-{each.code}", f"{each.code} {each.short.in_(language())}")
            for each in framework.indicators
            if each.ask_residents or each.ask_businesses
        ),
    )


def trial_page(wave: Wave, trial: Trial, framework: Framework) -> TrialPage:
    names = framework.indicator_by_code
    units = tuple(
        UnitChanges(
            unit_name(place),
            tuple(
                ChangeLine(
                    f"{change.indicator} {names[change.indicator].short.in_(language())}",
                    words.class_name(change.before),
                    words.class_name(change.after),
                    finding_mark(Kind(change.before)),
                    finding_mark(Kind(change.after)),
                )
                for change in trial.changes
                if change.unit_id == place.unit_id
            ),
        )
        for place in in_order(wave)
    )
    return TrialPage(
        wave=_title(wave),
        shifts=tuple(_shifts(trial)),
        units=tuple(unit for unit in units if unit.changes),
        changed=len(trial.changes),
    )


def _shifts(trial: Trial) -> Iterable[ClassShift]:
    for name in results.ORDER:
        before, after = trial.before.get(name, 0), trial.after.get(name, 0)
        if before or after:
            yield ClassShift(finding_mark(Kind(name)), words.class_name(name), before, after)


def _version(
    calibration: Calibration, waves: Sequence[Wave], runs_of: Mapping[int, Sequence[Run]]
) -> VersionLine:
    return VersionLine(
        version=calibration.version,
        at=calibration.created_at,
        author=calibration.author_name,
        reason=calibration.reason,
        code=calibration.sha256,
        parameters=tuple(in_words(calibrating.parameters_of(calibration))),
        registered_by=tuple(
            _title(wave) for wave in waves if wave.calibration_id == calibration.id
        ),
        runs=tuple(
            f"{_title(wave)}, {words.RUN_LABELS[run.label]()}"
            for wave in waves
            for run in runs_of[wave.id]
            if run.calibration_id == calibration.id
        ),
    )


def in_words(parameters: Parameters) -> list[str]:
    yellow, green = parameters.cut_offs
    said = [
        _("Margin: %(points)s points", points=words.points(parameters.margin)),
        _("At least %(n)s answers", n=number(parameters.minimum_n)),
        _("Wrong findings accepted: %(share)s", share=percent(parameters.q)),
        _(
            "Yellow from %(yellow)s, green from %(green)s",
            yellow=words.points(yellow),
            green=words.points(green),
        ),
        _("Findings are judged within: %(family)s", family=FAMILY_NAMES[parameters.family]()),
        _("Correction: %(correction)s", correction=DEPENDENCE_NAMES[parameters.dependence]()),
        _("The two scales are declared comparable")
        if parameters.mapping_declared
        else _("The two scales are not declared comparable: findings are provisional"),
    ]
    said += [
        _("%(indicator)s: at most %(share)s from people", indicator=code, share=percent(cap))
        for code, cap in parameters.perception_caps.items()
    ]
    return said


def _heading(campaign: Campaign) -> Heading:
    title = campaign.title(language())
    return Heading(campaign=title, is_demonstration=campaign.is_demonstration)


def _title(wave: Wave) -> str:
    return wave.title(language())
