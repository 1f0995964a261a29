"""Letters to people who were drawn, as PDF: written once, for the printer, and kept nowhere."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import segno
from flask import Flask, g

from survey_app import typesetting
from survey_app.config import LANGUAGES
from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.services.frames import Person
from survey_app.services.invitation_codes import GROUP, grouped
from survey_app.services.spreadsheets import CellFault
from survey_app.services.units import name_in_sentence
from survey_app.web import i18n
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import ngettext

PER_FILE = 250
LINE_GROUPS = 3  # of a code in one line of print
FAULTS: dict[str, Callable[[], str]] = {
    "missing": lambda: _("this cell is empty"),
    "too_long": lambda: _("this is too long for a letter"),
    "unprintable": lambda: _("a character that cannot be printed"),
    "formula": lambda: _("this begins like a formula"),
    "uncalculated": lambda: _("a formula without its value"),
    "repeated": lambda: _("the same person as in row"),
    "outside_columns": lambda: _("a cell beyond the columns that the first row names"),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What all letters of a place say."""

    wave: Wave
    unit: Unit
    audience: str
    site: str  # the origin of this website, "https://khaosat.example.vn"
    minutes: int  # that the questionnaire takes


@dataclass(frozen=True, slots=True)
class Words:
    """The same letter in one language."""

    lang: str
    organiser: str
    heading: str
    alt: str
    open: str
    demonstration: str
    lines: list[str]


_Said = TypeVar("_Said")


def letters(occasion: Occasion, invited: Sequence[tuple[Person, str]]) -> Iterator[bytes]:
    """PDF files of at most `PER_FILE` letters, in the order of the list."""
    about = list(_in_each_language(lambda: _words(occasion)))
    for start in range(0, len(invited), PER_FILE):
        some = invited[start : start + PER_FILE]
        yield typesetting.pdf(
            "letter",
            {
                "title": about[0].heading,
                "alt": about[0].alt,
                "organiser": [words.organiser for words in about],
                "door": f"{occasion.site.split('://', 1)[1]}/{LANGUAGES[0]}/i",
                "words": [asdict(words) for words in about],
                "letters": [_letter(occasion, person, code) for person, code in some],
            },
        )


def fault_lines(faults: Iterable[CellFault]) -> Iterator[str]:
    """Each fault with its row and column, in all languages: on a command line nobody has chosen."""
    for fault in faults:
        said = " / ".join(_in_each_language(FAULTS[fault.code]))
        yield f"{fault.column}{fault.row}: {said} {fault.value}".rstrip()


def _letter(occasion: Occasion, person: Person, code: str) -> dict[str, object]:
    line = LINE_GROUPS * GROUP
    return {
        "name": person.name,
        "address": person.address,
        "code": [grouped(code[start : start + line]) for start in range(0, len(code), line)],
        "qr": _qr(f"{occasion.site}/{LANGUAGES[0]}/i#{code}"),
    }


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", border=4, light="#fff", xmldecl=False
    )
    return drawn.getvalue().decode()


def _words(occasion: Occasion) -> Words:
    campaign, language = occasion.wave.campaign, i18n.language()
    names = {
        "unit": name_in_sentence(occasion.unit, language),
        "closes": i18n.moment(occasion.wave.closes_at),
        "contact": campaign.urgent_contact,
    }
    asked = {
        "residents": _(
            "What do you think of the services of %(unit)s? You were drawn by chance among its residents.",
            **names,
        ),
        "businesses": _(
            "What does your business think of the services of %(unit)s? It was drawn by chance among those of the place.",
            **names,
        ),
    }
    return Words(
        lang=language,
        organiser=campaign.worded("organiser", language) or "",
        heading=campaign.title(language),
        alt=_("QR code that opens the form"),
        open=_(
            "Scan the code, or open this address and type the letters and digits, until %(closes)s:",
            **names,
        ),
        demonstration=_("Demonstration data") if campaign.is_demonstration else "",
        lines=[
            asked[occasion.audience],
            ngettext(
                "Answering takes about %(num)s minute, and every answer counts once. You need not answer, and nothing happens to those who do not.",
                "Answering takes about %(num)s minutes, and every answer counts once. You need not answer, and nothing happens to those who do not.",
                occasion.minutes,
            ),
            _(
                "Your answers are anonymous. Who got which code is written down nowhere: it only makes sure that nobody answers twice. Please do not pass it on."
            ),
            _(
                "Any telephone or computer will do, also that of somebody you trust. Questions: %(contact)s.",
                **names,
            ),
        ],
    )


def _in_each_language(said: Callable[[], _Said]) -> Iterator[_Said]:
    with Flask("survey_app").app_context():
        for language in LANGUAGES:
            g.language = language
            yield said()
