"""The calibration room: read the versions, try other rules on a past wave, save a new version."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.web.access import reach, requires
from survey_app.web.current import instance
from survey_app.web.errors import sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.office.calibration import desk, pages
from survey_app.web.office.calibration.forms import CalibrationForm
from survey_app.web.office.calibration.pages import TrialPage
from survey_app.web.office.door import blueprint


@blueprint.get("/calibration")
@requires("calibration.read")
def calibration() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        links = pages.campaign_links(session, reach("calibration.read"))
    if len(links) == 1:
        return redirect(links[0].address)
    return render_template("office/calibration/campaigns.html", campaigns=links)


@blueprint.get("/calibration/<campaign>")
@requires("calibration.read")
def calibration_of(campaign: str) -> ResponseReturnValue:
    return _show(campaign, desk.form_of(campaign, "calibration.read"))


@blueprint.post("/calibration/<campaign>/try")
@requires("calibration.edit")
def try_calibration(campaign: str) -> ResponseReturnValue:
    form = desk.form_of(campaign, "calibration.edit")
    if not form.validate():
        return _show(campaign, form), 400
    try:
        return _show(campaign, form, trial=desk.try_out(campaign, form))
    except Refusal as refusal:
        return _show(campaign, form, refused=sentence(refusal)), 400


@blueprint.post("/calibration/<campaign>/save")
@requires("calibration.edit")
def save_calibration(campaign: str) -> ResponseReturnValue:
    form = desk.form_of(campaign, "calibration.edit")
    if not form.validate():
        return _show(campaign, form), 400
    try:
        version = desk.save(campaign, form)
    except Refusal as refusal:
        return _show(campaign, form, refused=sentence(refusal)), 400
    flash(_("Version %(version)s is saved.", version=version))
    return redirect(url_for("office.calibration_of", campaign=campaign), 303)


def _show(
    campaign: str, form: CalibrationForm, *, trial: TrialPage | None = None, refused: str = ""
) -> str:
    return render_template(
        "office/calibration/calibration.html",
        shown=desk.page_of(campaign),
        form=form,
        trial=trial,
        refused=refused,
        families=[(code, name()) for code, name in pages.FAMILY_NAMES.items()],
        dependences=[(code, name()) for code, name in pages.DEPENDENCE_NAMES.items()],
    )
