"""What was published about a unit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models.campaigns import Campaign, Wave, WaveUnit


def newest(
    session: Session, unit_id: int, *, is_demonstration: bool
) -> tuple[Wave, WaveUnit] | None:
    """The unit's last published wave; invented and real answers never stand for each other."""
    found = session.execute(
        select(Wave, WaveUnit)
        .join(WaveUnit, WaveUnit.wave_id == Wave.id)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(
            WaveUnit.unit_id == unit_id,
            Wave.state == "published",
            Campaign.is_demonstration == is_demonstration,
        )
        .order_by(Wave.closes_at.desc(), Wave.id.desc())
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])
