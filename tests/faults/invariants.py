"""What holds of the stored answers whenever one looks, whatever broke before."""

from collections.abc import Iterable

from sqlalchemy import Engine, func, select, text

from survey_app.db import reading
from survey_app.models.base import Base
from survey_app.models.responses import DailyCount, InboxEntry, OpenText, Receipt, Response


def torn(engine: Engine) -> list[str]:
    """Everything that does not fit together; nothing when all is well."""
    found = []
    with reading(engine) as session:

        def count(table: type[Base]) -> int:
            return session.scalar(select(func.count()).select_from(table)) or 0

        waiting, flushed = count(InboxEntry), count(Response)
        counted = session.scalar(select(func.sum(DailyCount.responses))) or 0
        written = session.scalar(select(func.count()).where(InboxEntry.open_text != "")) or 0
        both = session.scalars(
            select(InboxEntry.receipt_code).where(
                InboxEntry.receipt_code.in_(select(Receipt.code))
            )
        ).all()
        if waiting + flushed != counted:
            found.append(f"{waiting} + {flushed} answers, {counted} counted")
        if flushed != count(Receipt):
            found.append(f"{flushed} flushed answers, {count(Receipt)} receipts")
        if written + count(OpenText) > waiting + flushed:
            found.append("more texts than people")
        found += [f"{code} waits and is flushed" for code in both]
        if engine.dialect.name == "sqlite":
            said = session.execute(text("PRAGMA integrity_check")).scalars().all()
            found += [line for line in said if line != "ok"]
            found += [str(row) for row in session.execute(text("PRAGMA foreign_key_check"))]
    return found


def stored(engine: Engine) -> int:
    """Answers, waiting or flushed."""
    with reading(engine) as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (InboxEntry, Response)
        )


def missing(engine: Engine, codes: Iterable[str]) -> set[str]:
    """The receipt codes that no stored answer has."""
    with reading(engine) as session:
        known = set(session.scalars(select(InboxEntry.receipt_code)))
        known |= set(session.scalars(select(Receipt.code)))
    return set(codes) - known
