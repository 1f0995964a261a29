"""Trying the forms of a wave: where, what came in, and how to empty it again."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instrument.definition import Questionnaire
from survey_app.languages import declared
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.services import audit, definitions, rehearsing
from survey_app.services.rehearsing import TRIED, Rehearsal
from survey_app.web.access import current_member, requires
from survey_app.web.current import instance
from survey_app.web.hosts import outside
from survey_app.web.i18n import language, ngettext
from survey_app.web.office.door import blueprint
from survey_app.web.office.waves import access
from survey_app.web.office.waves.pages import units_of
from survey_app.web.office.waves.words import AUDIENCES
from survey_app.web.respond.stamps import Place, sign_trial


@dataclass(frozen=True, slots=True)
class Way:
    """To one form: open it here, or scan its code with a telephone."""

    audience: str
    address: str
    qr_code: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A question and how often each answer came."""

    words: str
    answers: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class CameIn:
    name: str
    language: str  # of the questions
    forms: str
    languages: Sequence[tuple[str, str, int]]  # code, own name, forms
    questions: Sequence[Heard]
    texts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TrialPage:
    key: str
    title: str
    is_over: bool
    units: Sequence[tuple[str, str]]
    unit: str
    ways: Sequence[Way]
    came_in: Sequence[CameIn]
    may_empty: bool


@blueprint.get("/waves/<wave>/trial")
@requires("questionnaires.read")
def trial(wave: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        shown = _page(session, access.readable_wave(session, wave))
    return render_template("office/waves/trial.html", shown=shown)


@blueprint.post("/waves/<wave>/trial/empty")
@requires("waves.manage")
def empty_trial(wave: str) -> ResponseReturnValue:
    with transaction(instance().engine) as session:
        found = access.managed_wave(session, wave)
        gone = rehearsing.empty(session, found)
        audit.record(
            session, current_member(), "trial_emptied", found.key, clock.now(), forms=gone
        )
    flash(ngettext("%(num)s trial form is deleted.", "%(num)s trial forms are deleted.", gone))
    return redirect(url_for("office.trial", wave=wave), 303)


@blueprint.get("/waves/<wave>/trial/<unit>/<audience>.svg")
@requires("questionnaires.read")
def trial_qr(wave: str, unit: str, audience: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = access.readable_wave(session, wave)
    if audience not in _audiences(found) or unit not in {each for each, _name in units_of(found)}:
        raise Refusal("not_found")
    address = outside(_address(found, unit, audience))
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=4, light="#fff", title=address, xmldecl=False
    )
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _page(session: Session, wave: Wave) -> TrialPage:
    units = units_of(wave)
    wished = request.args.get("unit", "")
    unit = wished if wished in dict(units) else units[0][0]
    is_over = wave.state not in TRIED
    place = next(each for each in wave.units if each.official_code == unit)
    return TrialPage(
        key=wave.key,
        title=wave.title(language()),
        is_over=is_over,
        units=units,
        unit=unit,
        ways=[] if is_over else [_way(wave, unit, audience) for audience in _audiences(wave)],
        came_in=list(_came_in(session, wave, place)),
        may_empty=access.manages(wave.campaign),
    )


def _way(wave: Wave, unit: str, audience: str) -> Way:
    return Way(
        audience=AUDIENCES[audience](),
        address=_address(wave, unit, audience),
        qr_code=url_for("office.trial_qr", wave=wave.key, unit=unit, audience=audience),
    )


def _address(wave: Wave, unit: str, audience: str) -> str:
    """In the page's language, or in one that the form has."""
    asked = definitions.questionnaires_of(instance().library, wave)[audience]
    spoken = definitions.languages_of(wave, asked, instance().languages)
    token = sign_trial(Place(wave.key, unit, audience), instance().keys)
    lang = language() if language() in spoken else spoken[0]
    return url_for("respond.trial", token=token, lang=lang)


def _came_in(session: Session, wave: Wave, place: WaveUnit) -> Iterator[CameIn]:
    for rehearsal in rehearsing.rehearsals(session, wave):
        name, _slash, version = rehearsal.questionnaire.partition("/")
        questionnaire = instance().library.questionnaires.get((name, version))
        spoken = definitions.spoken_in(questionnaire, language())
        values = definitions.values_of(place.unit, wave.campaign, spoken)
        yield CameIn(
            name=f"{AUDIENCES[rehearsal.audience]()} ({version})",
            language=spoken,
            forms=ngettext("%(num)s trial form", "%(num)s trial forms", rehearsal.forms),
            languages=[
                (code, declared()[code].name, forms)
                for code, forms in sorted(rehearsal.languages.items())
            ],
            questions=_heard(rehearsal, questionnaire, spoken, values) if questionnaire else [],
            texts=rehearsal.texts,
        )


def _heard(
    rehearsal: Rehearsal, questionnaire: Questionnaire, spoken: str, values: dict[str, str]
) -> list[Heard]:
    """In the questionnaire's order; an item that is no longer in its file is left out."""
    by_item = {each.item: each.codes for each in rehearsal.items}
    return [
        Heard(
            item.text.filled(spoken, values),
            [
                (answer.text.filled(spoken, values), by_item[item.id].get(answer.answer, 0))
                for answer in (*questionnaire.options_of(item), *questionnaire.specials_of(item))
            ],
        )
        for item in questionnaire.all_items
        if item.id in by_item
    ]


def _audiences(wave: Wave) -> list[str]:
    asked = {each.audience for each in wave.questionnaires}
    return [audience for audience in AUDIENCES if audience in asked]
