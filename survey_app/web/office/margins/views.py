"""Population figures of a wave: how many adults of each sex and age band, from a CSV."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.services import audit, fielding, margins
from survey_app.services.margins import MarginFault
from survey_app.web.access import current_member, demand, requires
from survey_app.web.current import instance
from survey_app.web.errors import STATUS
from survey_app.web.errors import sentence as refusal_sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.office.door import blueprint
from survey_app.web.office.margins.pages import margins_page, template
from survey_app.web.office.margins.words import sentence
from survey_app.web.office.waves.access import readable_wave


@blueprint.route("/waves/<wave>/margins", methods=["GET", "POST"])
@requires("margins.edit")
def wave_margins(wave: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _show(wave, [])
    try:
        faults = _store(wave, _posted_text())
    except Refusal as refusal:
        return _show(wave, [refusal_sentence(refusal)]), STATUS.get(refusal.code, 400)
    if faults:
        return _show(wave, [sentence(fault) for fault in faults]), 400
    flash(_("The population figures are stored."))
    return redirect(url_for("office.wave_margins", wave=wave), 303)


@blueprint.get("/waves/<wave>/margins/template.csv")
@requires("margins.edit")
def wave_margins_template(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = readable_wave(session, wave)
        demand("margins.edit", found.campaign.owner_unit)
    answer = Response(template(found), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"margins-{found.key}.csv")
    return answer


def _store(key: str, text: str) -> tuple[MarginFault, ...]:
    with transaction(instance().engine) as session:
        wave = readable_wave(session, key)
        demand("margins.edit", wave.campaign.owner_unit)
        fielding.demand_unanalysed(session, wave)
        parsed = margins.parse_margins(text, margins.unit_codes(session, wave.id))
        if not parsed.faults:
            margins.store_margins(session, wave.id, parsed.rows)
            units = len({row.unit for row in parsed.rows})
            audit.record(
                session, current_member(), "margins_stored", wave.key, clock.now(), units=units
            )
        return parsed.faults


def _posted_text() -> str:
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content:
        raise Refusal("file_missing")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("file_unreadable", file=file.filename if file else "") from error


def _show(key: str, faults: list[str]) -> str:
    with reading(instance().engine) as session:
        wave = readable_wave(session, key)
        demand("margins.edit", wave.campaign.owner_unit)
        shown = margins_page(session, wave)
    return render_template("office/margins/margins.html", shown=shown, faults=faults)
