"""The waves of one's units: all of them, one of them, and each step that moves one on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.queries import campaigns
from survey_app.services import audit
from survey_app.web.access import current_member, may, requires
from survey_app.web.current import instance
from survey_app.web.office.door import blueprint
from survey_app.web.office.waves import access
from survey_app.web.office.waves.pages import campaign_pages, wave_page
from survey_app.web.office.waves.steps import STEPS, WaveStep


@blueprint.get("/waves")
@requires("waves.read")
def waves() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        shown = campaign_pages(campaigns.campaigns(session), access.readable_waves(session))
    return render_template("office/waves/list.html", campaigns=shown, may_add=may("waves.manage"))


@blueprint.get("/waves/<wave>")
@requires("waves.read")
def wave(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        shown = wave_page(session, access.readable_wave(session, wave))
    return render_template("office/waves/wave.html", shown=shown)


@blueprint.route("/waves/<wave>/<step>", methods=["GET", "POST"])
@requires("waves.manage")
def wave_step(wave: str, step: str) -> ResponseReturnValue:
    """Say what the step means, and take it when that is confirmed."""
    taken = STEPS.get(step)
    if taken is None:
        raise Refusal("not_found")
    if request.method == "POST":
        _take(wave, taken)
        flash(taken.done())
        return redirect(url_for("office.wave", wave=wave), 303)
    with reading(instance().engine) as session:
        found = access.managed_wave(session, wave)
        if found.state != taken.state:
            raise Refusal("wave_in_other_state")
        shown = wave_page(session, found)
    return render_template(f"office/waves/{step}.html", shown=shown)


def _take(key: str, step: WaveStep) -> None:
    with transaction(instance().engine) as session:
        found = access.managed_wave(session, key)
        at = clock.now()
        details = step.take(session, found, at)
        audit.record(session, current_member(), step.action, found.key, at, **details)
