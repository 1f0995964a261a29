"""Calibrations of a campaign and the runs that name them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.models.calibrations import Calibration
from survey_app.models.runs import Run


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


def has_registered_run(session: Session, wave_id: int) -> bool:
    found = session.scalar(
        select(Run.id).where(Run.wave_id == wave_id, Run.label == "registered").limit(1)
    )
    return found is not None
