"""A campaign with invented people, entered like any other, and what to look at in it."""

from survey_app.demonstration.building import Account, Demonstration, build, exists
from survey_app.demonstration.guide import guide

__all__ = ["Account", "Demonstration", "build", "exists", "guide"]
