"""The same attacker fails on the product and succeeds on builds that leak, each in another way.

In a stratum of 30 a guess is right for one person on average: 1 of 30. Over 20 strata the share
that a blind guess finds has a standard deviation of 1/30/sqrt(20) = 0.75 %, so that 5 % more than
chance is more than six of them.
"""

import json
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.keys import Keys
from survey_app.models import Base
from survey_app.models.responses import InboxEntry, Response
from survey_app.queries import responses
from survey_app.queries.invitations import Opened
from survey_app.services import backing_up, flushing, inviting, responding
from survey_app.services.responding import Sheet
from tests import databases
from tests.adversary import attacker
from tests.adversary.scene import STRATUM, Scene, play
from tests.runs import seeded

CHANCE = 1 / STRATUM
STRATA, STRATA_OF_A_LEAK = 20, 3
Leak = Callable[[Instance, pytest.MonkeyPatch], None]


class Unshuffled(Random):  # noqa: S311  nothing is drawn from it
    def shuffle(self, x: object) -> None:
        """Leave it as it is."""


def success(scene: Scene) -> dict[str, float]:
    """The share of all people whose answers were found, by each way to look for them."""
    return {
        way: sum(scene.truth[person] == said for person, said in guess.items()) / len(scene.truth)
        for way, guess in attacker.attempts(scene.loot, scene.targets, seeded()).items()
    }


@pytest.fixture
def backups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backups")


def test_nobody_is_linked_to_their_answers_better_than_by_chance(
    instance: Instance, backups: Path
) -> None:
    scene = play(instance, backups, strata=STRATA, rng=seeded(7), flush=seeded(8))
    ways = success(scene)
    assert len(ways) >= (5 if databases.ON_POSTGRESQL else 8), ways
    assert max(ways.values()) <= CHANCE + 0.05, ways
    assert sum(ways.values()) / len(ways) == pytest.approx(CHANCE, abs=0.02)  # and not worse


def test_whoever_holds_letters_and_secret_learns_who_answered_and_no_more(
    instance: Instance, backups: Path
) -> None:
    """It is said in docs/mailing_officer.md, so it is shown here."""
    scene = play(instance, backups, strata=2, rng=seeded(7), flush=seeded(8))
    rows = scene.loot.tables["database", "invitation"]
    used = {str(row["token_mac"]) for row in rows if row["spent"]}
    assert used == set(attacker._Marks(scene.loot, scene.targets).macs.values())
    assert not any({"received_at", "at", "created_at"} & set(row) for row in rows)


def ids_that_count_up(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """Rows are known by numbers in the order in which they came."""
    _in_order_of_arrival(patch)
    count = iter(range(1, 100_000))
    kept = flushing._answers
    patch.setattr(
        flushing,
        "_answers",
        lambda entries: [_numbered(row, next(count)) for row in kept(entries)],
    )


def rows_that_stay_where_they_came(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """A table with row numbers; on PostgreSQL, one that is not written anew."""
    _in_order_of_arrival(patch)
    table = Base.metadata.tables["response"]
    if databases.ON_POSTGRESQL:
        patch.setattr(responses, "forget_order", lambda _session, _tables: None)
        return
    patch.setitem(table.dialect_options["sqlite"], "with_rowid", True)
    table.drop(instance.engine)
    table.create(instance.engine)


def tokens_that_stay_with_the_answer(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """A keyed hash of the token, to be able to look for doubles later."""
    _with_invitation(patch, lambda opened, _code, columns: columns | _note(opened.token_mac))


def moments_that_stay_with_the_answer(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """A date of receipt, which nobody would think twice about."""
    columns_of = responding._columns

    def columns(sheet: Sheet, key: str, code: str, at: datetime) -> dict[str, object]:
        return columns_of(sheet, key, code, at) | _note(at.isoformat())

    patch.setattr(responding, "_columns", columns)


def a_log_that_says_too_much(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """What was posted, for looking for errors."""

    def log(_opened: Opened, code: str, columns: dict[str, object]) -> dict[str, object]:
        logging.getLogger("survey").info("%s: %s", code, json.dumps(columns["answers"]))
        return columns

    _with_invitation(patch, log)


def a_log_of_moments_and_answers(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """The same without the code: the order in which people answered is enough."""

    def log(_opened: Opened, _code: str, columns: dict[str, object]) -> dict[str, object]:
        said = (columns["received_at"], json.dumps(columns["answers"]))
        logging.getLogger("survey").info("%s %s", *said)
        return columns

    _with_invitation(patch, log)


def a_write_ahead_log_that_is_not_emptied(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """The inbox is gone, and its pages still lie in the log."""
    patch.setattr(flushing, "empty_log", lambda _engine: None)


def backups_with_the_inbox(instance: Instance, patch: pytest.MonkeyPatch) -> None:
    """A copy of the database as it is."""
    patch.setattr(backing_up, "INBOX", backing_up.SESSIONS)


LEAKS: list[Leak] = [
    ids_that_count_up,
    rows_that_stay_where_they_came,
    tokens_that_stay_with_the_answer,
    moments_that_stay_with_the_answer,
    a_log_that_says_too_much,
    a_log_of_moments_and_answers,
]
LEAKS_OF_FILES: list[Leak] = [a_write_ahead_log_that_is_not_emptied, backups_with_the_inbox]


@pytest.mark.parametrize("leak", LEAKS)
def test_a_build_that_leaks_is_found_out(
    instance: Instance, backups: Path, monkeypatch: pytest.MonkeyPatch, leak: Leak
) -> None:
    _find_out(instance, backups, monkeypatch, leak)


@databases.only_sqlite
@pytest.mark.parametrize("leak", LEAKS_OF_FILES)
def test_a_build_whose_files_leak_is_found_out(
    instance: Instance, backups: Path, monkeypatch: pytest.MonkeyPatch, leak: Leak
) -> None:
    _find_out(instance, backups, monkeypatch, leak)


def _find_out(
    instance: Instance, backups: Path, monkeypatch: pytest.MonkeyPatch, leak: Leak
) -> None:
    leak(instance, monkeypatch)
    unshuffled = Unshuffled(1)
    scene = play(instance, backups, strata=STRATA_OF_A_LEAK, rng=seeded(7), flush=unshuffled)
    ways = success(scene)
    assert max(ways.values()) >= 0.9, ways


def _numbered(row: Response, number: int) -> Response:
    row.id = uuid.UUID(int=number)
    return row


def _in_order_of_arrival(patch: pytest.MonkeyPatch) -> None:
    found = responses.inbox_of_stratum

    def in_order(session: Session, stratum: responses.Stratum) -> Sequence[InboxEntry]:
        return sorted(found(session, stratum), key=lambda entry: entry.received_at)

    patch.setattr(responses, "inbox_of_stratum", in_order)


def _with_invitation(
    patch: pytest.MonkeyPatch,
    keep: Callable[[Opened, str, dict[str, object]], dict[str, object]],
) -> None:
    """Let a careless change of `responding` see invitation and answer together."""
    met: list[tuple[Opened, str]] = []
    demand, columns_of = inviting.demand_opens, responding._columns

    def demanded(
        session: Session, typed: str | None, where: tuple[int, int, str], keys: Keys
    ) -> Opened:
        found = demand(session, typed, where, keys)
        met[:] = [(replace(found), typed or "")]
        return found

    def columns(sheet: Sheet, key: str, code: str, at: datetime) -> dict[str, object]:
        return keep(*met[0], columns_of(sheet, key, code, at))

    patch.setattr(inviting, "demand_opens", demanded)
    patch.setattr(responding, "_columns", columns)


def _note(text: str) -> dict[str, object]:
    return {"weighting_class": text[:40]}
