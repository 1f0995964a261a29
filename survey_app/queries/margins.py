"""Population margins of a wave."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.models.campaigns import WaveUnit
from survey_app.models.margins import PopulationMargin


def in_wave(session: Session, wave_id: int) -> Sequence[PopulationMargin]:
    return session.scalars(
        select(PopulationMargin)
        .where(PopulationMargin.wave_id == wave_id)
        .order_by(PopulationMargin.unit_id, PopulationMargin.sex, PopulationMargin.age_band)
    ).all()


def units_of_wave(session: Session, wave_id: int) -> Sequence[WaveUnit]:
    return session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id)).all()


def remove(session: Session, wave_id: int, unit_ids: Collection[int]) -> None:
    session.execute(
        delete(PopulationMargin).where(
            PopulationMargin.wave_id == wave_id, PopulationMargin.unit_id.in_(unit_ids)
        )
    )
