"""Fields for the wordings of a campaign or wave in the further languages: one for each, as data.

They may stay empty; then the wave is not offered in that language.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from wtforms import StringField
from wtforms.fields.core import Field
from wtforms.validators import Length

from survey_app.config import LANGUAGES
from survey_app.languages import declared
from survey_app.web.current import instance
from survey_app.web.forms import OurForm, stripped

LONGEST = 200
_Form = TypeVar("_Form", bound=OurForm)


@dataclass(frozen=True, slots=True)
class Worded:
    """A field with its language, whose own name is the label."""

    field: Field
    code: str
    name: str


def further(form: type[_Form], names: Sequence[str]) -> type[_Form]:
    """The form with a field `<name>_<language>` for each further language."""
    fields: dict[str, Any] = {
        f"{name}_{code}": StringField(filters=[stripped], validators=[Length(max=LONGEST)])
        for name in names
        for code in _codes()
    }
    return type(form.__name__, (form,), fields | {"in_further_languages": _worded})


def wordings_of(form: OurForm, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What was typed: {"title": {"km": "..."}}."""
    return {
        name: {code: typed for code in _codes() if (typed := form[f"{name}_{code}"].data or "")}
        for name in names
    }


def typed_before(wordings: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        f"{name}_{code}": text for name, texts in wordings.items() for code, text in texts.items()
    }


def _worded(form: OurForm, name: str) -> Iterator[Worded]:
    for code in _codes():
        yield Worded(form[f"{name}_{code}"], code, declared()[code].name)


def _codes() -> list[str]:
    return [code for code in instance().languages if code not in LANGUAGES]
