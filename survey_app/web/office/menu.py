"""The rooms of the office that somebody may enter, in the order of the work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from survey_app.web.access import may
from survey_app.web.i18n import Elsewhere, elsewhere
from survey_app.web.i18n import gettext as _
from survey_app.web.office.door import blueprint

WITHIN = {"screening": "waves"}  # folders whose pages are reached from another room


@dataclass(frozen=True, slots=True)
class Room:
    endpoint: str
    permission: str
    name: Callable[[], str]
    purpose: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Door:
    """A room as it stands in the menu and on the first page."""

    address: str
    name: str
    purpose: str
    is_here: bool


ROOMS = (
    Room(
        "office.waves",
        "waves.read",
        lambda: _("Survey waves"),
        lambda: _("Prepare, open, watch and close the waves of your units."),
    ),
    Room(
        "office.questionnaires",
        "questionnaires.read",
        lambda: _("Questionnaires"),
        lambda: _("Read what is asked, in every language, and print it."),
    ),
    Room(
        "office.self_assessment",
        "scores.seal",
        lambda: _("Self-assessment"),
        lambda: _("Enter the self-scores and seal them."),
    ),
    Room(
        "office.gaps",
        "gaps.read",
        lambda: _("Perception gaps"),
        lambda: _("See where the self-scores and what people say differ."),
    ),
    Room(
        "office.actions",
        "actions.read",
        lambda: _("Answers and actions"),
        lambda: _("Answer the gaps, and follow what is done until the next wave tells."),
    ),
    Room(
        "office.calibration",
        "calibration.read",
        lambda: _("Calibration"),
        lambda: _("Read, try out and save the rules of the comparison."),
    ),
    Room(
        "office.people",
        "people.manage",
        lambda: _("People and roles"),
        lambda: _("Add people, give them roles, reset a lost password."),
    ),
    Room(
        "office.audit",
        "audit.read",
        lambda: _("Audit trail"),
        lambda: _("See who did what, and when."),
    ),
)


@blueprint.app_template_global("doors")
def doors() -> list[Door]:
    """Return the rooms that are open to the current member."""
    here = _room_of(request.endpoint or "")
    return [
        Door(url_for(room.endpoint), room.name(), room.purpose(), room.endpoint == here)
        for room in ROOMS
        if room.endpoint in current_app.view_functions and may(room.permission)
    ]


@blueprint.app_template_global("office_languages")
def office_languages() -> list[Elsewhere]:
    """Return this page in each other language; what was just posted leads to its room's door."""
    return elsewhere(_address_in)


def _address_in(code: str) -> str:
    rule, endpoint = request.url_rule, request.endpoint
    if rule is None or endpoint is None or "GET" not in (rule.methods or ()):
        room = _room_of(endpoint or "")
        return url_for(room if room in current_app.view_functions else "office.home", lang=code)
    asked: dict[str, Any] = {
        name: value for name, value in request.args.items() if not name.startswith("_")
    }
    return url_for(endpoint, **{**asked, **(request.view_args or {}), "lang": code})


def _room_of(endpoint: str) -> str:
    """Return the room whose folder the view stands in: pages of a room keep its door marked."""
    view = current_app.view_functions.get(endpoint)
    folder = view.__module__.split(".")[-2] if view else ""
    return f"office.{WITHIN.get(folder, folder)}"
