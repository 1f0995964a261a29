"""A wave of any size, from its rows to its figures, in a process of its own.

`python -m tests.failure_modes.many FOLDER RESPONSES` prints, as JSON, the seconds of each step, the
memory that was resident before the first and at the peak of each, and what was counted.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import Engine, insert

from survey_app.clock import now
from survey_app.config import QUESTIONNAIRES, Settings
from survey_app.db import make_engine, reading, transaction
from survey_app.instance import Instance
from survey_app.instrument.blocks import indicators_of
from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.loading import load_all
from survey_app.keys import create_keys
from survey_app.models import Base
from survey_app.models.campaigns import Wave
from survey_app.models.responses import Response
from survey_app.queries import runs
from survey_app.services import analysing, datasets
from survey_app.web.app import create_app
from tests.benchmarks.memory import CLEAR, FORGET_THE_PEAK, resident
from tests.runs import open_wave, place_of

BATCH = 5_000
Row = dict[str, object]


def rows(questionnaire: Questionnaire, wave: Wave, people: int) -> Iterator[Row]:
    """Answers that nobody gave: each person rates the eight topics of a block."""
    rng = Random(18091)  # noqa: S311  the same answers each time, not a secret
    blocks = [indicators_of(questionnaire, number) for number in range(32)]
    units = [place.unit_id for place in wave.units]
    for number in range(people):
        block = rng.randrange(len(blocks))
        said = {code: "12345"[rng.randrange(5)] for code in blocks[block]}
        yield {
            "id": uuid.UUID(int=rng.getrandbits(128)),
            "wave_id": wave.id,
            "unit_id": units[number % len(units)],
            "audience": "residents",
            "channel": "open",
            "questionnaire": "residents/v1",
            "language": "vi",
            "block": block,
            "stratum": "",
            "cluster": "",
            "weighting_class": "",
            "duration_class": "2_to_5",
            "helped": False,
            "answers": said | {"sex": "12"[rng.randrange(2)], "age_band": "3"},
        }


def fill(engine: Engine, questionnaire: Questionnaire, wave: Wave, people: int) -> None:
    left = rows(questionnaire, wave, people)
    while batch := list(islice(left, BATCH)):
        with transaction(engine) as session:
            session.execute(insert(Response), batch)


def measured(work: Callable[[], object]) -> dict[str, float]:
    CLEAR.write_text(FORGET_THE_PEAK, encoding="ascii")
    start, used = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - start,
        "processor_seconds": time.process_time() - used,
        "peak": resident("VmHWM"),
    }


def prepared(folder: Path, people: int) -> Instance:
    """A closed wave of so many answers."""
    settings = Settings(folder=folder, database_url=f"sqlite:///{folder / 'survey.sqlite3'}")
    settings.datasets.mkdir(parents=True)
    engine = make_engine(settings.database_url)
    Base.metadata.create_all(engine)
    library = load_all(QUESTIONNAIRES)
    instance = Instance(settings, engine, library, create_keys(settings.secret_file))
    with transaction(engine) as session:
        wave = open_wave(session, instance)
        wave.state, wave.closed_at = "closed", now()
    fill(engine, library.questionnaires["residents", "v1"], wave, people)
    return instance


def main(folder: str, people: str) -> None:
    instance = prepared(Path(folder), int(people))
    before = resident("VmRSS")

    def freeze() -> None:
        with transaction(instance.engine) as session:
            wave = session.get_one(Wave, 1)
            place = instance.settings.datasets
            datasets.freeze(session, wave, instance.library, place, now())

    def analyse() -> None:
        with transaction(instance.engine) as session:
            analysing.analyse_wave(session, session.get_one(Wave, 1), place_of(instance), now())

    steps = {"freeze": measured(freeze), "analyse": measured(analyse)}
    with transaction(instance.engine) as session:
        session.get_one(Wave, 1).state = "published"
    client = create_app(instance).test_client()
    page = "/vi/results/2026-1/11413"
    client.get(page)  # what is read when first used is not the wave's
    steps["page"] = measured(lambda: client.get(page))
    with reading(instance.engine) as session:
        counted = runs.dataset_of_wave(session, 1)
    assert counted is not None
    sys.stdout.write(json.dumps({"before": before, **steps, "rows": counted.responses}))


if __name__ == "__main__":
    main(*sys.argv[1:])
