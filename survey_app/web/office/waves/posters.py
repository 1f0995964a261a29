"""Posters of a wave to print: of one unit, or of all of them in one file."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.web.access import requires
from survey_app.web.current import instance
from survey_app.web.office.door import blueprint
from survey_app.web.office.waves import access
from survey_app.web.office.waves.words import OFFERED_CHANNELS
from survey_app.web.posters import PAPERS, Wanted, audiences, every, file_name, posters


@blueprint.get("/waves/<wave>/posters/<channel>.pdf")
@requires("waves.read")
def wave_posters(wave: str, channel: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = _offering(access.readable_wave(session, wave), channel)
        return _pdf(found, every(found, [channel]), f"{found.key}-{channel}")


@blueprint.get("/waves/<wave>/posters/<unit>/<audience>/<channel>.pdf")
@requires("waves.read")
def wave_poster(wave: str, unit: str, audience: str, channel: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = _offering(access.readable_wave(session, wave), channel)
        places = [place for place in found.units if place.official_code == unit]
        if not places or audience not in audiences(found):
            raise Refusal("not_found")
        wanted = Wanted(places[0], audience, channel)
        return _pdf(found, [wanted], file_name(found, wanted))


def _offering(wave: Wave, channel: str) -> Wave:
    if channel not in OFFERED_CHANNELS or channel not in wave.channels:
        raise Refusal("not_found")
    return wave


def _pdf(wave: Wave, wanted: list[Wanted], name: str) -> Response:
    paper = request.args.get("paper", PAPERS[0])
    if paper not in PAPERS:
        raise Refusal("not_found")
    answer = Response(posters(wave, wanted, paper), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{paper}.pdf"'
    return answer
