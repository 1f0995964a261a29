"""An opened instance: everything that the pages, the commands and the jobs work with."""

from dataclasses import dataclass

from sqlalchemy import Engine

from survey_app import languages
from survey_app.config import LANGUAGES, QUESTIONNAIRES, Settings
from survey_app.db import demand_reachable, make_engine
from survey_app.errors import Refusal
from survey_app.instrument.loading import Library, load_all
from survey_app.keys import Keys, create_keys, read_keys


@dataclass(frozen=True, slots=True)
class Instance:
    settings: Settings
    engine: Engine
    library: Library
    keys: Keys
    languages: tuple[str, ...] = LANGUAGES  # that the pages are offered in


def create_instance(settings: Settings) -> Instance:
    """A new, empty folder with its own keys; an existing one is refused."""
    if settings.secret_file.exists():
        raise Refusal("instance_exists", folder=str(settings.folder))
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # answers lie in it
    engine = make_engine(settings.database_url)
    demand_reachable(engine)  # before there is a secret, so that the same command can be repeated
    engine.dispose()
    settings.datasets.mkdir(exist_ok=True)
    create_keys(settings.secret_file)
    return open_instance(settings)


def open_instance(settings: Settings) -> Instance:
    if not settings.secret_file.exists():
        raise Refusal("instance_missing", folder=str(settings.folder))
    library = load_all(QUESTIONNAIRES)
    return Instance(
        settings=settings,
        engine=make_engine(settings.database_url),
        library=library,
        keys=read_keys(settings.secret_file),
        languages=languages.offered(library.frameworks.values()),
    )
