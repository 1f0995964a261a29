"""Campaigns, waves and their units."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from survey_app.models.campaigns import Campaign, Wave, WaveQuestionnaire, WaveUnit
from survey_app.models.units import Unit

WHOLE_WAVE = (
    selectinload(Wave.campaign),
    selectinload(Wave.questionnaires),
    selectinload(Wave.units).selectinload(WaveUnit.unit).selectinload(Unit.parent),
)


def wave_by_key(session: Session, key: str) -> Wave | None:
    return session.scalar(select(Wave).where(Wave.key == key).options(*WHOLE_WAVE))


def wave_alone(session: Session, key: str) -> Wave | None:
    """Without its units, of which there may be thousands."""
    return session.scalar(select(Wave).where(Wave.key == key).options(selectinload(Wave.campaign)))


def hold_wave_alone(session: Session, wave_id: int) -> Wave | None:
    """The wave, kept as it is until the transaction ends, once nobody else holds it.

    On PostgreSQL a lock on its row. SQLite has one writer at a time, which is enough.
    """
    return session.scalar(
        select(Wave)
        .where(Wave.id == wave_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def waves(session: Session) -> Sequence[Wave]:
    return session.scalars(
        select(Wave).options(*WHOLE_WAVE).order_by(Wave.campaign_id, Wave.number)
    ).all()


def open_waves(session: Session, at: datetime) -> Sequence[Wave]:
    """Waves that take new answers at that moment."""
    return session.scalars(
        select(Wave)
        .where(Wave.state == "open", Wave.opens_at <= at, Wave.closes_at > at)
        .options(*WHOLE_WAVE)
        .order_by(Wave.closes_at, Wave.id)
    ).all()


def published_waves(session: Session) -> Sequence[Wave]:
    """Newest first."""
    return session.scalars(
        select(Wave)
        .where(Wave.state == "published")
        .options(*WHOLE_WAVE)
        .order_by(Wave.closes_at.desc(), Wave.id.desc())
    ).all()


def waves_before(session: Session, wave: Wave) -> Sequence[Wave]:
    """The closed or published waves of the same campaign with a smaller number, oldest first."""
    return session.scalars(
        select(Wave)
        .where(
            Wave.campaign_id == wave.campaign_id,
            Wave.number < wave.number,
            Wave.state.in_(("closed", "published")),
        )
        .order_by(Wave.number)
    ).all()


def due_to_close(session: Session, at: datetime) -> Sequence[Wave]:
    return session.scalars(
        select(Wave).where(Wave.state == "open", Wave.closes_at <= at).options(*WHOLE_WAVE)
    ).all()


def due_to_open(session: Session, at: datetime) -> Sequence[Wave]:
    return session.scalars(
        select(Wave).where(Wave.state == "registered", Wave.opens_at <= at).options(*WHOLE_WAVE)
    ).all()


def wave_unit(session: Session, wave_key: str, official_code: str) -> WaveUnit | None:
    return session.scalar(
        select(WaveUnit)
        .join(Wave, Wave.id == WaveUnit.wave_id)
        .where(Wave.key == wave_key, WaveUnit.official_code == official_code)
        .options(selectinload(WaveUnit.unit).selectinload(Unit.parent))
    )


def questionnaire_of(session: Session, wave_id: int, audience: str) -> WaveQuestionnaire | None:
    return session.get(WaveQuestionnaire, (wave_id, audience))


def campaigns(session: Session) -> Sequence[Campaign]:
    return session.scalars(
        select(Campaign).options(selectinload(Campaign.owner_unit)).order_by(Campaign.id)
    ).all()


def has_demonstration(session: Session) -> bool:
    return session.scalar(select(1).where(Campaign.is_demonstration).limit(1)) is not None


def campaign_by_key(session: Session, key: str) -> Campaign | None:
    return session.scalar(
        select(Campaign)
        .where(Campaign.key == key)
        .options(selectinload(Campaign.owner_unit), selectinload(Campaign.waves))
    )


def last_number(session: Session, campaign_id: int) -> int:
    return (
        session.scalar(select(func.max(Wave.number)).where(Wave.campaign_id == campaign_id)) or 0
    )
