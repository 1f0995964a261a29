"""Is everything still as it was frozen, sealed and computed? Each answer names what is not."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Run
from survey_app.queries import assessments, calibrations, campaigns, runs
from survey_app.services import analysing, assessing, calibrating, screening
from survey_app.services.analysing import Workplace


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind`: questionnaire, self_scores, calibration, screening, dataset or run."""

    kind: str
    subject: str


def findings(session: Session, place: Workplace) -> list[Finding]:
    found: list[Finding] = []
    for wave in campaigns.waves(session):
        found += _questionnaires(wave, place)
        if not screening.is_intact(wave):
            found.append(Finding("screening", wave.key))
        found += _self_scores(session, wave)
        found += _results(session, wave, place)
    for campaign in campaigns.campaigns(session):
        for calibration in calibrations.versions(session, campaign.id):
            if not calibrating.is_intact(calibration):
                found.append(Finding("calibration", f"{campaign.key}/v{calibration.version}"))
    return found


def _questionnaires(wave: Wave, place: Workplace) -> Iterator[Finding]:
    for asked in wave.questionnaires:
        if asked.sha256 is None:
            continue  # not registered yet
        here = place.library.questionnaires.get((asked.questionnaire, asked.version))
        if here is None or here.sha256 != asked.sha256:
            yield Finding("questionnaire", f"{wave.key}: {asked.questionnaire}/{asked.version}")


def _self_scores(session: Session, wave: Wave) -> Iterator[Finding]:
    codes = {each.unit_id: each.official_code for each in wave.units}
    for found in assessments.sealed_sets(session, wave.id):
        if assessing.scores_sha256(found) != found.sha256:
            yield Finding("self_scores", f"{wave.key}/{codes[found.unit_id]}")


def _results(session: Session, wave: Wave, place: Workplace) -> Iterator[Finding]:
    dataset = runs.dataset_of_wave(session, wave.id)
    if dataset is None:
        return
    try:
        files.checked_path(place.folder, dataset.sha256)
    except Refusal:
        yield Finding("dataset", f"{wave.key}: {dataset.sha256}")
        return
    for run in runs.runs_of_wave(session, wave.id):
        if not _reproduces(session, run, wave, place):
            yield Finding("run", f"{wave.key}: {run.sha256}")


def _reproduces(session: Session, run: Run, wave: Wave, place: Workplace) -> bool:
    try:
        return analysing.reproduces(session, run, wave, place)
    except Refusal:  # a definition is gone
        return False
