"""Settings from the environment, and where the project's data lie."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What people read: the questionnaires and the languages. Another folder of the same shape may be named.
WORDS = Path(os.environ.get("SURVEY_WORDS", ROOT)).resolve()
QUESTIONNAIRES = WORDS / "questionnaires"
TRANSLATIONS = WORDS / "translations"
LANGUAGES = ("vi", "en")  # always there; `survey_app/languages.py` reads the further ones


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an instance lives and how it is reached.

    `folder`: keys, datasets and (by default) the SQLite database. `public_url`: the address that
    links and QR codes carry; None on loopback, where the request's own host is right.
    """

    folder: Path
    database_url: str
    public_url: str | None = None

    @property
    def datasets(self) -> Path:
        return self.folder / "datasets"

    @property
    def secret_file(self) -> Path:
        return self.folder / "secret.key"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    folder = Path(environment.get("SURVEY_INSTANCE", "instance")).resolve()
    return Settings(
        folder=folder,
        database_url=environment.get("SURVEY_DATABASE", f"sqlite:///{folder / 'survey.sqlite3'}"),
        public_url=environment.get("SURVEY_PUBLIC_URL"),
    )
