"""Words for the codes that the office shows."""

from collections.abc import Callable

from survey_app.models.staff import RoleGrant
from survey_app.models.units import Unit
from survey_app.services import units
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language

ROLE_NAMES: dict[str, Callable[[], str]] = {
    "assessor": lambda: _("Assessor"),
    "official": lambda: _("Official"),
    "expert": lambda: _("Expert"),
    "administrator": lambda: _("Administrator"),
}
ROLE_MEANINGS: dict[str, Callable[[], str]] = {
    "assessor": lambda: _("enters self-scores and seals them; sees no survey results before that"),
    "official": lambda: _("runs survey waves, reads the gaps, publishes"),
    "expert": lambda: _("reads the gaps and calibrates the comparison"),
    "administrator": lambda: _("manages people and roles, reads the audit trail"),
}


def role_name(role: str) -> str:
    return ROLE_NAMES[role]()


def place_name(unit: Unit | None) -> str:
    """Return where a role holds: the unit with its kind, or everywhere."""
    return units.name_in_sentence(unit, language()) if unit else _("the whole instance")


def grant_name(grant: RoleGrant) -> str:
    return f"{role_name(grant.role)}, {place_name(grant.unit)}"
