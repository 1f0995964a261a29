"""From an address to the finding or action that it names, for whoever may see it there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework
from survey_app.models.actions import Action
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.units import Unit
from survey_app.queries import actions as queries
from survey_app.queries import campaigns, runs
from survey_app.services import definitions, disclosure, people
from survey_app.services.disclosure import ReleasedRow
from survey_app.services.evidence import Upload
from survey_app.services.reviewing import Finding
from survey_app.web.access import current_member, demand
from survey_app.web.current import instance

# What leads to a page of its own; anything else is said beside what was typed.
ELSEWHERE = {"not_found", "not_permitted", "perception_hidden", "not_analysed"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A finding with its framework and what is released of it."""

    finding: Finding
    framework: Framework
    row: ReleasedRow

    @property
    def unit(self) -> Unit:
        return self.finding.place.unit

    @property
    def in_address(self) -> dict[str, Any]:
        return {
            "wave": self.finding.wave.key,
            "unit": self.finding.place.official_code,
            "indicator": self.finding.indicator,
        }


def spot(session: Session, wave_key: str, official_code: str, indicator: str) -> Spot:
    place = campaigns.wave_unit(session, wave_key, official_code)
    if place is None:
        raise Refusal("not_found")
    return _spot(session, session.get_one(Wave, place.wave_id), place, indicator)


def spot_of(session: Session, action: Action) -> Spot:
    place = session.get_one(WaveUnit, (action.wave_id, action.unit_id))
    return _spot(session, action.wave, place, action.indicator)


def action_at(session: Session, action_id: int, permission: str = "actions.read") -> Action:
    """An action within reach, of a wave whose results this member may see."""
    action = queries.action_by_id(session, action_id)
    if action is None:
        raise Refusal("not_found")
    demand_reading(session, action.wave, action.unit)
    demand(permission, action.unit)
    return action


def attempt(deed: Callable[[Session], None]) -> Refusal | None:
    """Do it in a transaction, wholly or not; a refusal comes back to be said on the same page."""
    try:
        with transaction(instance().engine) as session:
            deed(session)
    except Refusal as refusal:
        if refusal.code in ELSEWHERE:
            raise
        return refusal
    return None


def demand_reading(session: Session, wave: Wave, unit: Unit) -> None:
    demand("actions.read", unit)
    if not people.may_see_perception(session, current_member(), wave, unit):
        raise Refusal("perception_hidden")


def may_see(session: Session, unit: Unit) -> Callable[[Wave], bool]:
    """Whether this member may see what people said of the unit in a wave."""
    member = current_member()
    return lambda wave: people.may_see_perception(session, member, wave, unit)


def posted_file(name: str) -> Upload | None:
    file = request.files.get(name)
    if file is None or not file.filename:
        return None
    with file.stream:
        return Upload(file.filename, file.read())


def _spot(session: Session, wave: Wave, place: WaveUnit, indicator: str) -> Spot:
    if wave.state not in {"closed", "published"}:
        raise Refusal("not_found")
    demand_reading(session, wave, place.unit)
    run = runs.registered_run(session, wave.id)
    if run is None:
        raise Refusal("not_analysed", wave=wave.key)
    released = disclosure.released_indicator(session, run.id, place.unit_id, indicator)
    row = next(iter(released.headlines), None)
    if row is None:
        raise Refusal("not_found")
    framework = definitions.framework(instance().library, wave.campaign.framework)
    return Spot(Finding(wave, place, indicator), framework, row)
