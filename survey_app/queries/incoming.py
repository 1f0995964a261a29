"""What every answer passes through: statements written once, which meet no object of the models.

It halves what an answer costs the server.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.models.base import Base
from survey_app.models.campaigns import Wave
from survey_app.models.responses import DailyCount, InboxEntry, Receipt

_WAVE, _INBOX, _RECEIPTS, _COUNTS = (
    Base.metadata.tables[model.__tablename__] for model in (Wave, InboxEntry, Receipt, DailyCount)
)
_HELD = (
    select(_WAVE.c.state, _WAVE.c.opens_at, _WAVE.c.closes_at, _WAVE.c.channels)
    .where(_WAVE.c.id == bindparam("wave_id"))
    .with_for_update(read=True)
)
_RECEIPT = select(_RECEIPTS.c.code).where(_RECEIPTS.c.code == bindparam("code"))
_CONTENT = select(_INBOX.c.content_sha256).where(_INBOX.c.submission_key == bindparam("key"))
# An INSERT that knows ON CONFLICT is a class of its own on each database.
_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
# Of any unique column: for two at the same moment PostgreSQL may find the receipt code first.
_TO_INBOX = {
    name: insert(_INBOX).on_conflict_do_nothing().returning(_INBOX.c.submission_key)
    for name, insert in _INSERTS.items()
}
_COUNT_UP = {
    name: insert(_COUNTS).on_conflict_do_update(
        index_elements=["wave_id", "unit_id", "audience", "channel", "day"],
        set_={"responses": _COUNTS.c.responses + 1},
    )
    for name, insert in _INSERTS.items()
}


@dataclass(frozen=True, slots=True)
class HeldWave:
    """What of a wave decides whether it takes an answer."""

    state: str
    opens_at: datetime
    closes_at: datetime
    channels: Sequence[str]


def hold_wave(session: Session, wave_id: int) -> HeldWave | None:
    """The wave, which nobody closes or flushes until the transaction ends; others may answer it."""
    found = session.connection().execute(_HELD, {"wave_id": wave_id}).first()
    return HeldWave(*found) if found is not None else None


def is_receipt(session: Session, code: str) -> bool:
    return session.connection().execute(_RECEIPT, {"code": code}).first() is not None


def content_in_inbox(session: Session, key: str) -> str | None:
    """The hash of what came with this key, if it waits in the inbox."""
    found = session.connection().execute(_CONTENT, {"key": key}).first()
    return None if found is None else str(found[0])


def put_in_inbox(session: Session, columns: dict[str, object]) -> bool:
    """False when the key is there already; the database decides, so no two requests can both win."""
    connection = session.connection()
    return connection.execute(_TO_INBOX[connection.dialect.name], columns).first() is not None


def count_up(session: Session, place: tuple[int, int, str, str], day: date) -> None:
    """One more answer for (wave, unit, audience, channel) on that day."""
    connection = session.connection()
    counted = dict(zip(("wave_id", "unit_id", "audience", "channel"), place, strict=True))
    connection.execute(_COUNT_UP[connection.dialect.name], {**counted, "day": day, "responses": 1})
