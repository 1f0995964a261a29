"""When an action is due: days are counted by the calendar of Viet Nam, whatever the server's."""

from datetime import date, datetime, timedelta

from survey_app.clock import VIET_NAM
from survey_app.models.actions import Action

FINISHED = ("done", "verified")
SOON = timedelta(days=14)


def day_of(at: datetime) -> date:
    """The day in Viet Nam."""
    return at.astimezone(VIET_NAM).date()


def is_overdue(action: Action, at: datetime) -> bool:
    return action.due is not None and action.due < day_of(at) and action.state not in FINISHED


def is_due_soon(action: Action, at: datetime) -> bool:
    if action.due is None or action.state in FINISHED:
        return False
    return day_of(at) <= action.due <= day_of(at) + SOON
