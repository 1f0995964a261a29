"""Where people answer: addresses to copy, and QR codes to print."""

import io
from dataclasses import dataclass

import segno
from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.web.access import requires
from survey_app.web.current import instance
from survey_app.web.i18n import language
from survey_app.web.office.door import blueprint
from survey_app.web.office.waves import access
from survey_app.web.office.waves.pages import units_of
from survey_app.web.office.waves.words import AUDIENCES, CHANNELS, OFFERED_CHANNELS
from survey_app.web.posters import answer_address, audiences
from survey_app.web.respond.stamps import Place


@dataclass(frozen=True, slots=True)
class Link:
    audience: str
    address: str
    qr_code: str
    poster: str


@dataclass(frozen=True, slots=True)
class UnitLinks:
    name: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class ChannelLinks:
    channel: str
    posters: str  # all of them in one file
    units: list[UnitLinks]


@blueprint.get("/waves/<wave>/links")
@requires("waves.read")
def wave_links(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = access.readable_wave(session, wave)
    return render_template(
        "office/waves/links.html",
        key=found.key,
        title=found.title(language()),
        is_draft=found.state == "draft",
        is_public=instance().settings.public_url is not None,
        channels=[
            _door(found, channel) for channel in OFFERED_CHANNELS if channel in found.channels
        ],
    )


@blueprint.get("/waves/<wave>/qr/<unit>/<audience>/<channel>.svg")
@requires("waves.read")
def wave_qr(wave: str, unit: str, audience: str, channel: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = access.readable_wave(session, wave)
    if unit not in {place.official_code for place in found.units}:
        raise Refusal("not_found")
    if audience not in audiences(found) or channel not in OFFERED_CHANNELS:
        raise Refusal("not_found")
    drawn = io.BytesIO()
    address = answer_address(Place(found.key, unit, audience), channel)
    # "m" still reads with a seventh of it worn off; the wide rim is part of the standard.
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=4, light="#fff", title=address, xmldecl=False
    )
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _door(wave: Wave, channel: str) -> ChannelLinks:
    return ChannelLinks(
        CHANNELS[channel](),
        url_for("office.wave_posters", wave=wave.key, channel=channel),
        [
            UnitLinks(
                name,
                [_link(Place(wave.key, code, audience), channel) for audience in audiences(wave)],
            )
            for code, name in units_of(wave)
        ],
    )


def _link(place: Place, channel: str) -> Link:
    def to(endpoint: str) -> str:
        return url_for(
            endpoint,
            wave=place.wave,
            unit=place.unit,
            audience=place.audience,
            channel=channel,
        )

    return Link(
        audience=AUDIENCES[place.audience](),
        address=answer_address(place, channel),
        qr_code=to("office.wave_qr"),
        poster=to("office.wave_poster"),
    )
