"""Self-scores of a unit: typed or sent as a file, saved as a draft, sealed for good.

Nothing on these pages tells what residents said: whoever scores must not know it before the seal.
"""

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.queries import campaigns
from survey_app.services import assessing, audit, definitions
from survey_app.services.assessing import Score, TypedScore
from survey_app.services.spreadsheets import read_table
from survey_app.web.access import current_member, demand, requires
from survey_app.web.current import instance
from survey_app.web.errors import STATUS
from survey_app.web.errors import sentence as refusal_sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.office.door import blueprint
from survey_app.web.office.self_assessment import pages, templates
from survey_app.web.office.self_assessment.pages import Place
from survey_app.web.office.self_assessment.words import COLOURS, MEANINGS, cell_sentence

TEMPLATES = {
    "csv": (templates.as_csv, "text/csv"),
    "xlsx": (
        templates.as_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


@blueprint.get("/self-assessment")
@requires("scores.seal")
def self_assessment() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        shown = pages.wave_lines(session, campaigns.waves(session))
    return render_template("office/self_assessment/list.html", waves=shown)


@blueprint.route("/self-assessment/<wave>/<unit>", methods=["GET", "POST"])
@requires("scores.seal")
def self_scores(wave: str, unit: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _show(wave, unit)
    with reading(instance().engine) as session:
        framework = _place(session, wave, unit).framework
    typed = pages.typed_in(request.form, framework)
    if pages.is_faulty(typed, framework):
        return _show(wave, unit, typed), 400
    _enter(wave, unit, pages.scores_in(typed))
    flash(_("The draft is saved."))
    return redirect(url_for("office.self_scores", wave=wave, unit=unit), 303)


@blueprint.post("/self-assessment/<wave>/<unit>/file")
@requires("scores.edit")
def self_scores_file(wave: str, unit: str) -> ResponseReturnValue:
    """Take the scores of a file: all of them, or none if a single cell is wrong."""
    with reading(instance().engine) as session:
        framework = _place(session, wave, unit).framework
    try:
        table = read_table(*_posted_file())
    except Refusal as refusal:
        return _show_faults(wave, unit, [refusal_sentence(refusal)], STATUS.get(refusal.code, 400))
    parsed = assessing.parse_scores(table, framework)
    if parsed.faults:
        return _show_faults(wave, unit, [cell_sentence(fault) for fault in parsed.faults], 400)
    _enter(wave, unit, list(parsed.scores))
    flash(_("The scores of the file are saved as a draft."))
    return redirect(url_for("office.self_scores", wave=wave, unit=unit), 303)


@blueprint.get("/self-assessment/<wave>/<unit>/template.<kind>")
@requires("scores.seal")
def self_scores_template(wave: str, unit: str, kind: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        framework = _place(session, wave, unit).framework
    if kind not in TEMPLATES:
        raise Refusal("not_found")
    make, mimetype = TEMPLATES[kind]
    answer = Response(make(framework), mimetype=mimetype)
    name = f"self-scores-{wave}-{unit}.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@blueprint.route("/self-assessment/<wave>/<unit>/seal", methods=["GET", "POST"])
@requires("scores.seal")
def seal_scores(wave: str, unit: str) -> ResponseReturnValue:
    """Say what sealing means, and seal when that is confirmed."""
    if request.method == "POST":
        _seal(wave, unit)
        flash(_("The self-scores are sealed."))
        return redirect(url_for("office.self_scores", wave=wave, unit=unit), 303)
    with reading(instance().engine) as session:
        place = _place(session, wave, unit)
        if place.found is None or not place.found.scores:
            raise Refusal("scores_missing")
        if place.found.state == "sealed":
            raise Refusal("scores_sealed")
        shown = pages.scores_page(place)
    return render_template("office/self_assessment/seal.html", shown=shown)


def _place(session: Session, key: str, code: str) -> Place:
    """The scores of this unit, for those who enter or seal them there."""
    wave = campaigns.wave_by_key(session, key)
    there = campaigns.wave_unit(session, key, code)
    if wave is None or there is None or wave.state == "draft":
        raise Refusal("not_found")
    demand("scores.seal", there.unit)
    framework = definitions.framework(instance().library, wave.campaign.framework)
    return Place(wave, there.unit, assessing.set_of(session, wave, there.unit), framework)


def _enter(key: str, code: str, scores: list[Score]) -> None:
    with transaction(instance().engine) as session:
        place = _place(session, key, code)
        demand("scores.edit", place.unit)
        assessing.enter_scores(session, place.wave, place.unit, scores)
        _record(session, "scores_entered", place, scores=len(scores))


def _seal(key: str, code: str) -> None:
    with transaction(instance().engine) as session:
        place = _place(session, key, code)
        if place.found is None:
            raise Refusal("scores_missing")
        assessing.seal(session, place.found, current_member().id, clock.now())
        _record(session, "scores_sealed", place, sha256=place.found.sha256)


def _record(session: Session, action: str, place: Place, **details: object) -> None:
    subject = f"{place.wave.key} {place.unit.official_code}"
    audit.record(session, current_member(), action, subject, clock.now(), **details)


def _posted_file() -> tuple[bytes, str]:
    file = request.files.get("file")
    content = file.read() if file else b""
    if file is None or not content:
        raise Refusal("file_missing")
    return content, file.filename or ""


def _show(wave: str, unit: str, typed: Mapping[str, TypedScore] | None = None) -> str:
    with reading(instance().engine) as session:
        shown = pages.scores_page(_place(session, wave, unit), typed)
    return render_template(
        "office/self_assessment/scores.html",
        shown=shown,
        colours={colour: name() for colour, name in COLOURS.items()},
        meanings={colour: meaning() for colour, meaning in MEANINGS.items()},
    )


def _show_faults(wave: str, unit: str, faults: list[str], status: int) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        shown = pages.scores_page(_place(session, wave, unit))
    page = render_template("office/self_assessment/faults.html", shown=shown, faults=faults)
    return page, status
