"""All tables, so that `Base.metadata` is whole whichever of them was imported first."""

from survey_app.models import (
    actions,
    assessments,
    calibrations,
    campaigns,
    evidence,
    indirect,
    invitations,
    margins,
    responses,
    runs,
    screening,
    staff,
    trials,
    units,
)
from survey_app.models.base import Base

__all__ = [
    "Base",
    "actions",
    "assessments",
    "calibrations",
    "campaigns",
    "evidence",
    "indirect",
    "invitations",
    "margins",
    "responses",
    "runs",
    "screening",
    "staff",
    "trials",
    "units",
]
