"""Posters to hang up: who is asked what, until when, and the code that leads there.

Two languages on one sheet, because nobody on a wall can be asked which one they read.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from flask import url_for

from survey_app import typesetting
from survey_app.config import LANGUAGES
from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.services.units import label, name_in_sentence
from survey_app.web.current import instance
from survey_app.web.hosts import outside
from survey_app.web.i18n import day, language, moment, ngettext, speaking
from survey_app.web.i18n import gettext as _
from survey_app.web.respond.stamps import Place, sign_channel

PAPERS = ("a4", "a3")
RIM = 4  # modules of white around a code, as the standard says
NO_BREAK = "\N{NO-BREAK SPACE}"
DARK = re.compile("1+")
OVERLAP = 1.04  # of rows of modules: no hair of paper between them, whatever draws it
INVITATIONS: dict[str, Callable[[str], str]] = {
    "residents": lambda unit: _("How is %(unit)s doing? Tell us what you think.", unit=unit),
    "businesses": lambda unit: _(
        "How is business in %(unit)s? Tell us what you think.", unit=unit
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sheet: a unit of the wave, who is asked there, and where it will hang."""

    place: WaveUnit
    audience: str
    channel: str


def posters(wave: Wave, wanted: Sequence[Wanted], paper: str = PAPERS[0]) -> bytes:
    """Return one PDF with a page for each; a draft is refused, because paper cannot change."""
    if wave.state == "draft":
        raise Refusal("poster_too_early")
    with speaking(LANGUAGES[0]):
        title = _("Posters: %(wave)s", wave=wave_title(wave))
    sheets = [_sheet(wave, each) for each in wanted]
    return typesetting.pdf("poster", {"title": title, "paper": paper, "posters": sheets})


def answer_address(place: Place, channel: str) -> str:
    """The whole address; one for the counter carries our signature."""
    # Without a signature a form is an open one: the shorter code reads from further away.
    signed = None if channel == "open" else sign_channel(channel, place, instance().keys)
    return outside(_path(place, LANGUAGES[0], signed))


def wave_title(wave: Wave) -> str:
    return f"{wave.campaign.title(language())} – {wave.title(language())}"


def every(wave: Wave, channels: Iterable[str]) -> list[Wanted]:
    """All sheets of a wave: of the ways to answer that it offers, its units and who is asked."""
    return [
        Wanted(place, audience, channel)
        for channel in channels
        if channel in wave.channels
        for place in sorted(wave.units, key=lambda each: each.unit.sort_key)
        for audience in audiences(wave)
    ]


def audiences(wave: Wave) -> list[str]:
    asked = {each.audience for each in wave.questionnaires}
    return [audience for audience in INVITATIONS if audience in asked]


def file_name(wave: Wave, wanted: Wanted) -> str:
    return f"{wave.key}-{wanted.place.official_code}-{wanted.audience}-{wanted.channel}"


def drawn(address: str) -> str:
    """The code of an address as one path: runs of dark modules are lines as thick as a module."""
    # "m" still reads with a seventh of it worn off or under a drawing pin.
    rows = segno.make(address, error="m", micro=False, boost_error=False).matrix
    runs = "".join(
        f"M{run.start()} {number}.5h{len(run[0])}"
        for number, row in enumerate(rows)
        for run in DARK.finditer("".join(map(str, row)))
    )
    side = len(rows) + 2 * RIM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-RIM} {-RIM} {side} {side}">'
        f'<path d="{runs}" stroke="#000" stroke-width="{OVERLAP}"/></svg>'
    )


def _sheet(wave: Wave, wanted: Wanted) -> dict[str, object]:
    place = Place(wave.key, wanted.place.official_code, wanted.audience)
    sides = []
    for code in LANGUAGES:
        with speaking(code):
            sides.append(_side(wave, wanted, place))
    return {
        "qr": drawn(answer_address(place, wanted.channel)),
        "sides": sides,
        "mark": f"{place.wave} · {place.unit} · {wanted.channel}",
    }


def _side(wave: Wave, wanted: Wanted, place: Place) -> dict[str, object]:
    """What the sheet says in the language that is being spoken."""
    campaign, unit = wave.campaign, wanted.place.unit
    asked = next(each for each in wave.questionnaires if each.audience == wanted.audience)
    form = instance().library.questionnaires[asked.questionnaire, asked.version]
    place_name = label(unit, language())
    typed = outside(_path(place, language()))
    return {
        "language": language(),
        "title": wave_title(wave),
        "invitation": INVITATIONS[wanted.audience](_unbroken(name_in_sentence(unit, language()))),
        "unit": place_name[:1].upper() + place_name[1:],
        "alt": _("QR code that opens %(address)s", address=typed),
        "scan": _("Scan with your phone"),
        "type": _("or type"),
        "address": _as_typed(typed),
        "facts": [
            ngettext(
                "Voluntary, about %(num)s minute", "Voluntary, about %(num)s minutes", form.minutes
            ),
            _("No account needed"),
            _("From %(first)s to %(last)s", first=day(wave.opens_at), last=moment(wave.closes_at)),
        ],
        "privacy": _(
            "We do not ask for your name, and keep no link between you and your answers."
        ),
        "organiser": _(
            "Run by: %(organiser)s.", organiser=campaign.worded("organiser", language())
        ),
        "urgent": _(
            "Answers are not read at once. For urgent matters please call %(contact)s.",
            contact=campaign.urgent_contact,
        ),
        "demonstration": _("Demonstration data") if campaign.is_demonstration else "",
    }


def _path(place: Place, code: str, signed: str | None = None) -> str:
    return url_for(
        f"respond.{place.audience}",
        lang=code,
        wave=place.wave,
        unit=place.unit,
        channel=signed,
    )


def _unbroken(name: str) -> str:
    """A name stays on one line."""
    return name.replace(" ", NO_BREAK)


def _as_typed(address: str) -> str:
    """Without what browsers add by themselves."""
    parts = urlsplit(address)
    return parts.netloc + parts.path
