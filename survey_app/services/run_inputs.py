"""What a run is made from: all of it named by hashes, so that the same inputs are the same run."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.instrument.definition import Framework, Questionnaire
from survey_app.instrument.loading import Library
from survey_app.instrument.screening import Grounds
from survey_app.models.assessments import SelfScoreSet
from survey_app.models.campaigns import Wave
from survey_app.models.runs import Dataset
from survey_app.queries import assessments, margins
from survey_app.services import assessing, calibrating, definitions, screening
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Parameters
from survey_app.services.estimating import EVIDENCE_OF_SERIES, SERIES_OF_CHANNEL, Margins

METHOD = "2"  # raised whenever the same inputs would give other numbers
LIST_METHOD = "1"  # the same for list experiments, which a run without them does not name


@dataclass(frozen=True, slots=True)
class RunInputs:
    """`asked`: audience -> the indicators it is asked about. `scores`: (unit, indicator) -> score.

    `units`: official code -> surrogate id, in the order of the codes. Only sealed scores are here.
    `set_apart`: which signs keep an answer from being counted.
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
    set_apart: Grounds
    lists: tuple[Questionnaire, ...]  # those with a list experiment
    hashes: dict[str, Any]

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
    earlier: Mapping[str, Any] | None = None,
) -> RunInputs:
    """Everything a run of this wave needs; a dataset whose bytes changed is refused.

    `earlier`: the inputs of a run that is made again: the self-scores that it knew, and the rulings
    on flagged answers. None takes all that are sealed, and ruled, now.
    """
    scored: Collection[str] | None = None if earlier is None else earlier["self_scores"]
    screened = screening.input_of(session, wave, earlier)
    path = files.checked_path(folder, dataset.sha256)
    codes = {place.unit_id: place.official_code for place in wave.units}
    sealed = {
        codes[found.unit_id]: found
        for found in assessments.sealed_sets(session, wave.id)
        if scored is None or codes[found.unit_id] in scored
    }
    of_units = _margins(session, wave, codes)
    framework = definitions.framework(library, wave.campaign.framework)
    questionnaires = definitions.questionnaires_of(library, wave)
    asked = {audience: each.indicators for audience, each in questionnaires.items()}
    lists = tuple(each for each in questionnaires.values() if each.list_item is not None)
    best_series = min(
        (SERIES_OF_CHANNEL[channel] for channel in wave.channels),
        key=lambda series: EVIDENCE_OF_SERIES[series],
    )
    return RunInputs(
        wave=wave.key,
        framework=framework,
        asked=asked,
        best_series=best_series,
        units={code: unit_id for unit_id, code in sorted(codes.items(), key=lambda each: each[1])},
        dataset=path,
        margins=of_units,
        scores=_scores(sealed),
        parameters=parameters,
        set_apart=screening.grounds_of(screened),
        lists=lists,
        hashes={
            "dataset": dataset.sha256,
            "design": _sha256(
                [sorted(codes.values()), list(framework.indicator_by_code), asked, best_series]
            ),
            "margins": _sha256(
                [[unit, sorted(cells.items())] for unit, cells in sorted(of_units.items())]
            ),
            "self_scores": {
                unit: assessing.scores_sha256(found) for unit, found in sealed.items()
            },
            "calibration": calibrating.parameters_sha256(parameters),
            **({"lists": [LIST_METHOD, *(each.sha256 for each in lists)]} if lists else {}),
            "method": METHOD,
            # Waves from before there was such a rule keep the hash that their runs had.
            **({} if screened is None else {"screening": screened}),
        },
    )


def _margins(session: Session, wave: Wave, codes: dict[int, str]) -> Margins:
    found: dict[str, dict[tuple[int, int], float]] = {}
    for margin in margins.in_wave(session, wave.id):
        cells = found.setdefault(codes[margin.unit_id], {})
        cells[margin.sex, margin.age_band] = float(margin.population)
    return found


def _scores(sealed: Mapping[str, SelfScoreSet]) -> dict[tuple[str, str], Score]:
    return {
        (unit, score.indicator): score
        for unit, found in sealed.items()
        for score in assessing.scores_of(found)
    }


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
