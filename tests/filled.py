"""An instance with a bit of everything on disk: a closed wave with its run, answers that wait."""

from pathlib import Path

from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.config import Settings
from survey_app.db import make_engine, transaction
from survey_app.instance import Instance
from survey_app.instrument.loading import Library
from survey_app.keys import create_keys
from survey_app.models.campaigns import Wave
from survey_app.queries import campaigns
from survey_app.services import analysing, instances, responding
from survey_app.services.backing_up import Source
from tests.factories import make_wave
from tests.office import make_member
from tests.runs import place_of, seeded, sheet, soon, usual_wave

WAITING = 26  # 23 in the first unit, more than a flush needs, and 3 in the second
OPEN = "2026-2"


def settings_in(folder: Path) -> Settings:
    return Settings(folder=folder, database_url=f"sqlite:///{folder / 'survey.sqlite3'}")


def key_of(number: int) -> str:
    """A submission key that is found again among other bytes."""
    return f"{number:08x}feedfacecafebeef{number:08x}"


def filled_instance(folder: Path, library: Library) -> Instance:
    settings = settings_in(folder)
    settings.datasets.mkdir(parents=True)
    made = Instance(
        settings, make_engine(settings.database_url), library, create_keys(settings.secret_file)
    )
    instances.migrate(made.engine)
    with transaction(made.engine) as session:
        closed = usual_wave(session, made)
        analysing.analyse_wave(session, closed, place_of(made), now())
        make_member(session, "administrator", None, user_name="quan-tri")
        units = [place.unit for place in closed.units]
        make_wave(session, campaign=closed.campaign, units=units, key=OPEN, number=2)
    for number in range(WAITING):
        answer(made, number)
    return made


def answer(instance: Instance, number: int) -> str:
    """Somebody sends the open wave's form; the receipt is the acknowledgement."""
    with transaction(instance.engine) as session:
        wave = open_wave_of(session)
        said = sheet(wave, {"1.3": "4"}, unit=number % 9 == 8, text=f"nói-{number:04}")
        return responding.submit(session, said, key_of(number), instance.keys, soon(wave))


def open_wave_of(session: Session) -> Wave:
    wave = campaigns.wave_by_key(session, OPEN)
    assert wave is not None
    return wave


def source_of(instance: Instance) -> Source:
    return Source(instance.settings, instance.keys, now(), seeded())


def silent(_share: float) -> None:
    """Progress that nobody reads."""
