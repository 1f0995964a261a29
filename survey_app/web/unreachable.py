"""When the database cannot be reached: said in words, with all that was filled in on the page.

Nothing here asks the database for anything.
"""

from random import SystemRandom

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from survey_app.db import UNREACHABLE

SOONEST, LATEST = 5, 60  # seconds until a browser may ask again; not all at the same moment
ANSWERS = "respond."


def install(app: Flask) -> None:
    for fault in UNREACHABLE:
        app.register_error_handler(fault, _say_so)


def _say_so(error: SQLAlchemyError) -> Response:
    # Never the whole error: with the statement it would name its values, which are answers.
    reason = getattr(error, "orig", None) or type(error).__name__
    current_app.logger.error("the database cannot be used: %s", reason)
    reply = make_response(
        render_template("unreachable.html", kept=_filled_in(), address=request.path), 503
    )
    reply.headers["Retry-After"] = str(SystemRandom().randint(SOONEST, LATEST))
    return reply


def _filled_in() -> list[tuple[str, str]]:
    """What an answer form brought: it goes back to who filled it in, to be sent again."""
    if not (request.endpoint or "").startswith(ANSWERS):
        return []
    return [pair for pair in request.form.items(multi=True) if pair[0] != "lang"]
