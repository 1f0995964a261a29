"""The answer form at its address, and the desk where a receipt is checked."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.services import responding
from survey_app.web.access import public
from survey_app.web.current import instance
from survey_app.web.i18n import language
from survey_app.web.invitation_refusals import INVITATIONS
from survey_app.web.respond import door, invited, recordings, replies, stamps, trials
from survey_app.web.respond import posted as posts
from survey_app.web.respond.desk import Asked, Desk, desk
from survey_app.web.respond.posted import Filled, Posted
from survey_app.web.respond.stamps import Place, Stamp
from survey_app.web.respond.tallies import Tallies

blueprint = Blueprint("respond", __name__)
BOTH = ["GET", "POST"]
# Letters and digits that people take for each other; a code has no 0, 1 or 8.
MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
LONGEST_CODE = 32
WHY_NOT = {"wave_not_open": "over", "channel_not_offered": "invited"}
MAX_FORM_BYTES = 4 * 1024 * 1024


@blueprint.record
def _set_up_desk(state: BlueprintSetupState) -> None:
    state.app.extensions["answer desk"] = Desk()
    state.app.extensions["door tallies"] = Tallies()


@blueprint.route("/<lang>/s/<wave>/<unit>", methods=BOTH)
@public
def residents(wave: str, unit: str) -> ResponseReturnValue:
    return _form(Place(wave, unit, "residents"))


@blueprint.route("/<lang>/s/<wave>/<unit>/business", methods=BOTH)
@public
def businesses(wave: str, unit: str) -> ResponseReturnValue:
    return _form(Place(wave, unit, "businesses"))


@blueprint.route("/<lang>/i", methods=BOTH)
@public
def invitation() -> ResponseReturnValue:
    """The code is posted, or stands behind the # of the address: no server and no log sees it."""
    request.max_content_length = MAX_FORM_BYTES
    typed = request.form.get("code", "")[: posts.LONGEST_INVITATION]
    return invited.open_form(typed) if request.method == "POST" else invited.code_page()


@blueprint.route("/<lang>/trial/<token>", methods=BOTH)
@public
def trial(token: str) -> ResponseReturnValue:
    """The same form and the same checks; what is sent goes to the table of trials."""
    place = stamps.trial_place(token, instance().keys)
    if place is None:
        raise Refusal("not_found")
    return _form(place, token)


@blueprint.route("/<lang>/receipt", methods=BOTH)
@public
def receipt() -> ResponseReturnValue:
    """Is an answer counted? The code is posted: it never stands in an address."""
    typed = request.form.get("code", "")
    code = "".join(typed.upper().translate(MISREAD).replace("-", " ").split())[:LONGEST_CODE]
    counted = False
    if code:
        with reading(instance().engine) as session:
            counted = responding.receipt_known(session, code)
    return render_template(
        "respond/receipt.html",
        asked_for=request.method == "POST",
        code=replies.grouped(code),
        counted=counted,
    )


@blueprint.get("/<lang>/recordings/<questionnaire>/<version>/<file>")
@public
def recording(questionnaire: str, version: str, file: str) -> ResponseReturnValue:
    return recordings.recording(questionnaire, version, file)


def _form(place: Place, trial: str = "") -> ResponseReturnValue:
    # Of a text of a megabyte the other answers of the form are kept, so it is read.
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    asked = replace(desk().asked(place), trial=trial)
    if language() not in asked.languages:
        return replies.other_languages(asked)
    return _take(asked) if request.method == "POST" else _hand_out(asked)


def _hand_out(asked: Asked) -> ResponseReturnValue:
    phase = asked.phase(now())
    channel = stamps.channel_of(request.args.get("channel"), asked.place, instance().keys)
    if asked.trial:
        channel = stamps.TRIAL
    elif phase == "open" and channel not in asked.channels:
        phase = "invited"
    if phase != "open":
        return replies.not_open(asked, phase)
    stamp = replies.new_stamp(asked, channel)
    return replies.blank_sheet(asked.in_block(stamp.block), stamp)


def _take(asked: Asked) -> ResponseReturnValue:
    posted = posts.read(request.form, request.files)
    stamp = stamps.read(posted.stamp, instance().keys)
    if stamp is None or not _belongs(stamp, asked):
        return replies.wrong_stamp(asked, posted)
    asked = asked.in_block(stamp.block)
    filled = posts.fill(asked.questionnaire, stamp.block, posted.raw)
    if posted.pressed == "lang" and posted.at_check:
        return replies.check_page(asked, stamp, posted, filled)
    if posted.pressed != "forward":
        return replies.sheet(asked, stamp, posted, filled)
    if filled.checked.faults or posted.wrong_key:
        return replies.sheet(asked, stamp, posted, filled, status=400)
    if posted.key is not None:
        return _store(asked, stamp, posted, filled)
    phase = asked.phase(now())
    if phase != "open":
        return replies.not_open(asked, phase, filled)
    return replies.check_page(asked, stamp, posted, filled)


def _belongs(stamp: Stamp, asked: Asked) -> bool:
    # A trial's stamp opens no real form, and a real one's no trial.
    is_trial = stamp.channel == stamps.TRIAL
    made_for = (stamp.place, stamp.questionnaire, is_trial)
    return made_for == (asked.place, asked.questionnaire_name, bool(asked.trial))


def _store(asked: Asked, stamp: Stamp, posted: Posted, filled: Filled) -> ResponseReturnValue:
    at = now()
    sheet = responding.Sheet(
        wave_id=asked.wave_id,
        unit_id=asked.unit_id,
        audience=asked.place.audience,
        channel=stamp.channel,
        questionnaire=stamp.questionnaire,
        language=language(),
        block=stamp.block,
        answers=dict(filled.checked.answers),
        text=filled.checked.text,
        helped=posted.helped,
        duration_class=replies.duration_class(stamp, at),
        flags=() if asked.trial else door.noticed(asked, stamp, posted, filled, at),
    )
    if asked.trial:
        return trials.take(asked, stamp, posted, filled, sheet=sheet)
    try:
        with transaction(instance().engine, beside_others=True) as session:
            code = responding.submit(
                session,
                sheet,
                posted.key or "",
                instance().keys,
                at,
                invitation=posted.invitation,
            )
    except Refusal as refusal:
        if refusal.code in WHY_NOT:
            phase = asked.phase(at)
            return replies.not_open(
                asked, phase if phase == "early" else WHY_NOT[refusal.code], filled
            )
        if refusal.code == "key_used_otherwise":
            return replies.sheet(asked, stamp, posted, filled, status=409)
        if refusal.code in INVITATIONS:
            return invited.not_let_in(asked, refusal, stamp, posted, filled)
        raise
    return replies.receipt_page(asked, stamp.block, code)
