"""People and roles: an administrator's room. Each view acts on accounts within the own units."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.models.staff import StaffMember
from survey_app.services import people as rules
from survey_app.services.people import Newcomer
from survey_app.web.access import covers, current_member, requires
from survey_app.web.current import instance
from survey_app.web.errors import STATUS, sentence
from survey_app.web.hosts import outside
from survey_app.web.i18n import gettext as _
from survey_app.web.office.door import blueprint
from survey_app.web.office.people.forms import GrantForm, NewcomerForm
from survey_app.web.office.people.pages import line, lines, page_of
from survey_app.web.office.people.places import candidates, place_of
from survey_app.web.office.words import ROLE_MEANINGS, ROLE_NAMES


@blueprint.get("/people")
@requires("people.manage")
def people() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        found = lines(rules.managed_by(session, current_member()))
    return render_template("office/people/list.html", people=found)


@blueprint.route("/people/add", methods=["GET", "POST"])
@requires("people.manage")
def add_person() -> ResponseReturnValue:
    form = NewcomerForm()
    if not form.validate_on_submit():
        return _show_add(form), 400 if form.is_submitted() else 200
    try:
        issued = _add(form)
    except Refusal as refusal:
        return _show_add(form, refusal), STATUS.get(refusal.code, 400)
    return _show_password(issued, is_new=True)


@blueprint.get("/people/<int:member_id>")
@requires("people.manage")
def person(member_id: int) -> ResponseReturnValue:
    return _show_person(member_id, GrantForm(formdata=None))


@blueprint.post("/people/<int:member_id>/roles")
@requires("people.manage")
def grant_role(member_id: int) -> ResponseReturnValue:
    form = GrantForm()
    if not form.validate():
        return _show_person(member_id, form), 400
    try:
        with _changing(member_id) as (session, member):
            rules.grant_role(
                session,
                current_member(),
                member,
                role=form.role.data or "",
                unit=place_of(session, form),
                at=clock.now(),
            )
    except Refusal as refusal:
        return _show_person(member_id, form, refusal), STATUS.get(refusal.code, 400)
    flash(_("The role is given."))
    return redirect(url_for("office.person", member_id=member_id), 303)


@blueprint.post("/people/<int:member_id>/roles/<int:grant_id>/revoke")
@requires("people.manage")
def revoke_role(member_id: int, grant_id: int) -> ResponseReturnValue:
    with _changing(member_id) as (session, member):
        rules.revoke_role(session, current_member(), member, grant_id=grant_id, at=clock.now())
    flash(_("The role is taken away."))
    return redirect(url_for("office.person", member_id=member_id), 303)


@blueprint.post("/people/<int:member_id>/disable")
@requires("people.manage")
def disable_person(member_id: int) -> ResponseReturnValue:
    with _changing(member_id) as (session, member):
        rules.disable(session, current_member(), member, clock.now())
    flash(_("The account is closed and signed out everywhere."))
    return redirect(url_for("office.person", member_id=member_id), 303)


@blueprint.post("/people/<int:member_id>/enable")
@requires("people.manage")
def enable_person(member_id: int) -> ResponseReturnValue:
    with _changing(member_id) as (session, member):
        rules.enable(session, current_member(), member, clock.now())
    flash(_("The account is open again."))
    return redirect(url_for("office.person", member_id=member_id), 303)


@blueprint.post("/people/<int:member_id>/reset-password")
@requires("people.manage")
def reset_password(member_id: int) -> ResponseReturnValue:
    with _changing(member_id) as (session, member):
        issued = rules.reset_password(session, current_member(), member, clock.now())
    return _show_password(issued, is_new=False)


@contextmanager
def _changing(member_id: int) -> Iterator[tuple[Session, StaffMember]]:
    with transaction(instance().engine) as session:
        yield session, rules.managed_member(session, current_member(), member_id)


def _add(form: NewcomerForm) -> rules.Issued:
    with transaction(instance().engine) as session:
        newcomer = Newcomer(
            user_name=form.user_name.data or "",
            display_name=form.display_name.data or "",
            role=form.role.data or "",
            unit=place_of(session, form),
        )
        return rules.add_member(session, current_member(), newcomer, clock.now())


def _show_add(form: NewcomerForm, refusal: Refusal | None = None) -> str:
    return render_template("office/people/add.html", form=form, **_choices(form, refusal))


def _show_person(member_id: int, form: GrantForm, refusal: Refusal | None = None) -> str:
    with reading(instance().engine) as session:
        page = page_of(rules.managed_member(session, current_member(), member_id))
    return render_template(
        "office/people/person.html", shown=page, form=form, **_choices(form, refusal)
    )


def _choices(form: GrantForm, refusal: Refusal | None) -> dict[str, object]:
    """What both forms need: the roles in words, what was refused, and the units that were meant."""
    unclear = refusal is not None and refusal.code == "unit_unclear"
    with reading(instance().engine) as session:
        meant = candidates(session, form.unit.data or "") if unclear else []
    return {
        "roles": [(role, name(), ROLE_MEANINGS[role]()) for role, name in ROLE_NAMES.items()],
        "may_everywhere": covers("people.manage", None),
        "meant": meant,
        "refused": sentence(refusal) if refusal else None,
    }


def _show_password(issued: rules.Issued, *, is_new: bool) -> str:
    return render_template(
        "office/people/password.html",
        person=line(issued.member),
        password=issued.password,
        is_new=is_new,
        sign_in_address=outside(url_for("office.sign_in")),
    )
