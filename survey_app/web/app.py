"""The Flask application: thin pages over an opened instance."""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from survey_app.config import ROOT
from survey_app.db import reading
from survey_app.instance import Instance
from survey_app.web import access, border, compression, errors, headers, hosts, i18n, unreachable
from survey_app.web.current import instance, shows_demonstration
from survey_app.web.home import blueprint as home
from survey_app.web.office import blueprint as office
from survey_app.web.respond import blueprint as respond
from survey_app.web.results import blueprint as results

MAX_UPLOAD_BYTES = 8 * 1024 * 1024
MAX_FORM_BYTES = 256 * 1024

csrf = CSRFProtect()


def create_app(opened: Instance) -> Flask:
    app = Flask(
        "survey_app",
        static_folder=str(ROOT / "survey_app" / "static"),
        template_folder=str(ROOT / "survey_app" / "templates"),
    )
    app.config.update(
        SECRET_KEY=opened.keys.of("office session").hex(),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=(opened.settings.public_url or "").startswith("https://"),
        # Browsers do not say where they come from, because we ask them not to. The token, and a
        # cookie that no neighbour host can set (`access.install`), are what a form is known by.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open over lunch must not lose what was typed
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=400,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["instance"] = opened
    app.jinja_env.globals["shows_demonstration"] = shows_demonstration
    i18n.install(app)
    errors.install(app)
    unreachable.install(app)
    border.install(app)
    access.install(app)
    csrf.init_app(app)
    for blueprint in (home, respond, results, office):
        app.register_blueprint(blueprint)
    csrf.exempt(respond)  # public pages have no cookie that a forged request could ride on
    app.add_url_rule("/", "root", _to_language)
    app.add_url_rule("/healthz", "health", _health)
    headers.install(app)
    app.after_request(compression.pack_static)
    hosts.install(app, opened.settings)
    return app


def _to_language() -> ResponseReturnValue:
    answer = redirect(url_for("home.landing"))
    answer.vary.add("Accept-Language")
    return answer


def _health() -> ResponseReturnValue:
    with reading(instance().engine) as session:
        session.connection()
    return {"status": "ok"}
