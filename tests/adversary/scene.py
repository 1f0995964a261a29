"""A survey of drawn people, as it happens; and what an attacker carries off afterwards."""

import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import psycopg
from sqlalchemy import inspect

from survey_app.clock import now
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.services import archives, flushing, inviting, responding
from survey_app.services.backing_up import Source, back_up
from tests import databases
from tests.adversary.attacker import Loot, Row, Target
from tests.factories import make_wave
from tests.runs import ASKED, sheet, soon

STRATUM = 30
LOG = "server.log"


@dataclass(frozen=True)
class Scene:
    """`truth`: what each person answered; nobody else knows it."""

    targets: Sequence[Target]
    truth: dict[str, str]
    loot: Loot


def play(instance: Instance, backups: Path, *, strata: int, rng: Random, flush: Random) -> Scene:
    """Invite, let everybody answer in a mixed order, back up, flush, back up again, break in."""
    with _logged(backups / LOG):
        wave, targets = _invited(instance, strata, rng)
        truth = _answered(instance, wave, targets, rng)
        _back_up(instance, backups / "before.backup")
        with transaction(instance.engine) as session:
            assert flushing.flush_ready(session, flush) == strata * STRATUM
        flushing.leave_no_order(instance.engine)
        _back_up(instance, backups / "after.backup")
    return Scene(targets, truth, _carried_off(instance, backups))


def _invited(instance: Instance, strata: int, rng: Random) -> tuple[Wave, list[Target]]:
    names = [f"stratum {number}" for number in range(strata)]
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        wave.channels = ["drawn"]
        session.flush()
        place = inviting.place(session, wave, "11413", "residents", soon(wave))
        list_of = [name for name in names for _ in range(STRATUM)]
        codes = inviting.invite(session, place, list_of, instance.keys)
    targets = []
    for number, name in enumerate(names):
        people = [f"Nguyễn Văn {number}.{each}" for each in range(STRATUM)]
        theirs = codes[number * STRATUM : (number + 1) * STRATUM]
        order = rng.sample(people, STRATUM)
        known = dict(zip(people, theirs, strict=True))
        targets.append(Target(wave.id, place.unit_id, name, order, known))
    return wave, targets


def _answered(
    instance: Instance, wave: Wave, targets: Sequence[Target], rng: Random
) -> dict[str, str]:
    """Everybody answers at a moment of their own, the strata among each other."""
    queues = [(target, list(target.people)) for target in targets]
    truth: dict[str, str] = {}
    at = soon(wave)
    blank = sheet(wave, {}, channel="drawn")
    while waiting := [queue for queue in queues if queue[1]]:
        target, people = rng.choice(waiting)
        person = people.pop(0)
        at += timedelta(seconds=rng.randint(1, 90), microseconds=rng.randint(0, 999_999))
        said = _new_answers(rng, truth)
        truth[person] = json.dumps(said)
        filled = replace(blank, answers=said)
        key = f"{rng.getrandbits(192):048x}"
        with transaction(instance.engine, beside_others=True) as session:
            responding.submit(
                session, filled, key, instance.keys, at, invitation=target.codes[person]
            )
    return truth


def _new_answers(rng: Random, truth: dict[str, str]) -> dict[str, str]:
    """Unlike anybody else's, so that a form can be told from all others."""
    while True:
        said = {indicator: str(rng.randint(1, 5)) for indicator in ASKED}
        if json.dumps(said) not in truth.values():
            return said


def _back_up(instance: Instance, target: Path) -> None:
    if databases.ON_POSTGRESQL:
        return  # which is backed up with its own tools
    source = Source(instance.settings, instance.keys, now(), Random(1))  # noqa: S311  a test's shuffle
    back_up(source, target, lambda _share: None)


def _carried_off(instance: Instance, backups: Path) -> Loot:
    tables = {("database", name): rows for name, rows in _tables(instance)}
    files = {"database": databases.stored(instance.settings.folder)}
    for path in sorted(backups.iterdir()):
        files[path.name] = path.read_bytes()
        if path.suffix == ".backup":
            tables |= _unpacked(path)
    return Loot(tables, files, instance.keys)


def _tables(instance: Instance) -> Iterator[tuple[str, list[Row]]]:
    names = inspect(instance.engine).get_table_names()
    if not databases.ON_POSTGRESQL:
        yield from _of_file(instance.settings.folder / "survey.sqlite3").items()
        return
    url = instance.engine.url
    address = f"host={url.query['host']} user={url.username} dbname={url.database}"
    with psycopg.connect(address, row_factory=psycopg.rows.dict_row) as connection:
        for name in names:
            query = f'SELECT xmin::text, xmax::text, * FROM "{name}" ORDER BY ctid'  # noqa: S608  the database's own name
            yield name, list(connection.execute(query.encode()).fetchall())


def _of_file(path: Path) -> dict[str, list[Row]]:
    """Rows as they lie: without an order asked for, SQLite goes from page to page."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}" NOT INDEXED')]  # noqa: S608  the database's own name
            for (name,) in names
        }


def _unpacked(path: Path) -> dict[tuple[str, str], list[Row]]:
    archive = archives.look_at(path)
    found: dict[tuple[str, str], list[Row]] = {}
    for part in archive.manifest.parts:
        if part.name.endswith(".sqlite3"):
            target = path.with_name(f"{path.stem}-{part.name}")
            archive.extract(part.name, target)
            where = f"{path.stem}/{part.name}"
            found |= {(where, name): rows for name, rows in _of_file(target).items()}
    return found


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Everything that anything here logs, with its moment, as a careless server would keep it."""
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
