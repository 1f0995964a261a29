"""Self-score sets of a wave."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from survey_app.models.assessments import SelfScoreSet


def score_set(session: Session, wave_id: int, unit_id: int) -> SelfScoreSet | None:
    return session.scalar(
        select(SelfScoreSet)
        .where(SelfScoreSet.wave_id == wave_id, SelfScoreSet.unit_id == unit_id)
        .options(selectinload(SelfScoreSet.scores))
    )


def score_sets(session: Session, wave_id: int) -> Sequence[SelfScoreSet]:
    return session.scalars(
        select(SelfScoreSet)
        .where(SelfScoreSet.wave_id == wave_id)
        .options(selectinload(SelfScoreSet.scores))
        .order_by(SelfScoreSet.unit_id)
    ).all()


def sealed_sets(session: Session, wave_id: int) -> Sequence[SelfScoreSet]:
    return [found for found in score_sets(session, wave_id) if found.state == "sealed"]
