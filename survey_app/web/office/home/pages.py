"""The first page: what stands where in one's waves, and what comes next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.services.people import Reach
from survey_app.web.access import may, reach
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, ngettext
from survey_app.web.office.words import place_name

NAMED_UNITS = 3

STATES: dict[str, Callable[[], str]] = {
    "draft": lambda: _("Draft"),
    "registered": lambda: _("Registered"),
    "open": lambda: _("Open"),
    "closed": lambda: _("Closed"),
    "published": lambda: _("Published"),
}
# What whoever manages the wave does next, by its state.
STEPS: dict[str, Callable[[], str]] = {
    "draft": lambda: _("Check it and register the calibration."),
    "registered": lambda: _("Open it when its period begins."),
    "open": lambda: _("Watch how many answers come in; close it when its period ends."),
    "closed": lambda: _("Analyse it, read the gaps, then publish."),
    "published": lambda: _("Prepare the next wave."),
}


@dataclass(frozen=True, slots=True)
class WaveLine:
    key: str
    campaign: str
    title: str
    units: str
    state: str
    state_name: str
    opens_at: datetime
    closes_at: datetime
    next_steps: list[str]
    address: str | None
    is_demonstration: bool


def lines(waves: Iterable[Wave], sealed: dict[int, frozenset[int]]) -> list[WaveLine]:
    """Return the waves within reach, the newest first."""
    area = reach("waves.read")
    found = [wave for wave in waves if is_within(wave, area)]
    return [_line(wave, sealed.get(wave.id, frozenset()), area) for wave in reversed(found)]


def is_within(wave: Wave, area: Reach) -> bool:
    return wave.campaign.owner_unit_id in area or any(each.unit_id in area for each in wave.units)


def _line(wave: Wave, sealed: frozenset[int], area: Reach) -> WaveLine:
    campaign = wave.campaign
    return WaveLine(
        key=wave.key,
        campaign=campaign.title(language()),
        title=wave.title(language()),
        units=_units([each.unit for each in wave.units if each.unit_id in area]),
        state=wave.state,
        state_name=STATES[wave.state](),
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        next_steps=_next_steps(wave, sealed),
        address=_address(wave),
        is_demonstration=campaign.is_demonstration,
    )


def _next_steps(wave: Wave, sealed: frozenset[int]) -> list[str]:
    steps = []
    scores_here = reach("scores.edit")
    waiting = sum(
        each.unit_id in scores_here and each.unit_id not in sealed for each in wave.units
    )
    if waiting and wave.state != "draft":
        steps.append(
            ngettext(
                "Enter and seal the self-scores of %(num)s unit.",
                "Enter and seal the self-scores of %(num)s units.",
                waiting,
            )
        )
    if wave.campaign.owner_unit_id in reach("waves.manage"):
        steps.append(STEPS[wave.state]())
    elif wave.state in {"closed", "published"} and may("gaps.read"):
        steps.append(_("Read the gaps."))
    return steps


def _units(units: list[Unit]) -> str:
    named = ", ".join(place_name(unit) for unit in units[:NAMED_UNITS])
    more = len(units) - NAMED_UNITS
    if more <= 0:
        return named
    return ngettext("%(named)s and %(num)s more", "%(named)s and %(num)s more", more, named=named)


def _address(wave: Wave) -> str | None:
    there = "office.wave" in current_app.view_functions
    return url_for("office.wave", wave=wave.key) if there else None
