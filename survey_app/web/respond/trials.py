"""A form that was tried: the place where its way parts from that of an answer."""

from flask.typing import ResponseReturnValue

from survey_app.clock import now
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.services import rehearsing
from survey_app.services.responding import Sheet
from survey_app.web.current import instance
from survey_app.web.respond import replies
from survey_app.web.respond.desk import Asked
from survey_app.web.respond.posted import Filled, Posted
from survey_app.web.respond.stamps import Stamp


def take(
    asked: Asked, stamp: Stamp, posted: Posted, filled: Filled, *, sheet: Sheet
) -> ResponseReturnValue:
    try:
        with transaction(instance().engine) as session:
            rehearsing.keep(session, sheet, posted.key or "", now())
    except Refusal as refusal:
        if refusal.code == "wave_not_open":
            return replies.not_open(asked, "over", filled)
        if refusal.code == "key_used_otherwise":
            return replies.sheet(asked, stamp, posted, filled, status=409)
        raise
    return replies.trial_receipt(asked, stamp.block)
