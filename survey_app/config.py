"""Settings from the environment, and where the project's data lie."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.addresses import origin
from survey_app.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent
# What people read: the questionnaires and the languages. Another folder of the same shape may be named.
WORDS = Path(os.environ.get("SURVEY_WORDS", ROOT)).resolve()
QUESTIONNAIRES = WORDS / "questionnaires"
TRANSLATIONS = WORDS / "translations"
LANGUAGES = ("vi", "en")  # always there; `survey_app/languages.py` reads the further ones
MOST_PROXIES = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an instance lives and how it is reached.

    `folder`: keys, datasets and (by default) the SQLite database. `public_url`: the address that
    links and QR codes carry; None on loopback, where the request's own host is right.
    `behind_proxy`: how many proxies stand in front, whose word on scheme, host and client counts.
    """

    folder: Path
    database_url: str
    public_url: str | None = None
    behind_proxy: int = 0

    @property
    def datasets(self) -> Path:
        return self.folder / "datasets"

    @property
    def secret_file(self) -> Path:
        return self.folder / "secret.key"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    folder = Path(environment.get("SURVEY_INSTANCE", "instance")).resolve()
    public_url = environment.get("SURVEY_PUBLIC_URL")
    return Settings(
        folder=folder,
        database_url=environment.get("SURVEY_DATABASE", f"sqlite:///{folder / 'survey.sqlite3'}"),
        public_url=origin(public_url) if public_url else None,
        behind_proxy=_proxies(environment.get("SURVEY_BEHIND_PROXY", "0")),
    )


def _proxies(given: str) -> int:
    if not given.isdecimal() or int(given) > MOST_PROXIES:
        raise Refusal("proxies_unfit", given=given)
    return int(given)
