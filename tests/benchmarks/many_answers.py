"""A hundred thousand answers of one wave: all estimates and gaps, and the table for others.

`python -m tests.benchmarks.many_answers FILE.parquet` prints the peak memory of writing it as CSV.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from survey_app.config import ROOT
from survey_app.engine import dataset as files
from survey_app.instance import Instance
from survey_app.instrument.blocks import design_of, indicators_of
from survey_app.instrument.definition import Questionnaire
from survey_app.models.base import random_key
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.responses import Response
from survey_app.models.units import Unit
from survey_app.queries import runs
from survey_app.services import analysing, calibrating, datasets, run_inputs, run_rows
from survey_app.services.assessing import Score
from survey_app.services.simulating import Simulation, simulate
from tests.benchmarks.memory import resident
from tests.benchmarks.report import Line
from tests.benchmarks.rounds import once
from tests.factories import make_province, make_unit
from tests.load.site import empty
from tests.runs import close, open_wave, place_of, score, soon

PEOPLE, UNITS, ROUNDS = 100_000, 50, 3
AT_ONCE = 5_000
MEBIBYTE = 1 << 20


def filled_wave(session: Session, instance: Instance, people: int) -> Wave:
    """A closed wave with self-scores in every unit; the answers are drawn from a seed."""
    province = make_province(session)
    units = [_unit(session, province, number) for number in range(UNITS)]
    wave = open_wave(session, instance, units=units)
    questionnaire = instance.library.questionnaires["residents", "v1"]
    rng = Random(18091)  # noqa: S311  repeatable, no secret
    for start in range(0, people, AT_ONCE):
        rows = [_answer(wave, questionnaire, rng) for _ in range(start, start + AT_ONCE)]
        session.execute(insert(Response), rows)
    for number in range(UNITS):
        score(session, wave, [Score("1.3", None, 80.0)], unit=number)
    close(session, wave)
    return wave


def _unit(session: Session, province: Unit, number: int) -> Unit:
    name = f"Phường số {number}"
    return make_unit(session, f"2{number:04d}", (name, name), (name, name), parent=province)


def _answer(wave: Wave, questionnaire: Questionnaire, rng: Random) -> dict[str, object]:
    block = rng.randrange(design_of(questionnaire).count)
    items = questionnaire.items_of(indicators_of(questionnaire, block))
    return {
        "id": random_key(),
        "wave_id": wave.id,
        "unit_id": rng.choice(wave.units).unit_id,
        "audience": "residents",
        "channel": "open",
        "questionnaire": "residents/v1",
        "language": "vi",
        "block": block,
        "duration_class": "2_to_5",
        "helped": False,
        "answers": {
            item.id: rng.choice(sorted(questionnaire.allowed_codes(item)))
            for item in items
            if item.kind != "text" and item.show_if is None
        },
    }


def lines(folder: Path) -> Iterator[Line]:
    instance = empty(folder / "many")
    place = place_of(instance)
    with Session(instance.engine) as session:
        wave = filled_wave(session, instance, PEOPLE)
        frozen = once(
            lambda: datasets.freeze(session, wave, instance.library, place.folder, soon(wave))
        )
        counting = min(once(lambda: _figures(session, wave, instance)) for _ in range(ROUNDS))
        run = analysing.analyse_wave(session, wave, place, soon(wave))
        path = files.path_of(place.folder, run.dataset_sha256)
    instance.engine.dispose()
    yield Line(
        f"all estimates and gaps of {PEOPLE:,} answers, {UNITS} units",
        f"written into the dataset once, at the close: {frozen:.1f} s",
        "–",
        counting,
        1,
        "s",
    )
    whole, large = _in_a_process(path), folder / "large.parquet"
    indicators = tuple(f"{number // 10 + 1}.{number % 10 + 1}" for number in range(39))
    simulate(large, Simulation(indicators, 10 * PEOPLE), lambda _share: None)
    more = _in_a_process(large)
    yield Line(
        "their table as CSV",
        f"{whole['bytes'] / MEBIBYTE:.0f} MiB",
        "–",
        whole["seconds"],
        3,
        "s",
    )
    yield Line(
        f"memory that it takes for {10 * PEOPLE:,} answers",
        f"{(more['peak'] - more['before']) / MEBIBYTE:.0f} MiB above what was there",
        f"{(whole['peak'] - whole['before']) / MEBIBYTE:.0f} MiB for {PEOPLE:,}",
        (more["peak"] - more["before"]) / max(whole["peak"] - whole["before"], MEBIBYTE),
        2,
    )


def _figures(session: Session, wave: Wave, instance: Instance) -> None:
    """What a run computes, from the file and the self-scores to every gap."""
    place = place_of(instance)
    dataset = runs.dataset_of_wave(session, wave.id)
    calibration = session.get_one(Calibration, wave.calibration_id)
    assert dataset is not None
    inputs = run_inputs.gather(
        session,
        wave,
        dataset,
        calibrating.parameters_of(calibration),
        library=instance.library,
        folder=place.folder,
    )
    run_rows.compute(inputs, place.engine)


def _in_a_process(path: Path) -> dict[str, float]:
    ran = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-m", "tests.benchmarks.many_answers", str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main(path: Path) -> None:
    before, start, out = resident("VmRSS"), time.perf_counter(), path.with_suffix(".csv")
    with out.open("wb") as sink:
        files.write_csv(path, sink)
    seconds, size = time.perf_counter() - start, out.stat().st_size
    said = {"before": before, "peak": resident("VmHWM"), "seconds": seconds, "bytes": size}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
