"""What is done at the calibration desk: each deed finds its campaign and asks who may do it."""

from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework
from survey_app.models.campaigns import Campaign, Wave
from survey_app.queries import calibrations, campaigns
from survey_app.services import (
    analysing,
    audit,
    calibrating,
    definitions,
    people,
    results,
    trying,
)
from survey_app.services.analysing import Workplace
from survey_app.services.calibrating import Author, Parameters
from survey_app.web.access import current_member, demand
from survey_app.web.current import instance
from survey_app.web.office.calibration import pages
from survey_app.web.office.calibration.forms import CalibrationForm, form_for
from survey_app.web.office.calibration.pages import CalibrationPage, TrialPage


def form_of(key: str, permission: str) -> CalibrationForm:
    """The form as posted; otherwise with the newest version's parameters."""
    with reading(instance().engine) as session:
        campaign = _campaign(session, key, permission)
        return form_for(_framework(campaign), _newest(session, campaign))


def page_of(key: str) -> CalibrationPage:
    with reading(instance().engine) as session:
        campaign = _campaign(session, key, "calibration.read")
        return pages.calibration_page(session, campaign, _framework(campaign))


def try_out(key: str, form: CalibrationForm) -> TrialPage:
    """Compute, in a session that cannot write, what the rules would change."""
    with reading(instance().engine) as session:
        campaign = _campaign(session, key, "calibration.edit")
        wave = _wave(session, campaign, form)
        parameters = form.parameters(_newest(session, campaign).prior_units)
        calibrating.check(parameters, _framework(campaign))
        trial = trying.try_parameters(
            session, wave, parameters, _workplace(), unit_ids=_units_in_sight(session, wave)
        )
        return pages.trial_page(wave, trial, _framework(campaign))


def save(key: str, form: CalibrationForm) -> int:
    """Store the next version and, if wished, a second run under it; both or neither."""
    at, member = clock.now(), current_member()
    with transaction(instance().engine) as session:
        campaign = _campaign(session, key, "calibration.edit")
        calibration = calibrating.save_version(
            session,
            campaign,
            form.parameters(_newest(session, campaign).prior_units),
            framework=_framework(campaign),
            reason=form.reason.data or "",
            author=Author(member.id, member.display_name),
            at=at,
        )
        audit.record(session, member, "calibration_saved", key, at, version=calibration.version)
        if form.run_again.data:
            wave = _wave(session, campaign, form)
            analysing.run_with(session, wave, calibration, _workplace(), at)
            audit.record(
                session, member, "wave_analysed", wave.key, at, version=calibration.version
            )
        return calibration.version


def _campaign(session: Session, key: str, permission: str) -> Campaign:
    found = campaigns.campaign_by_key(session, key)
    if found is None:
        raise Refusal("not_found")
    demand(permission, found.owner_unit)
    return found


def _wave(session: Session, campaign: Campaign, form: CalibrationForm) -> Wave:
    wave = results.wave_with_results(session, form.wave.data or "")
    if wave.campaign_id != campaign.id:
        raise Refusal("not_found")
    return wave


def _units_in_sight(session: Session, wave: Wave) -> set[int]:
    member = current_member()
    return {
        place.unit_id
        for place in wave.units
        if people.may_see_perception(session, member, wave, place.unit)
    }


def _newest(session: Session, campaign: Campaign) -> Parameters:
    newest = calibrations.newest(session, campaign.id)
    return calibrating.parameters_of(newest) if newest else Parameters()


def _framework(campaign: Campaign) -> Framework:
    return definitions.framework(instance().library, campaign.framework)


def _workplace() -> Workplace:
    opened = instance()
    return Workplace(opened.library, opened.settings.datasets)
