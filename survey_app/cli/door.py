"""What every command shares: an opened instance, and where words and results go."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic

import click
from sqlalchemy.orm import Session

from survey_app.config import settings_from
from survey_app.db import demand_reachable
from survey_app.errors import Refusal
from survey_app.instance import Instance, open_instance
from survey_app.models.campaigns import Wave
from survey_app.queries import campaigns
from survey_app.services.analysing import Workplace

FINDING, REFUSED = 1, 2
PIECES = 100_000  # of a JSON document that are written together
PORT = click.IntRange(0, 65_535)
PAUSE = 2.0  # seconds between two words about how far long work is
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document. / Một tài liệu JSON."
)
wave_argument = click.argument("wave_key", metavar="WAVE")


def say(message: str) -> None:
    click.echo(message, err=True)


def put(result: object) -> None:
    """Piece by piece: the document of a nation is large."""
    pieces = json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(result)
    while said := "".join(islice(pieces, PIECES)):
        click.echo(said, nl=False)
    click.echo()


@dataclass(eq=False)
class Progress:
    """Says how far long work is; what is done within two seconds says nothing."""

    what: str
    said_at: float = field(default_factory=monotonic)

    def __call__(self, share: float) -> None:
        now = monotonic()
        if now - self.said_at >= PAUSE:
            self.said_at = now
            say(f"{self.what} … {share:.0%}")


@contextmanager
def opened() -> Iterator[Instance]:
    instance = open_instance(settings_from())
    try:
        demand_reachable(instance.engine)
        yield instance
    finally:
        instance.engine.dispose()


def workplace(instance: Instance) -> Workplace:
    return Workplace(instance.library, instance.settings.datasets)


def wave_of(session: Session, key: str) -> Wave:
    found = campaigns.wave_by_key(session, key)
    if found is None:
        raise Refusal("wave_unknown", wave=key)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Set what residents and businesses say beside a self-assessment (TCVN ISO 18091:2020).

    Đặt ý kiến người dân và doanh nghiệp cạnh phần tự đánh giá của chính quyền.
    """
