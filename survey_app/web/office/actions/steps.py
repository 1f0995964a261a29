"""The steps of an action: opened, planned anew, moved on, shown by a file, checked by another."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.models.actions import Action
from survey_app.services import acting, evidence
from survey_app.services.acting import Plan, Turn
from survey_app.web.access import current_member, demand, requires
from survey_app.web.current import instance
from survey_app.web.errors import STATUS, sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.office.actions.action_page import NOBODY, action_page, plan_page
from survey_app.web.office.actions.forms import CheckForm, FileForm, MoveForm, PlanForm, SeenForm
from survey_app.web.office.actions.places import (
    action_at,
    attempt,
    posted_file,
    spot,
    spot_of,
)
from survey_app.web.office.door import blueprint

MOVE, CHECK, FILE = "move", "check", "file"


@blueprint.get("/actions/<int:action_id>")
@requires("actions.read")
def action(action_id: int) -> ResponseReturnValue:
    return _show(action_id)


@blueprint.route("/actions/<wave>/<unit>/<indicator>/add", methods=["GET", "POST"])
@requires("actions.edit")
def add_action(wave: str, unit: str, indicator: str) -> ResponseReturnValue:
    form, place, made, refusal = PlanForm(), (wave, unit, indicator), [], None
    if form.validate_on_submit():
        refusal = attempt(lambda session: made.append(_open(session, place, form)))
        if refusal is None:
            flash(_("The action is opened."))
            return redirect(url_for("office.action", action_id=made[0]), 303)
    with reading(instance().engine) as session:
        here = spot(session, *place)
        demand("actions.edit", here.unit)
        shown = plan_page(session, here, None)
        form.offer(shown.owners)
        form.show_version(0)
        page = _plan(shown, form, refusal)
    return page, _status(form, refusal)


@blueprint.route("/actions/<int:action_id>/change", methods=["GET", "POST"])
@requires("actions.edit")
def change_action(action_id: int) -> ResponseReturnValue:
    form, refusal = PlanForm(), None
    if form.validate_on_submit():
        refusal = attempt(lambda session: _change(session, action_id, form))
        if refusal is None:
            return _back(action_id, _("The action is saved."))
    with reading(instance().engine) as session:
        found = action_at(session, action_id, "actions.edit")
        if not form.is_submitted():
            form = PlanForm(obj=found)
        here = spot_of(session, found)
        shown = plan_page(session, here, found, form if form.is_submitted() else None)
        form.offer(shown.owners)
        form.show_version(shown.version)
        page = _plan(shown, form, refusal)
    return page, _status(form, refusal)


@blueprint.post("/actions/<int:action_id>/move")
@requires("actions.edit")
def move_action(action_id: int) -> ResponseReturnValue:
    form = MoveForm(prefix=MOVE)

    def deed(session: Session, found: Action, turn: Turn) -> None:
        acting.move(session, found, form.state.data or "", turn, form.note.data or "")

    return _stepped(action_id, form, deed, "actions.edit", _("The state is saved."))


@blueprint.post("/actions/<int:action_id>/check")
@requires("actions.verify")
def check_action(action_id: int) -> ResponseReturnValue:
    form = CheckForm(prefix=CHECK)

    def deed(session: Session, found: Action, turn: Turn) -> None:
        step = acting.verify if form.verdict.data == "verify" else acting.send_back
        step(session, found, form.note.data or "", turn)

    return _stepped(action_id, form, deed, "actions.verify", _("The check is saved."))


@blueprint.post("/actions/<int:action_id>/file")
@requires("actions.edit")
def add_evidence(action_id: int) -> ResponseReturnValue:
    form = FileForm(prefix=FILE)

    def deed(session: Session, found: Action, turn: Turn) -> None:
        upload = posted_file(form.file.name)
        if upload is None:
            raise Refusal("file_missing")
        acting.demand_open(found)  # before anything is written
        folder = evidence.folder_in(instance().settings.folder)
        kept = evidence.store(session, folder, upload, turn.author, turn.at)
        acting.add_file(session, found, kept, turn)

    return _stepped(action_id, form, deed, "actions.edit", _("The file is added."))


def _stepped(
    action_id: int,
    form: SeenForm,
    deed: Callable[[Session, Action, Turn], None],
    permission: str,
    done: str,
) -> ResponseReturnValue:
    """One step of an action within reach; what is refused comes back with what was typed."""

    def step(session: Session) -> None:
        found = action_at(session, action_id, permission)
        deed(session, found, Turn(current_member(), clock.now(), form.seen.data or 0))

    refusal = None
    if form.validate():
        refusal = attempt(step)
        if refusal is None:
            return _back(action_id, done)
    return _show(action_id, form, refusal), _status(form, refusal)


def _open(session: Session, place: tuple[str, str, str], form: PlanForm) -> int:
    here = spot(session, *place)
    demand("actions.edit", here.unit)
    turn = Turn(current_member(), clock.now())
    return acting.open_action(session, here.finding, _planned(form), turn).id


def _change(session: Session, action_id: int, form: PlanForm) -> None:
    found = action_at(session, action_id, "actions.edit")
    turn = Turn(current_member(), clock.now(), form.seen.data or 0)
    acting.change(session, found, _planned(form), turn)


def _planned(form: PlanForm) -> Plan:
    is_rise = form.expected.data != "hold"
    return Plan(
        title_vi=form.title_vi.data or "",
        title_en=form.title_en.data or "",
        department=form.department.data or "",
        owner_id=form.owner_id.data or None,
        due=form.due.data,
        expected=form.expected.data or "",
        expected_points=float(form.expected_points.data or 0) if is_rise else 0.0,
        budget_note=form.budget_note.data or "",
        evidence_note=form.evidence_note.data or "",
    )


def _back(action_id: int, done: str) -> ResponseReturnValue:
    flash(done)
    return redirect(url_for("office.action", action_id=action_id), 303)


def _show(action_id: int, typed: SeenForm | None = None, refusal: Refusal | None = None) -> str:
    """The page with its three forms, one of them perhaps as it was sent."""
    forms: dict[str, SeenForm] = {
        MOVE: MoveForm(prefix=MOVE, formdata=None),
        CHECK: CheckForm(prefix=CHECK, formdata=None),
        FILE: FileForm(prefix=FILE, formdata=None),
    }
    sent = next((name for name, form in forms.items() if isinstance(typed, type(form))), "")
    with reading(instance().engine) as session:
        found = action_at(session, action_id)
        shown = action_page(session, spot_of(session, found), found)
    if typed is not None:
        forms[sent] = typed
    for form in forms.values():
        form.show_version(shown.version)
    refused = sentence(refusal) if refusal else ""
    return render_template(
        "office/actions/action.html", shown=shown, forms=forms, sent=sent, refused=refused
    )


def _plan(shown: object, form: PlanForm, refusal: Refusal | None) -> str:
    return render_template(
        "office/actions/plan.html",
        shown=shown,
        form=form,
        refused=sentence(refusal) if refusal else "",
        nobody=NOBODY,
    )


def _status(form: SeenForm, refusal: Refusal | None) -> int:
    if refusal is not None:
        return STATUS.get(refusal.code, 400)
    return 400 if form.is_submitted() else 200
