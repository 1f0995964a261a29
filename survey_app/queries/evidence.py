"""Files of evidence, and what they are evidence of."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models.actions import Action, Review, action_file, review_file
from survey_app.models.campaigns import Wave
from survey_app.models.evidence import EvidenceFile
from survey_app.models.units import Unit


def all_files(session: Session) -> Sequence[EvidenceFile]:
    return session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)).all()


def file_by_id(session: Session, file_id: uuid.UUID) -> EvidenceFile | None:
    return session.get(EvidenceFile, file_id)


def file_places(session: Session, file_id: uuid.UUID) -> Sequence[tuple[Wave, Unit]]:
    """Of which waves and units a file is evidence: whoever may read those may read it."""
    of_actions = (
        select(Wave, Unit)
        .join(Action, Action.wave_id == Wave.id)
        .join(Unit, Unit.id == Action.unit_id)
        .join(action_file, action_file.c.action_id == Action.id)
        .where(action_file.c.file_id == file_id)
    )
    of_reviews = (
        select(Wave, Unit)
        .join(Review, Review.wave_id == Wave.id)
        .join(Unit, Unit.id == Review.unit_id)
        .join(review_file, review_file.c.review_id == Review.id)
        .where(review_file.c.file_id == file_id)
    )
    return [
        (wave, unit) for rows in (of_actions, of_reviews) for wave, unit in session.execute(rows)
    ]
