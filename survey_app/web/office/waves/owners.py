"""From what an official typed to the unit that runs a campaign."""

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.units import Unit
from survey_app.services import units
from survey_app.services.units import UnitRow
from survey_app.vietnamese import search_key
from survey_app.web.access import current_member, reach
from survey_app.web.office.waves.forms import CampaignForm


def candidates(session: Session, typed: str) -> list[UnitRow]:
    """The units of that code or name in which the member may run waves."""
    by_code = units.unit_by_code(session, typed.strip())
    found = [by_code] if by_code else units.find_units(session, typed)
    area = reach("waves.manage")
    within = [unit for unit in found if unit.id in area]
    key = search_key(typed)
    exact = [
        unit
        for unit in within
        if key
        in {search_key(unit.name_vi), search_key(unit.name_en), search_key(unit.short_name_vi)}
    ]
    return exact or within


def owner_of(session: Session, form: CampaignForm) -> Unit:
    """Refuse what names no unit within reach, or several."""
    found = candidates(session, form.meant.data or form.unit.data or "")
    if len(found) != 1:
        raise Refusal("unit_unclear" if found else "unit_unknown")
    return session.get_one(Unit, found[0].id)


def own_unit() -> Unit | None:
    """The unit of the member's only role of this kind: what most people mean."""
    found = [
        grant.unit
        for grant in current_member().grants
        if grant.role in {"official", "administrator"} and grant.unit is not None
    ]
    return found[0] if len(found) == 1 else None
