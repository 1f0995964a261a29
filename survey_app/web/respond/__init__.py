"""Answering: one form, one address, nothing kept until it is sent."""

from survey_app.web.respond.views import blueprint

__all__ = ["blueprint"]
