"""What the running request belongs to."""

from typing import cast

from flask import current_app

from survey_app.instance import Instance


def instance() -> Instance:
    return cast("Instance", current_app.extensions["instance"])
