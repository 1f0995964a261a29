"""Where somebody goes after signing in: a page of ours by its name, never an address."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from werkzeug.routing import BuildError

from survey_app.web.access import PERMISSIONS, declaration_of


def destination(wanted: Mapping[str, str]) -> str:
    """Return the office page that `next` names, with its own arguments; anything else is home."""
    endpoint = wanted.get("next", "")
    if endpoint not in current_app.view_functions or not endpoint.startswith("office."):
        return url_for("office.home")
    rule = next(current_app.url_map.iter_rules(endpoint))
    if declaration_of(current_app, endpoint) not in PERMISSIONS or "GET" not in (
        rule.methods or ()
    ):
        return url_for("office.home")
    values: dict[str, Any] = {
        name: wanted[name] for name in rule.arguments - {"lang"} if name in wanted
    }
    try:
        return url_for(endpoint, **values)
    except (BuildError, ValueError):  # an argument is missing, or is no number
        return url_for("office.home")
