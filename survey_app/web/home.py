"""The public front: find your ward, what is asked and what came of it, and four plain pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.db import reading
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.queries import campaigns
from survey_app.services.inviting import CHANNEL
from survey_app.services.units import find_units, label, name_alone
from survey_app.web.access import public
from survey_app.web.current import instance
from survey_app.web.i18n import Elsewhere, elsewhere, language
from survey_app.web.i18n import gettext as _

blueprint = Blueprint("home", __name__)

LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True)
class Door:
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Place:
    """A unit and what one can do about it."""

    name: str
    doors: Sequence[Door]


@dataclass(frozen=True, slots=True)
class Survey:
    """A wave as the landing page lists it."""

    campaign: str
    title: str
    closes_at: datetime
    is_demonstration: bool
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Landing:
    sought: str
    found: Sequence[Place]
    open: Sequence[Survey]
    by_invitation: bool  # whether an open one is also answered with codes
    published: Sequence[Survey]


@blueprint.get("/<lang>/")
@public
def landing() -> ResponseReturnValue:
    sought = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with reading(instance().engine) as session:
        shown = _landing(session, sought)
    return render_template("home/landing.html", shown=shown)


@blueprint.get("/<lang>/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("home/privacy.html")


@blueprint.get("/<lang>/method")
@public
def method() -> ResponseReturnValue:
    return render_template("home/method.html")


@blueprint.get("/<lang>/help")
@public
def help_() -> ResponseReturnValue:
    return render_template("home/help.html")


@blueprint.get("/<lang>/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("home/accessibility.html")


@blueprint.app_template_global("languages_elsewhere")
def languages_elsewhere() -> list[Elsewhere]:
    """The page's address in each other language; the start page where it has none."""
    return elsewhere(_address_in)


def _address_in(code: str) -> str:
    rule = request.url_rule
    if request.endpoint is None or rule is None or "lang" not in rule.arguments:
        return url_for("home.landing", lang=code)
    values = {**request.args.to_dict(), **(request.view_args or {}), "lang": code}
    return url_for(request.endpoint, **values)


def _landing(session: Session, sought: str) -> Landing:
    opened = [wave for wave in campaigns.open_waves(session, now()) if wave.says(language())]
    published = campaigns.published_waves(session)
    found = find_units(session, sought, level="commune") if sought else []
    return Landing(
        sought=sought,
        found=[
            Place(
                label(unit, language()),
                [
                    *(door for wave in opened for door in _ways_in(wave, unit.id)),
                    *(door for wave in published for door in _results(wave, unit.id)),
                ],
            )
            for unit in found
        ],
        open=[_survey(wave, _ways_in) for wave in opened],
        by_invitation=any(CHANNEL in wave.channels for wave in opened),
        published=[_survey(wave, _results) for wave in published],
    )


def _survey(wave: Wave, doors: Callable[[Wave, int], list[Door]]) -> Survey:
    in_order = sorted(wave.units, key=lambda place: place.unit.sort_key)
    return Survey(
        campaign=wave.campaign.title(language()),
        title=wave.title(language()),
        closes_at=wave.closes_at,
        is_demonstration=wave.campaign.is_demonstration,
        places=[
            Place(name_alone(place.unit, language()), doors(wave, place.unit_id))
            for place in in_order
        ],
    )


def _ways_in(wave: Wave, unit_id: int) -> list[Door]:
    library = instance().library
    asked = {
        each.audience
        for each in wave.questionnaires
        if (made := library.questionnaires.get((each.questionnaire, each.version)))
        and language() in made.title.languages
    }
    words = {
        "residents": (_("Answer as a resident"), "respond.residents"),
        "businesses": (_("Answer as a business"), "respond.businesses"),
    }
    return [
        Door(text, url_for(endpoint, wave=wave.key, unit=place.official_code))
        for place in _places(wave.units, unit_id)
        for audience, (text, endpoint) in words.items()
        if audience in asked and "open" in wave.channels
    ]


def _results(wave: Wave, unit_id: int) -> list[Door]:
    title = wave.title(language())
    return [
        Door(_("Results: %(wave)s", wave=title), results_address(wave.key, place.official_code))
        for place in _places(wave.units, unit_id)
    ]


def _places(units: Iterable[WaveUnit], unit_id: int) -> list[WaveUnit]:
    return [place for place in units if place.unit_id == unit_id]


def results_address(wave_key: str, official_code: str) -> str:
    return f"/{language()}/results/{wave_key}/{official_code}"
