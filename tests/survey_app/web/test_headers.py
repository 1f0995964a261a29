"""What every answer forbids the browser, on every address there is."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.config import LANGUAGES
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.web.app import create_app
from survey_app.web.headers import HEADERS
from tests.factories import make_wave
from tests.office import SignIn

PUBLIC = "https://khaosat.example.vn"
PATH = {
    "lang": "vi",
    "wave": "2026-1",
    "unit": "11413",
    "audience": "residents",
    "channel": "open",
    "filename": "site.css",
}
SOURCE = re.compile(r"'none'|'self'")


@pytest.fixture
def secure(instance: Instance) -> Flask:
    """As behind one proxy that speaks HTTPS."""
    settings = replace(instance.settings, public_url=PUBLIC, behind_proxy=1)
    with transaction(instance.engine) as session:
        make_wave(session)
    return create_app(replace(instance, settings=settings))


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Every rule with every method, each argument filled in with something that may be there."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {
                name: PATH.get(
                    name,
                    1
                    if "Integer" in type(rule._converters[name]).__name__
                    or "Key" in type(rule._converters[name]).__name__
                    else "x",
                )
                for name in rule.arguments
            }
            built = rule.build(values)
            assert built is not None
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield method, built[1]


def over_https(
    client: FlaskClient, method: str, path: str, form: dict[str, str] | None = None
) -> TestResponse:
    return client.open(
        path,
        method=method,
        data=form,
        base_url="http://localhost",
        headers={
            "X-Forwarded-For": "203.113.9.9",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "khaosat.example.vn",
        },
    )


def demand(answer: TestResponse, where: str) -> None:
    headers = dict(answer.headers)
    assert dict(HEADERS).items() <= headers.items(), where
    assert headers["Strict-Transport-Security"] == "max-age=31536000", where
    assert "unsafe" not in headers["Content-Security-Policy"], where
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-"), where
        attributes = {each.strip() for each in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= attributes, where
        assert not any(each.startswith("Domain") for each in attributes), where
    if "Location" in headers:
        assert headers["Location"].startswith("/"), where


@pytest.mark.parametrize("role", ["visitor", "administrator", "official"])
def test_every_address_answers_with_them(secure: Flask, instance: Instance, role: str) -> None:
    client = (
        secure.test_client()
        if role == "visitor"
        else SignIn(secure, instance)(role, None if role == "administrator" else "31").client
    )
    inside = over_https(client, "GET", "/vi/office/").status_code
    assert inside == (302 if role == "visitor" else 200)
    statuses = set()
    count = 0
    for method, path in addresses(secure):
        answer = over_https(client, method, path)
        demand(answer, f"{method} {path}: {answer.status}")
        statuses.add(answer.status_code)
        count += 1
        answer.close()
    assert count > 100
    assert {200, 404} <= statuses
    assert 500 not in statuses


def test_an_answer_that_has_not_changed_has_them_too(secure: Flask) -> None:
    client = secure.test_client()
    first = over_https(client, "GET", "/static/site.css")
    first.close()
    again = client.get(
        "/static/site.css",
        headers={"If-None-Match": first.headers["ETag"], "Host": "localhost"},
    )
    again.close()
    assert again.status_code == 304
    assert dict(HEADERS).items() <= dict(again.headers).items()


def test_a_fault_of_ours_has_them_too(secure: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(secure.view_functions, "health", fail)
    secure.config["PROPAGATE_EXCEPTIONS"] = False
    answer = over_https(secure.test_client(), "GET", "/healthz")
    assert answer.status_code == 500
    demand(answer, "a fault")


def test_only_https_promises_https(instance: Instance) -> None:
    client = create_app(instance).test_client()
    for language in LANGUAGES:
        answer = client.get(f"/{language}/")
        assert "Strict-Transport-Security" not in answer.headers
        assert dict(HEADERS).items() <= dict(answer.headers).items()


def test_the_policy_names_nothing_but_ourselves_and_no_inline() -> None:
    policy = dict(HEADERS)["Content-Security-Policy"]
    for directive in policy.split(";"):
        _name, *sources = directive.split()
        assert sources
        assert all(SOURCE.fullmatch(source) for source in sources), directive
    for wanted in (
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert wanted in policy


def test_a_form_is_taken_over_https_without_a_referrer(secure: Flask) -> None:
    """Our own policy keeps browsers from sending one."""
    client = secure.test_client()
    page = over_https(client, "GET", "/vi/office/sign-in")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    form = {"csrf_token": token[1], "user_name": "nobody", "password": "wrong horse"}
    sent = over_https(client, "POST", "/vi/office/sign-in", form)
    assert "Tên đăng nhập" in sent.text
    assert "quá lâu" not in sent.text
