"""Preparing: a campaign, and the plan of a wave as long as it is a draft."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.services import audit, fielding, starting
from survey_app.services.calibrating import Author
from survey_app.services.fielding import CampaignPlan
from survey_app.services.units import label, name_alone
from survey_app.web.access import current_member, requires
from survey_app.web.current import instance
from survey_app.web.errors import STATUS, sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.door import blueprint
from survey_app.web.office.waves import access, drafts, owners
from survey_app.web.office.waves.drafts import Draft
from survey_app.web.office.waves.forms import CampaignForm, WaveForm
from survey_app.web.office.waves.wordings import further, wordings_of

BOTH = ["GET", "POST"]
WORDED = ("title", "organiser")  # of a campaign, in every language


@blueprint.route("/campaigns/add", methods=BOTH)
@requires("waves.manage")
def add_campaign() -> ResponseReturnValue:
    form = _campaign_form()
    if not form.validate_on_submit():
        return _show_campaign(form), 400 if form.is_submitted() else 200
    try:
        key = _start(form)
    except Refusal as refusal:
        return _show_campaign(form, refusal), STATUS.get(refusal.code, 400)
    flash(_("The campaign is there. Plan its first wave now."))
    return redirect(url_for("office.add_wave", campaign=key), 303)


@blueprint.route("/campaigns/<campaign>/waves/add", methods=BOTH)
@requires("waves.manage")
def add_wave(campaign: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = access.managed_campaign(session, campaign)
        draft = drafts.new_draft(session, found, request.args.get("after"))
    return _plan(draft)


@blueprint.route("/waves/<wave>/change", methods=BOTH)
@requires("waves.manage")
def change_wave(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        draft = drafts.draft_of(session, access.managed_wave(session, wave))
    return _plan(draft)


def _plan(draft: Draft) -> ResponseReturnValue:
    form = drafts.form_for(draft)
    if not form.is_submitted() or drafts.is_search():
        return _show_wave(form, draft)
    if not form.validate():
        return _show_wave(form, draft), 400
    try:
        key = _save(form, draft)
    except Refusal as refusal:
        words = sentence(refusal)
        refused = None if drafts.beside_field(form, refusal, words) else words
        return _show_wave(form, draft, refused), STATUS.get(refusal.code, 400)
    flash(_("The plan of the wave is saved."))
    return redirect(url_for("office.wave", wave=key), 303)


def _save(form: WaveForm, draft: Draft) -> str:
    plan, library = drafts.plan_from(form, draft), instance().library
    with transaction(instance().engine) as session:
        if draft.wave_key:
            wave = access.managed_wave(session, draft.wave_key)
            fielding.change_wave(session, wave, plan, library)
            action = "wave_changed"
        else:
            campaign = access.managed_campaign(session, draft.campaign_key)
            wave = fielding.create_wave(session, campaign, plan, library)
            action = "wave_created"
        audit.record(session, current_member(), action, wave.key, clock.now())
        return wave.key


def _start(form: CampaignForm) -> str:
    member, at = current_member(), clock.now()
    with transaction(instance().engine) as session:
        title = form.title_vi.data or ""
        plan = CampaignPlan(
            key=form.key.data or fielding.free_campaign_key(session, title),
            title_vi=title,
            title_en=form.title_en.data or "",
            organiser_vi=form.organiser_vi.data or "",
            organiser_en=form.organiser_en.data or "",
            urgent_contact=form.urgent_contact.data or "",
            framework=form.framework.data or "",
            owner_unit_id=owners.owner_of(session, form).id,
            wordings=wordings_of(form, WORDED),
        )
        campaign = starting.start_campaign(
            session,
            plan,
            instance().library,
            author=Author(member.id, member.display_name),
            reason=_("The values that every campaign begins with."),
            at=at,
        )
        audit.record(session, member, "campaign_created", campaign.key, at)
        return campaign.key


def _campaign_form() -> CampaignForm:
    own = owners.own_unit()
    usual = (
        {
            "unit": name_alone(own, language()),
            "organiser_vi": f"Ủy ban nhân dân {own.name_vi[:1].lower()}{own.name_vi[1:]}",
            "organiser_en": f"People's Committee of {own.name_en}",
        }
        if own
        else {}
    )
    form = further(CampaignForm, WORDED)(data=usual)
    form.framework.choices = [
        (name, framework.title.in_(language()))
        for name, framework in sorted(instance().library.frameworks.items())
    ]
    return form


def _show_campaign(form: CampaignForm, refusal: Refusal | None = None) -> str:
    unclear = refusal is not None and refusal.code == "unit_unclear"
    with reading(instance().engine) as session:
        meant = owners.candidates(session, form.unit.data or "") if unclear else []
    return render_template(
        "office/waves/campaign.html",
        form=form,
        meant=[(unit.official_code, label(unit, language())) for unit in meant],
        refused=sentence(refusal) if refusal else None,
    )


def _show_wave(form: WaveForm, draft: Draft, refused: str | None = None) -> str:
    return render_template(
        "office/waves/plan.html",
        form=form,
        draft=draft,
        units=drafts.unit_choices(form, draft),
        refused=refused,
    )
