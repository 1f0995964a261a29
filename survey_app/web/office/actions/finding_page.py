"""What was said to one finding, by whom, and the actions that follow from it."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.queries import actions as queries
from survey_app.services import reviewing
from survey_app.web import words
from survey_app.web.access import covers, current_member
from survey_app.web.charts.kinds import Kind, finding_mark
from survey_app.web.charts.shapes import Mark
from survey_app.web.i18n import language
from survey_app.web.office.actions.lines import (
    ActionLine,
    ReviewLine,
    action_line,
    review_line,
)
from survey_app.web.office.actions.places import Spot, may_see
from survey_app.web.results import sentences
from survey_app.web.results.headings import Heading, heading


@dataclass(frozen=True, slots=True)
class FindingPage:
    heading: Heading
    code: str
    name: str
    mark: Mark
    finding: str
    numbers: str
    gap_address: str
    in_address: dict[str, Any]
    version: int
    history: tuple[ReviewLine, ...]  # the newest first
    actions: tuple[ActionLine, ...]
    may_answer: bool
    may_decide: bool
    may_act: bool

    @property
    def newest(self) -> ReviewLine | None:
        return self.history[0] if self.history else None


def finding_page(session: Session, spot: Spot) -> FindingPage:
    finding = spot.finding
    reviews = reviewing.history(session, finding)
    newest = reviews[-1] if reviews else None
    is_decided = newest is not None and newest.decision is not None
    mine = current_member().id in {each.author_id for each in reviews}
    waits = newest is not None and newest.answer == "contest" and not is_decided
    may_edit = covers("actions.edit", spot.unit)
    return FindingPage(
        heading=heading(finding.wave, finding.place),
        code=finding.indicator,
        name=spot.framework.indicator_by_code[finding.indicator].name.in_(language()),
        mark=finding_mark(Kind(spot.row.gap_class)),
        finding=words.class_in_full(spot.row.gap_class),
        numbers=sentences.in_numbers(spot.row),
        gap_address=url_for("office.gap_indicator", **spot.in_address),
        in_address=spot.in_address,
        version=newest.version if newest else 0,
        history=tuple(review_line(each) for each in reversed(reviews)),
        actions=actions_of(session, spot),
        may_answer=may_edit and not is_decided,
        may_decide=waits and not mine and covers("actions.decide", spot.unit),
        may_act=may_edit and reviewing.is_settled(newest),
    )


def actions_of(session: Session, spot: Spot) -> tuple[ActionLine, ...]:
    finding = spot.finding
    found = queries.actions_of(session, finding.wave.id, finding.place.unit_id, finding.indicator)
    seen = may_see(session, spot.unit)
    return tuple(action_line(session, each, clock.now(), seen) for each in found)
