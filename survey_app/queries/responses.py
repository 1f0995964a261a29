"""Answers in the inbox and after the flush, and counts of both."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, select, text, union_all
from sqlalchemy.orm import Session

from survey_app.models.base import Base
from survey_app.models.campaigns import WaveUnit
from survey_app.models.invitations import Invitation
from survey_app.models.responses import (
    ANSWER_COLUMNS,
    DailyCount,
    InboxEntry,
    OpenText,
    Receipt,
    Response,
)

# wave, unit, audience, channel, stratum: all that an invitation or a caller may know of a person
Stratum = tuple[int, int, str, str, str]
# What is rewritten after a flush, one transaction each. A submission meets receipts first, then
# the inbox: in the same order no two can lock each other. Of the invitations no transaction may
# say which were used together with which answers.
REWRITTEN: tuple[tuple[type[Base], ...], ...] = (
    (Response,),
    (OpenText,),
    (Receipt, InboxEntry),
    (Invitation,),
)

_STRATUM = (
    InboxEntry.wave_id,
    InboxEntry.unit_id,
    InboxEntry.audience,
    InboxEntry.channel,
    InboxEntry.stratum,
)


def strata_ready(session: Session, at_least: int) -> Sequence[Stratum]:
    """Groups of the inbox that are large enough to be shuffled among themselves."""
    rows = session.execute(select(*_STRATUM).group_by(*_STRATUM).having(func.count() >= at_least))
    return [(row.wave_id, row.unit_id, row.audience, row.channel, row.stratum) for row in rows]


def inbox_of_stratum(session: Session, stratum: Stratum) -> Sequence[InboxEntry]:
    return session.scalars(
        select(InboxEntry).where(
            *(column == value for column, value in zip(_STRATUM, stratum, strict=True))
        )
    ).all()


def inbox_of_wave(session: Session, wave_id: int) -> Sequence[InboxEntry]:
    return session.scalars(select(InboxEntry).where(InboxEntry.wave_id == wave_id)).all()


def remove_from_inbox(session: Session, keys: Sequence[str]) -> None:
    """In slices: SQLite binds a limited number of values in one statement."""
    for start in range(0, len(keys), 500):
        session.execute(
            delete(InboxEntry).where(InboxEntry.submission_key.in_(keys[start : start + 500]))
        )


def forget_order(session: Session, tables: Sequence[type[Base]]) -> None:
    """Rewrite these tables by their keys, which are random, all rows in this transaction.

    PostgreSQL keeps with every row by which transaction it came (xmin) and where it lies (ctid),
    and what was deleted lies on the disk for a while: both would tell one batch from another.
    SQLite orders these tables by their keys anyway and overwrites what is deleted.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        session.execute(text(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"))
        if table is not InboxEntry and not _has_batches(session, name):
            continue
        key = Base.metadata.tables[name].primary_key.columns[0].name
        for statement in (
            f"CREATE TEMPORARY TABLE forgetting AS SELECT * FROM {name}",  # noqa: S608  our own names
            f"TRUNCATE {name}",
            f"INSERT INTO {name} SELECT * FROM forgetting ORDER BY {key}",  # noqa: S608  a table's name, ours
            "DROP TABLE forgetting",
        ):
            session.execute(text(statement))


def _has_batches(session: Session, name: str) -> bool:
    """Whether rows came by more than one transaction."""
    first = f"(SELECT xmin FROM {name} LIMIT 1)"  # noqa: S608  our own names
    found = session.execute(text(f"SELECT 1 FROM {name} WHERE xmin <> {first} LIMIT 1"))  # noqa: S608  a table's name, ours
    return found.first() is not None


def counts(session: Session, wave_id: int) -> Sequence[Row[tuple[str, str, str, str, int]]]:
    """Stored answers by unit (official code), audience, channel, language; inbox included."""
    both = union_all(
        *(
            select(
                table.unit_id,
                table.audience,
                table.channel,
                table.language,
            ).where(table.wave_id == wave_id)
            for table in (InboxEntry, Response)
        )
    ).subquery()
    return session.execute(
        select(
            WaveUnit.official_code,
            both.c.audience,
            both.c.channel,
            both.c.language,
            func.count().label("responses"),
        )
        .join(WaveUnit, (WaveUnit.unit_id == both.c.unit_id) & (WaveUnit.wave_id == wave_id))
        .group_by(WaveUnit.official_code, both.c.audience, both.c.channel, both.c.language)
        .order_by(WaveUnit.official_code, both.c.audience, both.c.channel, both.c.language)
    ).all()


def flag_counts(session: Session, wave_id: int) -> Sequence[Row[tuple[str, str, str, int]]]:
    """Stored answers by unit (official code), audience and flags; inbox included."""
    both = union_all(
        *(
            select(table.unit_id, table.audience, table.flags).where(table.wave_id == wave_id)
            for table in (InboxEntry, Response)
        )
    ).subquery()
    keys = (WaveUnit.official_code, both.c.audience, both.c.flags)
    return session.execute(
        select(*keys, func.count().label("responses"))
        .join(WaveUnit, (WaveUnit.unit_id == both.c.unit_id) & (WaveUnit.wave_id == wave_id))
        .group_by(*keys)
    ).all()


def in_inbox(session: Session, code: str) -> bool:
    return session.scalar(select(1).where(InboxEntry.receipt_code == code)) is not None


def daily_counts(session: Session, wave_id: int) -> Sequence[DailyCount]:
    return session.scalars(
        select(DailyCount).where(DailyCount.wave_id == wave_id).order_by(DailyCount.day)
    ).all()


def responses_of_wave(session: Session, wave_id: int) -> Iterator[Row[Any]]:
    """What each answer holds, in the order of their random ids, streamed."""
    yield from session.execute(
        select(*(getattr(Response, name) for name in ANSWER_COLUMNS))
        .where(Response.wave_id == wave_id)
        .order_by(Response.id)
        .execution_options(yield_per=5000)
    )


def open_texts(session: Session, wave_id: int, unit_id: int) -> Sequence[OpenText]:
    return session.scalars(
        select(OpenText)
        .where(OpenText.wave_id == wave_id, OpenText.unit_id == unit_id)
        .order_by(OpenText.id)
    ).all()
