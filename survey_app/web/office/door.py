"""The blueprint that all rooms of the office hang their pages on."""

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/<lang>/office")
