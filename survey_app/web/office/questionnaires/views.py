"""All questionnaires and their versions, and each of them to read and to print."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.instrument.definition import Questionnaire
from survey_app.models.campaigns import Wave
from survey_app.services import definitions
from survey_app.services.units import name_alone
from survey_app.web.access import requires
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, speaking
from survey_app.web.office.door import blueprint
from survey_app.web.office.questionnaires import pages
from survey_app.web.office.questionnaires.pages import Values
from survey_app.web.office.waves.access import readable_waves


@blueprint.get("/questionnaires")
@requires("questionnaires.read")
def questionnaires() -> ResponseReturnValue:
    library = instance().library
    with reading(instance().engine) as session:
        waves = readable_waves(session)
        shown = [pages.line(each, waves) for _name, each in sorted(library.questionnaires.items())]
    return render_template("office/questionnaires/list.html", shown=shown)


@blueprint.get("/questionnaires/<name>/<version>")
@requires("questionnaires.read")
def questionnaire(name: str, version: str) -> ResponseReturnValue:
    """Side by side; `?only=vi` is one language, for paper."""
    asked = instance().library.questionnaires.get((name, version))
    if asked is None:
        raise Refusal("not_found")
    with reading(instance().engine) as session:
        waves = readable_waves(session)
        about = pages.line(asked, waves)
        values, places = _sample(session, asked, waves)
    only = request.args.get("only", "")
    shown = pages.preview(
        asked,
        about,
        values,
        only=only if only in dict(about.languages) else "",
        places=places,
    )
    return render_template("office/questionnaires/preview.html", shown=shown)


def _sample(session: Session, asked: Questionnaire, waves: list[Wave]) -> tuple[Values, str]:
    """What the placeholders say: as in the newest wave that fields it, or else dots to fill in."""
    fielding = [
        wave
        for wave in waves
        if (asked.id, asked.version)
        in {(each.questionnaire, each.version) for each in wave.questionnaires}
    ]
    codes = instance().languages
    if not fielding:
        return {code: _dots(code) for code in codes}, ""
    wave = max(fielding, key=lambda each: each.opens_at)
    place = min(wave.units, key=lambda each: each.unit.sort_key)
    values = {code: definitions.values_of(place.unit, wave.campaign, code) for code in codes}
    return values, name_alone(place.unit, language())


def _dots(code: str) -> dict[str, str]:
    with speaking(code):
        return {
            "unit_kind": _("ward or commune"),
            "unit": "…………",
            "organiser": "…………",
            "urgent_contact": "…………",
        }
