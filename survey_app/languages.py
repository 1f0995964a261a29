"""The languages, read from `translations/<code>/`: a further one is a folder, not code.

Vietnamese and English are always there. A further one is offered when no word of it is missing,
so that no page has two languages.
"""

import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError, localedata, numbers, support
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from survey_app.config import LANGUAGES, TRANSLATIONS
from survey_app.instrument.definition import Framework
from survey_app.instrument.faults import DefinitionFault, Fault

SOURCE = "en"  # whose words are the msgids of the catalogues
KINDS = (
    "province",
    "city",
    "rural_district",
    "urban_district",
    "town",
    "ward",
    "commune",
    "township",
    "special_zone",
)
NAMED = 3  # messages that a fault names; the rest is counted


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UnitNames(Shape):
    """How units are named: `{kind}` as in a sentence, `{Kind}` as in a name, `{name}`."""

    name: str = "{kind} {name}"
    numbered: str = ""  # where the name begins with a digit
    spelling: Literal["vi", "en"] = "vi"
    kinds: Mapping[str, str]

    def say(self, kind: str, name: str) -> str:
        pattern = self.numbered if self.numbered and name[:1].isdigit() else self.name
        word = self.kinds[kind]
        return pattern.format(kind=word, Kind=word.title(), name=name)


class Language(Shape):
    """`formats`: whose numbers and dates it writes, where the world's list does not know it."""

    code: str
    name: str  # in the language itself
    direction: Literal["ltr", "rtl"] = "ltr"
    formats: str = Field(default="")
    date: str = "dd/MM/yyyy"
    moment: str = "HH:mm, dd/MM/yyyy"
    unit: UnitNames

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.formats or self.code)

    @cached_property
    def decimal(self) -> str:
        return numbers.get_decimal_symbol(self.locale)

    @cached_property
    def separator(self) -> str:
        """Of cells in a text file, as Excel has it: a comma that is in the numbers cannot be it."""
        return ";" if self.decimal == "," else ","


@cache
def declared() -> Mapping[str, Language]:
    """Every language that has a `language.toml`, the obligatory ones first."""
    found = {path.parent.name: path for path in sorted(TRANSLATIONS.glob("*/language.toml"))}
    order = [*LANGUAGES, *(code for code in found if code not in LANGUAGES)]
    return {code: _read(found[code]) for code in order}


def language(code: str) -> Language:
    return declared()[code]


@cache
def translations(code: str) -> support.NullTranslations:
    """The words of a language, straight from its .po file: there is no compiled copy to go stale."""
    held = catalogue(code)
    if held is None:
        return support.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, held)
    compiled.seek(0)
    return support.Translations(compiled)


def catalogue(code: str) -> Catalog | None:
    path = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return None
    # Without the locale the plurals are those that the file's own header names.
    known = code if localedata.exists(code) else None
    with path.open("rb") as file:
        return read_po(file, locale=known, abort_invalid=True)


def faults(frameworks: Iterable[Framework]) -> Iterator[tuple[str, Fault]]:
    """(language, what keeps it from being offered), of all further languages."""
    known = tuple(frameworks)
    for code in [each for each in declared() if each not in LANGUAGES]:
        for what in _catalogue_faults(code):
            yield code, Fault(f"translations/{code}/messages.po", "", what)
        for framework in known:
            if code not in framework.title.languages:
                yield code, Fault(f"{framework.id}", "", f"has no wording in {code}")


def offered(frameworks: Iterable[Framework]) -> tuple[str, ...]:
    lacking = {code for code, _fault in faults(frameworks)}
    return tuple(code for code in declared() if code not in lacking)


def lacking(code: str) -> list[str]:
    """The English of every message that has no words in this language."""
    held = {source(message): message for message in catalogue(code) or ()}
    return [msgid for msgid in msgids() if not _is_said(held.get(msgid))]


def source(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


@cache
def msgids() -> tuple[str, ...]:
    """Every message of the pages: what the Vietnamese catalogue holds (a test compares it)."""
    return tuple(source(message) for message in catalogue("vi") or () if message.id)


def _catalogue_faults(code: str) -> Iterator[str]:
    try:
        missing = lacking(code)
    except PoFileError as error:
        yield f"cannot be read: {error}"
        return
    if missing:
        named = "; ".join(missing[:NAMED])
        yield f"{len(missing)} of {len(msgids())} messages have no words: {named}"


def _is_said(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    said = message.string
    return all(said) if isinstance(said, tuple | list) else bool(said)


def _read(path: Path) -> Language:
    code = path.parent.name
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        found = Language(code=code, **raw)
        _ = found.locale
        missing = set(KINDS) - set(found.unit.kinds)
    except (tomllib.TOMLDecodeError, ValidationError, UnknownLocaleError, ValueError) as error:
        raise DefinitionFault(
            [Fault(f"translations/{code}/{path.name}", "", str(error))]
        ) from error
    if missing:
        what = f"unit.kinds: no word for {', '.join(sorted(missing))}"
        raise DefinitionFault([Fault(f"translations/{code}/{path.name}", "", what)])
    return found
