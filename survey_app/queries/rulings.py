"""What officials ruled about flagged answers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models.screening import ScreeningRuling


def of_wave(session: Session, wave_id: int) -> Sequence[ScreeningRuling]:
    """Oldest first."""
    return session.scalars(
        select(ScreeningRuling)
        .where(ScreeningRuling.wave_id == wave_id)
        .order_by(ScreeningRuling.id)
    ).all()
