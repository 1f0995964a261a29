"""Runs: computed from their inputs, stored with the hash of each, and made again at any time."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isclose
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey_app.engine.kernel import Engine
from survey_app.engine.local import LOCAL, Local
from survey_app.errors import Refusal
from survey_app.instrument.loading import Library
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.indirect import IndirectRow
from survey_app.models.runs import Run, RunRow
from survey_app.queries import runs
from survey_app.services import calibrating, datasets, indirect_rows, run_inputs, run_rows
from survey_app.services.calibrating import Parameters
from survey_app.services.run_inputs import RunInputs

REGISTERED, AFTER_RESULTS = "registered", "after_results"
AGREEMENT = 1e-9
NOT_RESULTS = frozenset({"run_id"})

Row = RunRow | IndirectRow


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every step needs beside the session: definitions, where datasets lie, who counts."""

    library: Library
    folder: Path
    engine: Engine = LOCAL


def analyse_wave(session: Session, wave: Wave, place: Workplace, at: datetime) -> Run:
    """Freeze the wave if it is not yet, and run it under its registered calibration."""
    if wave.calibration_id is None:
        raise Refusal("calibration_missing")
    registered = session.get_one(Calibration, wave.calibration_id)
    return run_with(session, wave, registered, place, at)


def run_with(
    session: Session, wave: Wave, calibration: Calibration, place: Workplace, at: datetime
) -> Run:
    """The run of a wave under a calibration: a new one, or the one its inputs had before.

    Raises
    ------
    Refusal
        `run_differs` when another engine than usual was asked, and finds other figures than those
        that are stored.
    """
    dataset = datasets.freeze(session, wave, place.library, place.folder, at)
    if not calibrating.is_intact(calibration):
        raise Refusal("calibration_altered", version=calibration.version)
    inputs = _inputs(session, wave, calibrating.parameters_of(calibration), place)
    known = runs.run_by_inputs(session, wave.id, inputs.sha256)
    if known is not None and isinstance(place.engine, Local):
        return known
    rows = run_rows.compute(inputs, place.engine)
    indirect = indirect_rows.compute(inputs, place.engine)
    if known is not None:
        if not _agree(_stored(session, known), [*rows, *indirect]):
            raise Refusal("run_differs", run=known.sha256)
        return known
    run = Run(
        wave_id=wave.id,
        sha256=inputs.sha256,
        results_sha256=results_sha256([*rows, *indirect]),
        dataset_sha256=dataset.sha256,
        calibration_id=calibration.id,
        label=REGISTERED if calibration.id == wave.calibration_id else AFTER_RESULTS,
        inputs=inputs.hashes,
        created_at=at,
        rows=rows,
        indirect_rows=indirect,
    )
    session.add(run)
    session.flush()
    return run


def what_if(
    session: Session, wave: Wave, parameters: Parameters, place: Workplace
) -> list[RunRow]:
    """The rows that these parameters would give; nothing is stored."""
    return run_rows.compute(_inputs(session, wave, parameters, place), place.engine)


def reproduces(session: Session, run: Run, wave: Wave, place: Workplace) -> bool:
    """Whether nobody altered the stored figures, and the stored inputs still give them."""
    if not calibrating.is_intact(run.calibration):
        return False
    parameters = calibrating.parameters_of(run.calibration)
    # What was sealed or ruled after this run belongs to the next one.
    inputs = _inputs(session, wave, parameters, place, earlier=run.inputs)
    if inputs.sha256 != run.sha256:
        return False
    stored = _stored(session, run)
    if results_sha256(stored) != run.results_sha256:
        return False
    return _agree(stored, [*run_rows.compute(inputs), *indirect_rows.compute(inputs)])


def _stored(session: Session, run: Run) -> list[Row]:
    return [*runs.rows(session, run.id), *runs.indirect_rows(session, run.id)]


def _agree(stored: Sequence[Row], again: Sequence[Row]) -> bool:
    """Whether all figures agree to nine digits.

    On one machine they agree to the last bit; another processor may round a matrix product
    otherwise in the fifteenth digit, and nobody altered anything by that.
    """
    here, there = _by_key(stored), _by_key(again)
    return here.keys() == there.keys() and all(
        _close(value, there[key][name])
        for key, figures in here.items()
        for name, value in figures.items()
    )


def _by_key(rows: Sequence[Row]) -> dict[tuple[object, ...], dict[str, object]]:
    return {_key(row): _figures(row) for row in rows}


def _key(row: Row) -> tuple[object, ...]:
    names = [column.name for column in row.__table__.primary_key]
    return type(row), *(getattr(row, name) for name in names if name not in NOT_RESULTS)


def _close(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=AGREEMENT, abs_tol=AGREEMENT)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    return one == other


def _inputs(
    session: Session,
    wave: Wave,
    parameters: Parameters,
    place: Workplace,
    *,
    earlier: Mapping[str, Any] | None = None,
) -> RunInputs:
    dataset = runs.dataset_of_wave(session, wave.id)
    if dataset is None:
        raise Refusal("dataset_missing", dataset=wave.key)
    return run_inputs.gather(
        session,
        wave,
        dataset,
        parameters,
        library=place.library,
        folder=place.folder,
        earlier=earlier,
    )


def results_sha256(rows: Sequence[Row]) -> str:
    """Of every figure of every row, whatever the order of the rows."""
    said = sorted(json.dumps(_figures(row), sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _figures(row: Row) -> dict[str, object]:
    columns = row.__table__.columns.keys()
    return {name: getattr(row, name) for name in columns if name not in NOT_RESULTS}
