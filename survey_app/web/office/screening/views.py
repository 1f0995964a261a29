"""Signs of made-up answers in a wave: the rule, what it found, what follows, and who decided so."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.services import screening
from survey_app.services.screening import Verdict
from survey_app.web.access import current_member, requires
from survey_app.web.current import instance
from survey_app.web.errors import sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.office.door import blueprint
from survey_app.web.office.screening.forms import RulingForm, ruling_form
from survey_app.web.office.screening.pages import screening_page
from survey_app.web.office.waves import access


@blueprint.get("/waves/<wave>/signs")
@requires("waves.read")
def wave_signs(wave: str) -> ResponseReturnValue:
    return _show(wave, ruling_form())


@blueprint.post("/waves/<wave>/signs")
@requires("waves.manage")
def rule_on_signs(wave: str) -> ResponseReturnValue:
    form = ruling_form()
    if not form.validate():
        return _show(wave, form), 400
    said = Verdict(form.flag.data, form.verdict.data, form.reason.data or "")
    try:
        with transaction(instance().engine) as session:
            found = access.managed_wave(session, wave)
            screening.decide(session, found, said, current_member(), clock.now())
    except Refusal as refusal:
        if refusal.code != "flag_never_alone":
            raise
        form.verdict.errors = [sentence(refusal)]
        return _show(wave, form), 400
    flash(_("Your decision is recorded. Analyse the wave again where it was analysed before."))
    return redirect(url_for("office.wave_signs", wave=wave), 303)


def _show(key: str, form: RulingForm) -> str:
    with reading(instance().engine) as session:
        shown = screening_page(session, access.readable_wave(session, key), current_member())
    return render_template("office/screening/wave.html", shown=shown, form=form)
