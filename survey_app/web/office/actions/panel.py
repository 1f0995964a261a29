"""What the page of a gap says of its answer and actions, and where to go on."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.queries import actions as queries
from survey_app.services import reviewing
from survey_app.services.reviewing import Finding
from survey_app.web import following_words as say
from survey_app.web.access import covers
from survey_app.web.office.actions.lines import ActionLine, action_line
from survey_app.web.office.actions.places import may_see


@dataclass(frozen=True, slots=True)
class Panel:
    """Without an answer the words are empty."""

    address: str
    may_answer: bool
    answer: str
    by: str
    at: datetime | None
    is_with_council: bool
    decision: str
    actions: tuple[ActionLine, ...]


def panel(session: Session, wave: Wave, place: WaveUnit, indicator: str) -> Panel:
    review = reviewing.newest(session, Finding(wave, place, indicator))
    decision = review.decision if review else None
    found = queries.actions_of(session, wave.id, place.unit_id, indicator)
    seen = may_see(session, place.unit)
    return Panel(
        address=url_for(
            "office.finding", wave=wave.key, unit=place.official_code, indicator=indicator
        ),
        may_answer=covers("actions.edit", place.unit),
        answer=say.ANSWERS[review.answer]() if review else "",
        by=review.author.display_name if review else "",
        at=review.created_at if review else None,
        is_with_council=review is not None and review.answer == "contest" and decision is None,
        decision=say.DECISIONS[decision.decision]() if decision else "",
        actions=tuple(action_line(session, each, clock.now(), seen) for each in found),
    )
