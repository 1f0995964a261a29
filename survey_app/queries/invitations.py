"""Invitation codes by their keyed hashes, and counts of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.invitations import Invitation


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code opens, and whether it was used."""

    token_mac: str
    wave_id: int
    wave_key: str
    unit_id: int
    official_code: str
    audience: str
    stratum: str
    spent: bool


def waves_with_invitations(session: Session) -> Sequence[int]:
    return session.scalars(select(Invitation.wave_id).distinct()).all()


def opened_by(session: Session, macs: Sequence[str]) -> Opened | None:
    """What the one of these that is known opens."""
    row = session.execute(
        select(
            Invitation.token_mac,
            Invitation.wave_id,
            Wave.key,
            Invitation.unit_id,
            WaveUnit.official_code,
            Invitation.audience,
            Invitation.stratum,
            Invitation.spent,
        )
        .join(Wave, Wave.id == Invitation.wave_id)
        .join(
            WaveUnit,
            (WaveUnit.wave_id == Invitation.wave_id) & (WaveUnit.unit_id == Invitation.unit_id),
        )
        .where(Invitation.token_mac.in_(macs))
    ).first()
    return None if row is None else Opened(*row)


def spend(session: Session, mac: str) -> bool:
    """False when it is spent already; the database decides, so no two requests can both win."""
    spent = session.execute(
        update(Invitation)
        .where(Invitation.token_mac == mac, Invitation.spent.is_(False))
        .values(spent=True)
        .returning(Invitation.token_mac)
        .execution_options(synchronize_session=False)
    )
    return spent.first() is not None


def any_for(session: Session, wave_id: int, unit_id: int, audience: str) -> bool:
    found = select(Invitation.token_mac).where(
        Invitation.wave_id == wave_id,
        Invitation.unit_id == unit_id,
        Invitation.audience == audience,
    )
    return session.scalars(found.limit(1)).first() is not None


def add(session: Session, rows: Sequence[dict[str, object]]) -> None:
    """In this order, all by this transaction."""
    session.execute(insert(Invitation), list(rows))


def issued(session: Session, wave_id: int) -> Sequence[Row[str, str, int]]:
    """Codes by unit (official code) and audience, spent or not."""
    return session.execute(
        select(WaveUnit.official_code, Invitation.audience, func.count().label("issued"))
        .join(
            WaveUnit,
            (WaveUnit.wave_id == Invitation.wave_id) & (WaveUnit.unit_id == Invitation.unit_id),
        )
        .where(Invitation.wave_id == wave_id)
        .group_by(WaveUnit.official_code, Invitation.audience)
        .order_by(WaveUnit.official_code, Invitation.audience)
    ).all()
