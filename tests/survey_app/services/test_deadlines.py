from datetime import UTC, date, datetime

import pytest

from survey_app.models.actions import Action
from survey_app.services import deadlines

# 17:30 UTC on the first is half past midnight of the second in Viet Nam.
MIDNIGHT = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "state", "overdue", "soon"),
    [
        (date(2026, 12, 1), "planned", True, False),
        (date(2026, 12, 2), "planned", False, True),
        (date(2026, 12, 16), "under_way", False, True),
        (date(2026, 12, 17), "under_way", False, False),
        (date(2026, 11, 1), "done", False, False),
        (None, "received", False, False),
    ],
)
def test_days_are_counted_by_the_calendar_of_viet_nam(
    due: date | None, state: str, *, overdue: bool, soon: bool
) -> None:
    action = Action(due=due, state=state)
    assert deadlines.is_overdue(action, MIDNIGHT) is overdue
    assert deadlines.is_due_soon(action, MIDNIGHT) is soon
