"""What a run is made from: all of it named by hashes, so that the same inputs are the same run."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.instrument.definition import Framework
from survey_app.instrument.loading import Library
from survey_app.models.assessments import SelfScoreSet
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset
from survey_app.queries import assessments, margins
from survey_app.services import assessing, calibrating, definitions
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from survey_app.services.estimating import EVIDENCE_OF_SERIES, SERIES_OF_CHANNEL, Margins

METHOD = "1"  # raised whenever the same inputs would give other numbers


@dataclass(frozen=True, slots=True)
class RunInputs:
    """`asked`: audience -> the indicators it is asked about. `scores`: (unit, indicator) -> score.

    `units`: official code -> surrogate id, in the order of the codes. Only sealed scores are here.
    """

    wave: str
    framework: Framework
    asked: dict[str, tuple[str, ...]]
    best_series: str
    units: dict[str, int]
    dataset: Path
    margins: Margins
    scores: dict[tuple[str, str], Score]
    parameters: Parameters
    hashes: dict[str, str]

    @property
    def sha256(self) -> str:
        canonical = json.dumps(self.hashes, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def gather(
    session: Session,
    wave: Wave,
    dataset: Dataset,
    parameters: Parameters,
    *,
    library: Library,
    folder: Path,
) -> RunInputs:
    """Everything a run of this wave needs; a dataset whose bytes changed is refused."""
    path = files.checked_path(folder, dataset.sha256)
    codes = {place.unit_id: place.official_code for place in wave.units}
    sealed = assessments.sealed_sets(session, wave.id)
    of_units = _margins(session, wave, codes)
    return RunInputs(
        wave=wave.key,
        framework=definitions.framework(library, wave.campaign.framework),
        asked={
            audience: questionnaire.indicators
            for audience, questionnaire in definitions.questionnaires_of(library, wave).items()
        },
        best_series=min(
            (SERIES_OF_CHANNEL[channel] for channel in wave.channels), key=EVIDENCE_OF_SERIES.get
        ),
        units={code: unit_id for unit_id, code in sorted(codes.items(), key=lambda each: each[1])},
        dataset=path,
        margins=of_units,
        scores=_scores(sealed, codes),
        parameters=parameters,
        hashes={
            "dataset": dataset.sha256,
            "margins": _sha256(
                sorted((unit, sorted(map(str, cells.items()))) for unit, cells in of_units.items())
            ),
            "self_scores": _sha256(sorted(found.sha256 or "" for found in sealed)),
            "calibration": calibrating.parameters_sha256(parameters),
            "method": METHOD,
        },
    )


def _margins(session: Session, wave: Wave, codes: dict[int, str]) -> Margins:
    found: dict[str, dict[tuple[int, int], float]] = {}
    for margin in margins.in_wave(session, wave.id):
        cells = found.setdefault(codes[margin.unit_id], {})
        cells[margin.sex, margin.age_band] = float(margin.population)
    return found


def _scores(sealed: Sequence[SelfScoreSet], codes: dict[int, str]) -> dict[tuple[str, str], Score]:
    return {
        (codes[found.unit_id], score.indicator): score
        for found in sealed
        for score in assessing.scores_of(found)
    }


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
