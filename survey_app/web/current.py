"""What the running request belongs to."""

from functools import cache
from typing import cast

from flask import current_app

from survey_app.db import UNREACHABLE, reading
from survey_app.instance import Instance
from survey_app.queries import campaigns


@cache
def _shows_demonstration(database_url: str) -> bool:
    with reading(instance().engine) as session:
        return campaigns.has_demonstration(session)


def shows_demonstration() -> bool:
    """Whether invented people live here; asked once, because they come before the first page."""
    try:
        return _shows_demonstration(instance().settings.database_url)
    except UNREACHABLE:
        return False  # for the page that says so; the next one asks again


def instance() -> Instance:
    return cast("Instance", current_app.extensions["instance"])
