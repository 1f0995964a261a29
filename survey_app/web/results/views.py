"""Results for everybody. A wave that is not published does not exist here."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.services import definitions, results
from survey_app.services.results import Results
from survey_app.web.access import public
from survey_app.web.current import instance
from survey_app.web.results.door import blueprint
from survey_app.web.results.pages import unit_page, wave_page


@blueprint.get("/<wave>")
@public
def wave(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        page = wave_page(_published(session, wave))
    return render_template("results/wave.html", shown=page)


@blueprint.get("/<wave>/<unit>")
@public
def unit(wave: str, unit: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = _published(session, wave)
        place = results.place_in(found.wave, unit)
        framework = definitions.framework(instance().library, found.wave.campaign.framework)
        page = unit_page(session, found, place, framework)
    return render_template("results/unit.html", shown=page)


def _published(session: Session, key: str) -> Results:
    found = results.results_of(session, results.published_wave(session, key))
    if found is None:
        raise Refusal("not_found")
    return found
