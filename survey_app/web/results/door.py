"""The blueprint of the public results: no sign-in, and published waves only."""

from flask import Blueprint

blueprint = Blueprint("results", __name__, url_prefix="/<lang>/results")
