"""From what an administrator typed to the one unit that is meant."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.units import Unit
from survey_app.services import units
from survey_app.web.i18n import language
from survey_app.web.office.people.forms import GrantForm


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that what was typed may mean, to choose from."""

    code: str
    name: str


def candidates(session: Session, typed: str) -> list[Candidate]:
    by_code = units.unit_by_code(session, typed)
    found = [by_code] if by_code else units.find_units(session, typed)
    return [Candidate(unit.official_code, units.label(unit, language())) for unit in found]


def place_of(session: Session, form: GrantForm) -> Unit | None:
    """Return the unit, None for the whole instance; refuse what names no unit, or several."""
    if form.everywhere.data:
        return None
    found = candidates(session, form.meant.data or form.unit.data or "")
    if len(found) != 1:
        raise Refusal("unit_unclear" if found else "unit_unknown")
    row = units.unit_by_code(session, found[0].code)
    if row is None:
        raise Refusal("unit_unknown")
    return session.get(Unit, row.id)
