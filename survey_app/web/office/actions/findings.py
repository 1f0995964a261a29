"""A finding's page: the official answers it, the council settles what is contested."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.services import evidence, reviewing
from survey_app.services.reviewing import Answer
from survey_app.web.access import current_member, demand, requires
from survey_app.web.current import instance
from survey_app.web.errors import STATUS, sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.office.actions.finding_page import finding_page
from survey_app.web.office.actions.forms import AnswerForm, DecisionForm
from survey_app.web.office.actions.places import Spot, attempt, posted_file, spot
from survey_app.web.office.door import blueprint

ANSWER, DECISION = "answer", "decision"


@blueprint.get("/actions/<wave>/<unit>/<indicator>")
@requires("actions.read")
def finding(wave: str, unit: str, indicator: str) -> ResponseReturnValue:
    with reading(instance().engine) as session:
        return _show(session, spot(session, wave, unit, indicator))


@blueprint.post("/actions/<wave>/<unit>/<indicator>/answer")
@requires("actions.edit")
def answer_finding(wave: str, unit: str, indicator: str) -> ResponseReturnValue:
    form = AnswerForm(prefix=ANSWER)
    place, refusal = (wave, unit, indicator), None
    if form.validate():
        refusal = attempt(lambda session: _answer(session, place, form))
        if refusal is None:
            flash(_("The answer is saved."))
            return redirect(
                url_for("office.finding", wave=wave, unit=unit, indicator=indicator), 303
            )
    with reading(instance().engine) as session:
        here = spot(session, *place)
        demand("actions.edit", here.unit)
        return _show(session, here, answer=form, refusal=refusal), _status(refusal)


@blueprint.post("/actions/<wave>/<unit>/<indicator>/decision")
@requires("actions.decide")
def decide_finding(wave: str, unit: str, indicator: str) -> ResponseReturnValue:
    form = DecisionForm(prefix=DECISION)
    place, refusal = (wave, unit, indicator), None
    if form.validate():
        refusal = attempt(lambda session: _decide(session, place, form))
        if refusal is None:
            flash(_("The decision is made."))
            return redirect(
                url_for("office.finding", wave=wave, unit=unit, indicator=indicator), 303
            )
    with reading(instance().engine) as session:
        here = spot(session, *place)
        demand("actions.decide", here.unit)
        return _show(session, here, decision=form, refusal=refusal), _status(refusal)


def _answer(session: Session, place: tuple[str, str, str], form: AnswerForm) -> None:
    here, at, member = spot(session, *place), clock.now(), current_member()
    demand("actions.edit", here.unit)
    said = Answer(form.answer.data or "", form.reason.data or "", form.seen.data or 0)
    review = reviewing.answer(session, here.finding, said, member, at)
    upload = posted_file(form.file.name)
    if upload is not None:
        folder = evidence.folder_in(instance().settings.folder)
        review.files.append(evidence.store(session, folder, upload, member, at))


def _decide(session: Session, place: tuple[str, str, str], form: DecisionForm) -> None:
    here = spot(session, *place)
    demand("actions.decide", here.unit)
    reviewing.decide(
        session,
        here.finding,
        decision=form.decision.data or "",
        reason=form.reason.data or "",
        author=current_member(),
        at=clock.now(),
    )


def _show(
    session: Session,
    here: Spot,
    *,
    answer: AnswerForm | None = None,
    decision: DecisionForm | None = None,
    refusal: Refusal | None = None,
) -> str:
    shown = finding_page(session, here)
    answering = answer or AnswerForm(prefix=ANSWER, formdata=None)
    answering.show_version(shown.version)
    return render_template(
        "office/actions/finding.html",
        shown=shown,
        answer=answering,
        decision=decision or DecisionForm(prefix=DECISION, formdata=None),
        refused=sentence(refusal) if refusal else "",
        is_answering=answer is not None,
    )


def _status(refusal: Refusal | None) -> int:
    return STATUS.get(refusal.code, 400) if refusal else 400
