"""Calibrations of a campaign."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.models.calibrations import Calibration


def newest(session: Session, campaign_id: int) -> Calibration | None:
    return session.scalar(
        select(Calibration)
        .where(Calibration.campaign_id == campaign_id)
        .order_by(Calibration.version.desc())
        .limit(1)
    )


def versions(session: Session, campaign_id: int) -> Sequence[Calibration]:
    """Newest first."""
    return session.scalars(
        select(Calibration)
        .where(Calibration.campaign_id == campaign_id)
        .order_by(Calibration.version.desc())
    ).all()


def by_version(session: Session, campaign_id: int, version: int) -> Calibration | None:
    return session.scalar(
        select(Calibration).where(
            Calibration.campaign_id == campaign_id, Calibration.version == version
        )
    )


def last_version(session: Session, campaign_id: int) -> int:
    return (
        session.scalar(
            select(func.max(Calibration.version)).where(Calibration.campaign_id == campaign_id)
        )
        or 0
    )
