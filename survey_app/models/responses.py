"""Answers: first in the inbox (known by their submission key), then shuffled and known by nothing.

What an answer row may hold is decided by `docs/decisions.md` ("anonymity"): no date, no key, no
receipt, no address. Tables of answers have no rowid on SQLite, so that nothing keeps their order.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base, Moment, random_key

CHANNELS = ("drawn", "open", "counter", "assisted", "paper", "phone")


class AnswerSheet:
    """The columns that an answer has in the inbox and keeps after the flush."""

    wave_id: Mapped[int]
    unit_id: Mapped[int]
    audience: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    questionnaire: Mapped[str] = mapped_column(String(61))  # "residents/v1"
    language: Mapped[str] = mapped_column(String(8))
    block: Mapped[int]
    stratum: Mapped[str] = mapped_column(String(40), default="")
    cluster: Mapped[str] = mapped_column(String(40), default="")
    weighting_class: Mapped[str] = mapped_column(String(40), default="")
    duration_class: Mapped[str] = mapped_column(String(10))
    helped: Mapped[bool]
    # What the door noticed: names of classes, sorted, with commas between them.
    flags: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    answers: Mapped[dict[str, str]]  # item id -> code as text, or the name of a special answer


class InboxEntry(AnswerSheet, Base):
    """An acknowledged answer that waits for the flush. The key makes every retry the same one."""

    __tablename__ = "inbox"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_unit.wave_id", "wave_unit.unit_id"]),
        CheckConstraint(
            "channel in ('drawn', 'open', 'counter', 'assisted', 'paper', 'phone')",
            name="channel",
        ),
        Index(None, "wave_id", "unit_id", "audience"),
        {"sqlite_with_rowid": False},
    )

    submission_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_code: Mapped[str] = mapped_column(String(32), unique=True)
    content_sha256: Mapped[str] = mapped_column(String(64))
    open_text: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)


# PostgreSQL's planner would keep samples of keys and moments after the flush (migration 0002).
for _column in InboxEntry.__table__.columns:
    event.listen(
        InboxEntry.__table__,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy has no types here
            f"ALTER TABLE inbox ALTER COLUMN {_column.name} SET STATISTICS 0"
        ).execute_if(dialect="postgresql"),
    )


class Response(AnswerSheet, Base):
    """One filled questionnaire, without anything that says when, from where or by whom."""

    __tablename__ = "response"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_unit.wave_id", "wave_unit.unit_id"]),
        Index(None, "wave_id", "unit_id", "audience"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=random_key)


class OpenText(Base):
    """What somebody wrote in their own words, apart from their other answers."""

    __tablename__ = "open_text"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_unit.wave_id", "wave_unit.unit_id"]),
        Index(None, "wave_id", "unit_id", "audience"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=random_key)
    wave_id: Mapped[int]
    unit_id: Mapped[int]
    audience: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)


class Receipt(Base):
    """All that remains of a submission key after the flush: a keyed hash, in a table of its own."""

    __tablename__ = "receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    code: Mapped[str] = mapped_column(String(32), primary_key=True)


class DailyCount(Base):
    """How many answers came on a day; boards show it in steps of 5."""

    __tablename__ = "daily_count"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(10), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    responses: Mapped[int]


ANSWER_COLUMNS: tuple[str, ...] = (
    "wave_id",
    "unit_id",
    "audience",
    "channel",
    "questionnaire",
    "language",
    "block",
    "stratum",
    "cluster",
    "weighting_class",
    "duration_class",
    "helped",
    "flags",
    "answers",
)


def kept_columns(entry: InboxEntry) -> dict[str, Any]:
    """What the flush carries from the inbox into the answers: these columns and no other."""
    return {name: getattr(entry, name) for name in ANSWER_COLUMNS}
