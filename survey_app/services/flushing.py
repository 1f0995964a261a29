"""From the inbox to the answers, in random order: after it, nothing tells who came when.

Only strata (wave, unit, audience, channel, stratum of the draw) of at least `AT_LEAST` answers are
flushed, among themselves: a few invited people among many others would not hide each other.
At the close of a wave the smaller ones follow, mixed with everything that is left of the wave.
"""

from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from survey_app.db import empty_log, transaction
from survey_app.models.responses import InboxEntry, OpenText, Receipt, Response, kept_columns
from survey_app.queries import campaigns, responses
from survey_app.queries.responses import Stratum

AT_LEAST = 20


def flush_ready(session: Session, rng: Random) -> int:
    """Flush every stratum that is large enough; returns the number of answers moved."""
    return sum(
        _flush_stratum(session, stratum, rng)
        for stratum in responses.strata_ready(session, AT_LEAST)
    )


def flush_wave(session: Session, wave_id: int, rng: Random) -> int:
    """Flush all that a closed wave still has in the inbox."""
    campaigns.hold_wave_alone(session, wave_id)
    return _move(session, list(responses.inbox_of_wave(session, wave_id)), rng)


def leave_no_order(engine: Engine) -> None:
    """After a flush or a close: no place keeps in which order answers came, or what was deleted.

    It has transactions of its own: nobody waits to answer while the tables of answers are
    rewritten, and for the inbox and the receipts not for long.
    """
    for tables in responses.REWRITTEN:
        with transaction(engine, beside_others=True) as session:
            responses.forget_order(session, tables)
    empty_log(engine)


def _flush_stratum(session: Session, stratum: Stratum, rng: Random) -> int:
    campaigns.hold_wave_alone(session, stratum[0])
    entries = list(responses.inbox_of_stratum(session, stratum))
    # Another flush may have been faster, and a few latecomers must not be moved by themselves.
    return _move(session, entries, rng) if len(entries) >= AT_LEAST else 0


def _move(session: Session, entries: list[InboxEntry], rng: Random) -> int:
    # Three orders, independent of each other and of the order of arrival.
    for table in (_answers, _receipts, _texts):
        rng.shuffle(entries)
        session.add_all(table(entries))
        session.flush()
    responses.remove_from_inbox(session, [entry.submission_key for entry in entries])
    for entry in entries:
        session.expunge(entry)
    return len(entries)


def _answers(entries: list[InboxEntry]) -> list[Response]:
    return [Response(**kept_columns(entry)) for entry in entries]


def _receipts(entries: list[InboxEntry]) -> list[Receipt]:
    return [Receipt(code=entry.receipt_code) for entry in entries]


def _texts(entries: list[InboxEntry]) -> list[OpenText]:
    return [
        OpenText(
            wave_id=entry.wave_id,
            unit_id=entry.unit_id,
            audience=entry.audience,
            text=entry.open_text,
        )
        for entry in entries
        if entry.open_text
    ]
