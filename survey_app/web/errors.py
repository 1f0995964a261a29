"""Refusals and faults as pages in the person's language: the one place that words them."""

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.config import LANGUAGES
from survey_app.errors import Refusal
from survey_app.web import words
from survey_app.web.i18n import gettext as _
from survey_app.web.refusals import WORDINGS

STATUS = {code: wording.status for code, wording in WORDINGS.items()}


def sentence(refusal: Refusal) -> str:
    """A refusal in the person's language."""
    details = dict(refusal.details)
    if details.get("channel") in words.CHANNELS:
        details["channel"] = words.channel(str(details["channel"]))
    return WORDINGS[refusal.code].words() % details


def in_all_languages(refusal: Refusal) -> str:
    """For a terminal, where nobody has chosen a language."""
    sentences = []
    with Flask("survey_app").app_context():
        for language in LANGUAGES:
            g.language = language
            sentences.append(sentence(refusal))
    return "\n".join(sentences)


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, _show_refusal)
    app.register_error_handler(CSRFError, _show_csrf)
    app.register_error_handler(HTTPException, _show_http)


def _show_refusal(refusal: Refusal) -> ResponseReturnValue:
    return _page(sentence(refusal), STATUS[refusal.code])


def _show_csrf(_error: CSRFError) -> ResponseReturnValue:
    return _page(_("This page was open for too long. Go back, reload it and send it again."), 400)


def _show_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:  # noqa: PLR2004  a redirect is no fault
        return error
    messages = {
        403: _("Your account does not allow this."),
        404: _("This page or entry does not exist."),
        405: _("This address cannot be used in this way."),
        413: _("What was sent is too large."),
        415: _("What was sent is of a kind that is not accepted here."),
        429: _("Too many attempts. Wait a minute and try again."),
    }
    return _page(messages.get(error.code, _("Something went wrong on our side.")), error.code)


def _page(message: str, status: int) -> ResponseReturnValue:
    return render_template("error.html", message=message, status=status, path=request.path), status
