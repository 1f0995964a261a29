"""The door: signing in and out, and one's own password."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.services import passwords, signing_in
from survey_app.web import access
from survey_app.web.current import instance
from survey_app.web.errors import STATUS, sentence
from survey_app.web.i18n import gettext as _
from survey_app.web.limits import attempts
from survey_app.web.office.door import blueprint
from survey_app.web.office.sign_in.destinations import destination
from survey_app.web.office.sign_in.forms import OwnPasswordForm, SignInForm


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.at_the_door
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET" and access.signed_in():
        return redirect(url_for("office.home"))
    if not form.validate_on_submit():
        return _show_sign_in(form), 400 if form.is_submitted() else 200
    try:
        _enter(form.user_name.data or "", form.password.data or "")
    except Refusal as refusal:
        return _show_sign_in(form, sentence(refusal)), STATUS.get(refusal.code, 400)
    return redirect(destination(request.args), 303)


@blueprint.post("/sign-out")
@access.at_the_door
def sign_out() -> ResponseReturnValue:
    found = access.signed_in()
    if found:
        with transaction(instance().engine) as database:
            signing_in.sign_out(database, found.session_id, clock.now())
    access.forget()
    flash(_("You are signed out."))
    return redirect(url_for("office.sign_in"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@access.requires("office.enter")
def own_password() -> ResponseReturnValue:
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return _show_own_password(form), 400 if form.is_submitted() else 200
    try:
        _change_own_password(form)
    except Refusal as refusal:
        return _show_own_password(form, sentence(refusal)), STATUS.get(refusal.code, 400)
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("office.home"), 303)


def _enter(user_name: str, password: str) -> None:
    account, source = signing_in.account_name(user_name), request.remote_addr or ""
    attempts().begin(account, source)
    engine = instance().engine
    with reading(engine) as database:
        recognised = signing_in.recognise(
            database, user_name, password, from_loopback=access.from_loopback()
        )
    with transaction(engine) as database:
        session_id = signing_in.start_session(
            database, recognised, clock.now(), replacing=session.get(access.SESSION_KEY)
        )
    attempts().succeeded(account, source)
    access.remember(session_id)


def _change_own_password(form: OwnPasswordForm) -> None:
    if form.new.data != form.again.data:
        raise Refusal("passwords_differ")
    member = access.current_member()
    attempts().begin(member.user_name, request.remote_addr or "")
    with transaction(instance().engine) as database:
        session_id = signing_in.change_own_password(
            database,
            member.id,
            old=form.old.data or "",
            new=form.new.data or "",
            at=clock.now(),
        )
    attempts().succeeded(member.user_name, request.remote_addr or "")
    access.remember(session_id)


def _show_sign_in(form: SignInForm, refused: str | None = None) -> str:
    return render_template("office/sign_in/sign_in.html", form=form, refused=refused)


def _show_own_password(form: OwnPasswordForm, refused: str | None = None) -> str:
    return render_template(
        "office/sign_in/own_password.html",
        form=form,
        refused=refused,
        shortest=passwords.SHORTEST,
        must=access.current_member().must_change_password,
    )
