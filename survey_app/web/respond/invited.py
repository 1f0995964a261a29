"""The door of those who were drawn: a code opens the form of its place, once.

The code goes from page to page in a hidden field. Nobody is slowed down for guessing: codes are
numbers of 128 bits.
"""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app.clock import now
from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.services import inviting
from survey_app.services.invitation_codes import canonical, grouped
from survey_app.web import i18n
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.invitation_refusals import INVITATIONS
from survey_app.web.respond import pages, replies
from survey_app.web.respond import posted as posts
from survey_app.web.respond.desk import Asked, desk
from survey_app.web.respond.posted import Filled, Posted
from survey_app.web.respond.stamps import Place, Stamp


def code_page(typed: str = "", fault: str = "", *, status: int = 200) -> ResponseReturnValue:
    html = render_template(
        "respond/invitation.html", typed=typed, fault=fault, elsewhere=i18n.elsewhere(_address)
    )
    return html, status


def open_form(typed: str) -> ResponseReturnValue:
    """The form that a code opens, or why it opens none."""
    if not typed.strip():
        return code_page(fault=_("Please enter the code."), status=400)
    try:
        with reading(instance().engine) as session:
            found = inviting.opened_by(session, typed, instance().keys)
    except Refusal as refusal:
        wording = INVITATIONS[refusal.code]
        return code_page(typed, wording.words() % refusal.details, status=wording.status)
    code = grouped(canonical(typed))
    asked = desk().asked(Place(found.wave_key, found.official_code, found.audience))
    if language() not in asked.languages:
        others = i18n.elsewhere(_address, asked.languages)
        return render_template("respond/other_languages.html", elsewhere=others), 404
    if found.spent:
        return _refused(asked, Refusal("invitation_spent"), {"code": code})
    phase = asked.phase(now())
    if phase != "open":
        return replies.not_open(asked, phase)
    return _form(asked, code)


def not_let_in(
    asked: Asked, refusal: Refusal, stamp: Stamp, posted: Posted, filled: Filled
) -> ResponseReturnValue:
    """Why the code lets no answer in; what was answered can be read, and one can go back to it."""
    carried = {
        **filled.given,
        "stamp": replies.signed(stamp),
        "earlier": posted.known_key or "",
        "invitation": posted.invitation,
    }
    if posted.helped:
        carried["helped"] = "1"
    return _refused(asked, refusal, carried, filled)


def _refused(
    asked: Asked, refusal: Refusal, carried: dict[str, str], filled: Filled | None = None
) -> ResponseReturnValue:
    wording = INVITATIONS[refusal.code]
    html = render_template(
        "respond/code_refused.html",
        title=asked.titles[language()],
        names=asked.names[language()],
        heading=wording.words() % refusal.details,
        spent=refusal.code == "invitation_spent",
        carried=carried,
        given=[each for each in pages.given(asked, filled) if each.answer] if filled else [],
        action=replies.address(asked) if filled else _address(language()),
        elsewhere=replies.elsewhere(asked)
        if filled
        else i18n.elsewhere(_address, asked.languages),
    )
    return html, wording.status


def _form(asked: Asked, code: str) -> ResponseReturnValue:
    stamp = replies.new_stamp(asked, inviting.CHANNEL)
    asked = asked.in_block(stamp.block)
    posted = posts.read(MultiDict({"invitation": code}))
    return replies.sheet(asked, stamp, posted, posts.fill(asked.questionnaire, stamp.block, {}))


def _address(code: str) -> str:
    return url_for("respond.invitation", lang=code)
