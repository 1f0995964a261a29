from collections.abc import Iterable
from datetime import timedelta

import pytest
from scipy.stats import kendalltau
from sqlalchemy import DateTime, func, select, text
from sqlalchemy.orm import Session

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.base import Base, Moment
from survey_app.models.campaigns import Wave
from survey_app.models.responses import InboxEntry, OpenText, Receipt, Response
from survey_app.services import fielding, flushing, responding
from tests import databases
from tests.factories import make_wave
from tests.runs import collect, seeded, sheet, soon

KEPT = {
    "response": {
        "id", "wave_id", "unit_id", "audience", "channel", "questionnaire", "language", "block",
        "stratum", "cluster", "weighting_class", "duration_class", "helped", "flags", "answers",
    },
    "open_text": {"id", "wave_id", "unit_id", "audience", "text"},
    "receipt": {"code"},
}  # fmt: skip


def number_of(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def answers_of(
    session: Session, instance: Instance, wave: Wave, *, people: int, unit: int = 0
) -> None:
    for number in range(people):
        said = sheet(wave, {"1.3": "4"}, unit=unit)
        key = f"{unit:08x}{number:024x}"
        responding.submit(session, said, key, instance.keys, soon(wave))


def test_a_stratum_of_nineteen_stays_and_one_of_twenty_goes(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    answers_of(session, instance, wave, people=20, unit=0)
    answers_of(session, instance, wave, people=19, unit=1)
    assert flushing.flush_ready(session, seeded()) == 20
    assert {entry.unit_id for entry in session.scalars(select(Response))} == {
        wave.units[0].unit_id
    }
    assert number_of(session, InboxEntry) == 19
    assert flushing.flush_ready(session, seeded()) == 0


def test_two_audiences_of_a_unit_do_not_make_up_a_stratum(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    sheets = [sheet(wave, {"1.3": "4"}) for _ in range(10)]
    sheets += [sheet(wave, {"1.3": "4"}, audience="businesses") for _ in range(10)]
    collect(session, instance, wave, sheets)
    assert flushing.flush_ready(session, seeded()) == 0


def test_the_close_flushes_small_strata_mixed_with_the_rest(
    session: Session, instance: Instance
) -> None:
    wave = make_wave(session)
    answers_of(session, instance, wave, people=3, unit=0)
    answers_of(session, instance, wave, people=1, unit=1)
    moved = fielding.close_wave(session, wave, seeded(), wave.opens_at + timedelta(days=2))
    assert moved == 4
    assert number_of(session, InboxEntry) == 0
    assert number_of(session, Response) == number_of(session, Receipt) == 4


def test_the_flush_leaves_other_waves_alone(session: Session, instance: Instance) -> None:
    wave = make_wave(session)
    units = [place.unit for place in wave.units]
    other = make_wave(session, campaign=wave.campaign, units=units, key="2026-2", number=2)
    answers_of(session, instance, wave, people=2)
    responding.submit(session, sheet(other, {"1.3": "4"}), "f" * 32, instance.keys, soon(other))
    assert flushing.flush_wave(session, wave.id, seeded()) == 2
    assert [entry.wave_id for entry in session.scalars(select(InboxEntry))] == [other.id]


def test_what_was_said_arrives_unchanged(session: Session, instance: Instance) -> None:
    wave = make_wave(session)
    said = sheet(wave, {"1.3": "4", "1.5": "dont_know"}, text="Đèn đường hỏng")
    code = responding.submit(session, said, "a" * 32, instance.keys, soon(wave))
    flushing.flush_wave(session, wave.id, seeded())
    moved = session.scalars(select(Response)).one()
    assert moved.answers == said.answers
    assert (moved.channel, moved.language, moved.block) == ("open", "vi", 0)
    assert session.scalars(select(OpenText.text)).all() == ["Đèn đường hỏng"]
    assert session.scalars(select(Receipt.code)).all() == [code]


def test_a_flush_that_fails_midway_moves_nothing(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        answers_of(session, instance, wave, people=25)

    def fail(_entries: object) -> list[OpenText]:
        raise OSError("disk full")

    monkeypatch.setattr(flushing, "_texts", fail)
    with pytest.raises(OSError, match="disk full"), transaction(instance.engine) as session:
        flushing.flush_ready(session, seeded())
    with reading(instance.engine) as session:
        assert number_of(session, InboxEntry) == 25
        assert number_of(session, Response) == number_of(session, Receipt) == 0


def test_tables_of_answers_have_no_column_that_links_or_dates_a_row() -> None:
    for name, columns in KEPT.items():
        table = Base.metadata.tables[name]
        assert set(table.columns.keys()) == columns
        assert not any(isinstance(column.type, DateTime | Moment) for column in table.columns)
        assert table.dialect_options["sqlite"]["with_rowid"] is False
        linked = {key.column.table.name for key in table.foreign_keys}
        assert linked <= {"wave_unit"}
    # Nobody points at an answer, a text or a receipt either.
    for table in Base.metadata.tables.values():
        assert not {key.column.table.name for key in table.foreign_keys} & set(KEPT)


def test_after_the_flush_no_byte_on_the_disk_holds_key_moment_or_receipt_of_a_row(
    instance: Instance,
) -> None:
    keys = [f"{number:04x}feedfacecafebeef" for number in range(60)]
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        arrivals = [soon(wave).replace(microsecond=123_000 + each) for each in range(60)]
        codes = [
            responding.submit(session, sheet(wave, {"1.3": "4"}), key, instance.keys, at)
            for key, at in zip(keys, arrivals, strict=True)
        ]
    stored = databases.stored(instance.settings.folder)
    assert all(key.encode() in stored for key in keys)
    assert all(databases.as_stored(at) in stored for at in arrivals)
    with transaction(instance.engine) as session:
        assert flushing.flush_ready(session, seeded()) == 60
    flushing.leave_no_order(instance.engine)
    left = databases.stored(instance.settings.folder)
    assert not any(key.encode() in left for key in keys)
    assert not any(databases.as_stored(at) in left for at in arrivals)
    # A receipt stands in its own table (its index, its sorted sample): nowhere beside an answer.
    copies = {3, 4} if databases.ON_POSTGRESQL else {1}
    assert {left.count(code.encode()) for code in codes} <= copies


def test_the_order_on_the_disk_says_nothing_of_the_order_of_arrival(instance: Instance) -> None:
    people = 800
    arrival = range(people)
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        codes = []
        for number in arrival:
            said = sheet(wave, {"1.3": "4"}, cluster=f"came-{number:04}", text=f"said-{number:04}")
            key = f"{number:032x}"
            codes.append(responding.submit(session, said, key, instance.keys, soon(wave)))
    with transaction(instance.engine) as session:
        flushing.flush_ready(session, seeded())
    flushing.leave_no_order(instance.engine)
    data = databases.stored(instance.settings.folder)
    rows = [data.index(f"came-{number:04}".encode()) for number in arrival]
    texts = [data.index(f"said-{number:04}".encode()) for number in arrival]
    receipts = [data.index(code.encode()) for code in codes]
    for one, other in (
        (arrival, rows),
        (arrival, texts),
        (arrival, receipts),
        (rows, texts),
        (rows, receipts),
    ):
        assert abs(_tau(one, other)) < 0.1


@databases.only_postgresql
def test_nothing_tells_which_flush_an_answer_came_with(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
    said = sheet(wave, {"1.3": "4"}, text="x")
    for flush in range(3):
        with transaction(instance.engine) as session:
            for number in range(25):
                key = f"{flush}/{number}"
                responding.submit(session, said, key, instance.keys, soon(wave))
        with transaction(instance.engine) as session:
            assert flushing.flush_ready(session, seeded()) == 25
    flushing.leave_no_order(instance.engine)
    with reading(instance.engine) as session:
        for table, key in ((Response, "id"), (OpenText, "id"), (Receipt, "code")):
            rows = session.execute(
                text(f"SELECT xmin::text, ctid, {key} FROM {table.__tablename__} ORDER BY {key}")  # noqa: S608  our own names
            ).all()
            assert len(rows) == 75
            assert len({row.xmin for row in rows}) == 1
            places = [eval(row.ctid) for row in rows]  # noqa: S307  "(page,place)"
            assert places == sorted(places)


def _tau(one: Iterable[int], other: Iterable[int]) -> float:
    return float(kendalltau(list(one), list(other)).statistic)
