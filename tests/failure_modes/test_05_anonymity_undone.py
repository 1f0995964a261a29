"""5. Anonymity undone: a token in the page, timestamps, an order that is kept, an address."""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.services import flushing, responding
from survey_app.web.respond.stamps import Place, Stamp, sign
from tests import databases
from tests.factories import make_province, make_unit, make_wave
from tests.failure_modes.wire import Fields
from tests.runs import seeded, sheet, soon

STRATA, PEOPLE = 20, 30
ALLOWED = 1 / PEOPLE + 0.05  # by chance one of thirty is guessed
ADDRESS, AGENT = "203.0.113.77", "Mozilla/5.0 (a telephone like no other)"
OPINIONS = ("1", "2", "3", "4", "5", "dont_know")


@dataclass(frozen=True)
class Person:
    """What the attacker knows of somebody: that they answered as the n-th, and their receipt."""

    unit: int
    arrival: int
    receipt: str
    said: dict[str, str]


def make_strata(session: Session) -> Wave:
    province = make_province(session)
    units = [make_unit(session, f"{20000 + number}", parent=province) for number in range(STRATA)]
    return make_wave(session, units=units)


def answer_one_after_another(instance: Instance) -> list[Person]:
    """Everybody's answers differ, so that we, who look at the truth, know whose row is whose."""
    with transaction(instance.engine) as session:
        make_strata(session)
    people = []
    for arrival in range(PEOPLE):
        for unit in range(STRATA):
            digits = [arrival // 6**place % 6 for place in range(3)]
            said = dict(zip(("1.3", "1.5", "1.6"), (OPINIONS[d] for d in digits), strict=True))
            with transaction(instance.engine) as session:
                filled = sheet(
                    session.get_one(Wave, 1), said, unit=unit, text=f"ý {unit} {arrival}"
                )
                key = f"{arrival:08x}feedface{unit:016x}"
                at = soon(session.get_one(Wave, 1)) + timedelta(seconds=17 * arrival)
                code = responding.submit(session, filled, key, instance.keys, at)
            people.append(Person(unit, arrival, code, said))
    return people


def dump(instance: Instance, table: str) -> list[dict[str, object]]:
    """A table as a thief reads it: in the order in which the database gives it by itself."""
    with reading(instance.engine) as session:
        rows = session.execute(text(f"SELECT * FROM {table}")).mappings()  # noqa: S608  our own tables
        return [dict(row) for row in rows]


def said_in(row: dict[str, object]) -> dict[str, str]:
    """SQLite gives JSON as text, PostgreSQL as what it stands for."""
    answers = row["answers"]
    found: dict[str, str] = json.loads(answers) if isinstance(answers, str) else answers  # type: ignore[assignment]  # a row's values have no types
    return found


def linked(
    people: Sequence[Person], guess: Callable[[list[Person]], list[dict[str, object]]]
) -> float:
    """The share of people whose answers the attacker names rightly."""
    right = 0
    for unit in range(STRATA):
        of_unit = [each for each in people if each.unit == unit]
        rows = guess(of_unit)
        right += sum(said_in(row) == each.said for each, row in zip(of_unit, rows, strict=True))
    return right / len(people)


def attacks(instance: Instance) -> dict[str, Callable[[list[Person]], list[dict[str, object]]]]:
    rows, receipts = (
        dump(instance, "response"),
        [each["code"] for each in dump(instance, "receipt")],
    )
    on_disk = databases.stored(instance.settings.folder)

    def of(person: Person) -> list[dict[str, object]]:
        order = list(dict.fromkeys(row["unit_id"] for row in sorted(rows, key=unit_of)))
        return [row for row in rows if row["unit_id"] == order[person.unit]]

    def unit_of(row: dict[str, object]) -> int:
        return int(str(row["unit_id"]))

    def by(
        key: Callable[[dict[str, object]], object],
    ) -> Callable[[list[Person]], list[dict[str, object]]]:
        return lambda people: sorted(of(people[0]), key=key)  # type: ignore[arg-type]  # keys of one kind

    def as_receipts(people: list[Person]) -> list[dict[str, object]]:
        """The n-th receipt belongs to the n-th row, if both were written together."""
        mine = of(people[0])
        order = sorted(people, key=lambda each: receipts.index(each.receipt))
        return [mine[order.index(each)] for each in people]

    return {
        "the order of the table": lambda people: of(people[0]),
        "the order of the keys": by(lambda row: str(row["id"])),
        "the order on the disk": by(lambda row: on_disk.index(identity(row["id"]))),
        "the order of the receipts": as_receipts,
    }


def identity(value: object) -> bytes:
    """An id as it lies on the disk, whichever way the database keeps it."""
    found = uuid.UUID(str(value))
    return found.bytes if databases.ON_POSTGRESQL else found.hex.encode()


def test_who_holds_the_database_and_all_receipts_links_no_better_than_chance(
    instance: Instance,
) -> None:
    people = answer_one_after_another(instance)

    # The attacker is no fool: of what waits in the inbox, the moment tells everything.
    waiting = sorted(dump(instance, "inbox"), key=lambda row: (row["unit_id"], row["received_at"]))
    in_order = sorted(people, key=lambda each: (each.unit, each.arrival))
    hits = [said_in(row) == each.said for row, each in zip(waiting, in_order, strict=True)]
    assert sum(hits) / len(hits) > 0.9

    with transaction(instance.engine) as session:
        assert flushing.flush_ready(session, seeded()) == STRATA * PEOPLE
    flushing.leave_no_order(instance.engine)
    for name, guess in attacks(instance).items():
        assert linked(people, guess) <= ALLOWED, name


def test_after_the_flush_no_key_and_no_moment_is_left_anywhere_on_the_disk(
    instance: Instance,
) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    moments = []
    for number in range(20):
        with transaction(instance.engine) as session:
            wave = session.get_one(Wave, 1)
            moments.append(soon(wave) + timedelta(microseconds=123457 + 7919 * number))
            key = f"{number:08x}deadbeefdeadbeef{number:08x}"
            said = sheet(wave, {"1.3": "4"})
            responding.submit(session, said, key, instance.keys, moments[-1])
    assert b"deadbeefdeadbeef" in databases.stored(instance.settings.folder)
    with transaction(instance.engine) as session:
        assert flushing.flush_ready(session, seeded()) == 20
    flushing.leave_no_order(instance.engine)
    left = databases.stored(instance.settings.folder)
    assert b"deadbeefdeadbeef" not in left
    assert not any(databases.as_stored(each) in left for each in moments)


def test_no_table_has_a_column_that_leads_from_a_person_to_an_answer(instance: Instance) -> None:
    """Answers share no column with receipts, words or staff but the place, which all there share."""
    columns = {
        table: {column["name"] for column in inspect(instance.engine).get_columns(table)}
        for table in inspect(instance.engine).get_table_names()
    }
    place = {"wave_id", "unit_id", "audience"}
    assert columns["receipt"] & columns["response"] == set()
    assert columns["open_text"] & columns["response"] == place | {"id"}  # ids of their own
    told = {"ip", "address", "agent", "cookie", "token", "received_at", "created_at", "key", "at"}
    for table in ("response", "open_text", "receipt"):
        assert not {each for each in columns[table] if each.split("_")[-1] in told}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_two_people_of_one_minute_and_block_have_the_same_page_to_the_byte(
    app: Flask, instance: Instance, language: str
) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    pages: dict[str, set[str]] = {}
    for _each in range(150):
        html = app.test_client().get(f"/{language}/s/2026-1/11413").text
        pages.setdefault(Fields(html).sent["stamp"], set()).add(html)
    assert max(len(variants) for variants in pages.values()) == 1
    assert len(pages) <= 2 * 32  # blocks, and at most one turn of the minute


def test_neither_address_nor_browser_is_written_anywhere(
    app: Flask, instance: Instance, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
    place = Place("2026-1", "11413", "residents")
    minute = int(now().timestamp() // 60)
    stamp = sign(Stamp(place, "residents/v1", "vi", 0, minute, "open"), instance.keys)
    client = app.test_client()
    for number in range(3):
        answer = client.post(
            "/vi/s/2026-1/11413",
            data={"stamp": stamp, "key": f"{number:032}", "1.3": "4", "forward": "1"},
            headers={
                "User-Agent": AGENT,
                "X-Forwarded-For": ADDRESS,
                "Referer": "https://zalo.me",
            },
            environ_base={"REMOTE_ADDR": ADDRESS},
        )
        assert "receipt-code" in answer.text
        assert ADDRESS not in answer.text
    kept = databases.stored(instance.settings.folder)
    kept += b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    for trace in (ADDRESS, AGENT, "zalo.me"):
        assert trace.encode() not in kept
        assert trace not in caplog.text
