"""Trial answers, and nothing else: no query here reads or writes a table of answers."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey_app.models.trials import TrialAnswer


def by_key(session: Session, key: str) -> TrialAnswer | None:
    return session.get(TrialAnswer, key)


def of_wave(session: Session, wave_id: int) -> Sequence[TrialAnswer]:
    """Newest first."""
    wanted = select(TrialAnswer).where(TrialAnswer.wave_id == wave_id)
    newest = (TrialAnswer.received_at.desc(), TrialAnswer.submission_key)
    return session.scalars(wanted.order_by(*newest)).all()


def count(session: Session, wave_id: int) -> int:
    wanted = select(func.count()).select_from(TrialAnswer).where(TrialAnswer.wave_id == wave_id)
    return session.scalar(wanted) or 0


def remove(session: Session, wave_id: int) -> int:
    """Empty the trial of a wave; returns how many there were."""
    there = count(session, wave_id)
    session.execute(delete(TrialAnswer).where(TrialAnswer.wave_id == wave_id))
    return there
