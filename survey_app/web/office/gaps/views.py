"""The gap pages: choose a wave and unit, see all units, one unit, one indicator."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.services import definitions, results
from survey_app.services.results import Results
from survey_app.web.access import current_member, demand, reach, requires
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.door import blueprint
from survey_app.web.office.gaps import downloads, filters
from survey_app.web.office.gaps.indicator_page import indicator_page
from survey_app.web.office.gaps.overview_pages import overview_page, waves_page
from survey_app.web.office.gaps.pages import View, download, gap_page
from survey_app.web.results import sentences


@blueprint.get("/gaps")
@requires("gaps.read")
def gaps() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        page = waves_page(session, reach("gaps.read"))
    return render_template("office/gaps/waves.html", shown=page)


@blueprint.get("/gaps/<wave>")
@requires("gaps.read")
def gap_wave(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = _results(session, results.wave_with_results(session, wave))
        page = overview_page(session, found, current_member(), reach("gaps.read"))
    return render_template("office/gaps/overview.html", shown=page)


@blueprint.get("/gaps/<wave>/<unit>")
@requires("gaps.read")
def gap_unit(wave: str, unit: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        page = gap_page(_view(session, wave, unit))
    return render_template(
        "office/gaps/unit.html", shown=page, provisional=sentences.provisional()
    )


@blueprint.get("/gaps/<wave>/<unit>/gaps.csv")
@requires("gaps.read")
def gap_csv(wave: str, unit: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        table = download(_view(session, wave, unit))
    return downloads.csv_response(table, language())


@blueprint.get("/gaps/<wave>/<unit>/gaps.xlsx")
@requires("gaps.read")
def gap_xlsx(wave: str, unit: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        table = download(_view(session, wave, unit))
    return downloads.xlsx_response(table, (_("Perception gaps"), _("About these figures")))


@blueprint.get("/gaps/<wave>/<unit>/<indicator>")
@requires("gaps.read")
def gap_indicator(wave: str, unit: str, indicator: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        view = _view(session, wave, unit)
        page = indicator_page(session, view, indicator, current_member())
    return render_template(
        "office/gaps/indicator.html", shown=page, provisional=sentences.provisional()
    )


def _view(session: Session, wave_key: str, official_code: str) -> View:
    """The unit's results, if this member may see them, with the filters of the address."""
    wave = results.wave_with_results(session, wave_key)
    place = results.place_in(wave, official_code)
    demand("gaps.read", place.unit)
    results.demand_perception(session, current_member(), wave, place)
    asked = filters.read(request.args)
    framework = definitions.framework(instance().library, wave.campaign.framework)
    return View(_results(session, wave, asked.run_id), place, framework, asked)


def _results(session: Session, wave: Wave, run_id: int | None = None) -> Results:
    found = results.results_of(session, wave, run_id)
    if found is None:
        raise Refusal("not_analysed", wave=wave.key)
    return found
