"""What is late, said where the day begins."""

from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.queries import actions as queries
from survey_app.queries.actions import Wanted
from survey_app.services import deadlines
from survey_app.web.access import may, reach


def overdue_actions(session: Session) -> int:
    """How many actions within the member's reach are overdue today."""
    if not may("actions.read"):
        return 0
    area = reach("actions.read")
    unit_ids = None if area.everywhere else area.unit_ids
    today = deadlines.day_of(clock.now())
    return queries.count(session, Wanted(unit_ids=unit_ids, overdue_on=today))
