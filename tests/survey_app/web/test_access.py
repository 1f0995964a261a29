import re
from datetime import timedelta

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models import Base
from survey_app.models.staff import ROLES, StaffMember, StaffSession
from survey_app.models.units import Unit
from survey_app.web import access
from tests.office import SignIn, make_member


@pytest.fixture
def signed_in(app: Flask, instance: Instance) -> SignIn:
    return SignIn(app, instance)


def address(rule: Rule) -> str:
    """An address of the rule with made-up values for whatever it asks."""
    filled = rule.rule.replace("<lang>", "vi")
    return re.sub(r"<int:\w+>", "999", re.sub(r"<(?!int)(?:\w+:)?\w+>", "none", filled))


def office_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("office.")]


def test_every_view_declares_who_may_open_it(app: Flask) -> None:
    forgotten = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if access.declaration_of(app, rule.endpoint) is None
    }
    assert not forgotten


def test_no_page_of_the_office_is_public_and_only_the_door_is_open(app: Flask) -> None:
    declared = {
        rule.endpoint: access.declaration_of(app, rule.endpoint) for rule in office_rules(app)
    }
    assert access.PUBLIC not in declared.values()
    at_the_door = {name for name, permission in declared.items() if permission == "door"}
    assert at_the_door == {"office.sign_in", "office.sign_out"}


def test_a_view_that_declares_nothing_is_shown_to_nobody(app: Flask, signed_in: SignIn) -> None:
    app.add_url_rule("/vi/office/forgotten", "forgotten", lambda: "secret")
    visitor = signed_in("administrator", None)
    with pytest.raises(RuntimeError, match="declares no permission"):
        visitor.client.get("/vi/office/forgotten")


def test_an_unknown_permission_cannot_be_declared() -> None:
    with pytest.raises(KeyError, match=r"gaps\.write"):
        access.requires("gaps.write")


def test_each_permission_names_known_roles() -> None:
    assert all(set(roles) <= set(ROLES) for roles in access.PERMISSIONS.values())


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_pages_of_its_permissions_and_no_other(
    app: Flask, signed_in: SignIn, role: str
) -> None:
    client = signed_in(role, None).client
    for rule in office_rules(app):
        declared = access.declaration_of(app, rule.endpoint) or ""
        if declared == "door":
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            status = client.open(address(rule), method=method).status_code
            allowed = role in access.PERMISSIONS[declared]
            assert (status != 403) is allowed, f"{role} {method} {rule}: {status}"
            assert status < 500, f"{role} {method} {rule}: {status}"


def test_without_a_session_pages_lead_to_the_door_and_posts_are_refused(
    app: Flask, client: FlaskClient
) -> None:
    for rule in office_rules(app):
        if access.declaration_of(app, rule.endpoint) == "door":
            continue
        methods = rule.methods or set()
        if "GET" in methods:
            answer = client.get(address(rule))
            assert answer.status_code == 302, str(rule)
            assert answer.location.startswith("/vi/office/sign-in?"), str(rule)
        if "POST" in methods:
            assert client.post(address(rule)).status_code == 401, str(rule)


@pytest.mark.parametrize("role", ROLES)
def test_posts_without_a_token_are_refused(app: Flask, signed_in: SignIn, role: str) -> None:
    client = signed_in(role, None).client
    for rule in office_rules(app):
        declared = access.declaration_of(app, rule.endpoint) or ""
        if "POST" in (rule.methods or set()) and role in access.PERMISSIONS.get(declared, ROLES):
            assert client.post(address(rule), data={"x": "y"}).status_code == 400, str(rule)


def test_reading_changes_no_row(app: Flask, instance: Instance, signed_in: SignIn) -> None:
    client = signed_in("administrator", None).client

    def everything() -> dict[str, list[str]]:
        with reading(instance.engine) as session:
            return {
                table.name: sorted(repr(row) for row in session.execute(select(table)))
                for table in Base.metadata.sorted_tables
            }

    before = everything()
    for rule in office_rules(app):
        if "GET" in (rule.methods or set()):
            client.get(address(rule))
    assert everything() == before


def test_public_pages_neither_read_nor_set_a_cookie(app: Flask, signed_in: SignIn) -> None:
    client = signed_in("administrator", None).client
    for path in ("/vi/", "/en/", "/healthz", "/static/site.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            assert "Set-Cookie" not in answer.headers, path
            assert "cookie" not in answer.headers.get("Vary", "").lower(), path


def test_office_pages_are_kept_by_no_cache_and_vary_by_cookie(signed_in: SignIn) -> None:
    answer = signed_in("official").client.get("/vi/office/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_a_closed_account_is_out_with_its_next_click(
    instance: Instance, signed_in: SignIn
) -> None:
    client = signed_in("official").client
    assert client.get("/vi/office/").status_code == 200
    with transaction(instance.engine) as session:
        session.scalars(select(StaffMember)).one().is_active = False
    assert client.get("/vi/office/").status_code == 302


def test_a_demonstration_account_works_only_from_this_machine(
    instance: Instance, signed_in: SignIn
) -> None:
    client = signed_in("official").client
    with transaction(instance.engine) as session:
        session.scalars(select(StaffMember)).one().loopback_only = True
    assert client.get("/vi/office/").status_code == 200
    assert (
        client.get("/vi/office/", environ_base={"REMOTE_ADDR": "192.168.1.7"}).status_code == 302
    )


@pytest.mark.parametrize(
    ("source", "headers", "expected"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.168.1.7", {}, False),
        ("192.168.1.7", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.1"}, False),
    ],
)
def test_loopback_is_what_the_connection_says_and_no_header(
    app: Flask, source: str, headers: dict[str, str], *, expected: bool
) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": source}, headers=headers):
        assert access.from_loopback() is expected


def test_a_busy_session_is_noted_every_few_minutes_and_not_at_each_page(
    instance: Instance, signed_in: SignIn
) -> None:
    client = signed_in("official").client
    with transaction(instance.engine) as session:
        row = session.scalars(select(StaffSession)).one()
        row.seen_at = begun = clock.now() - timedelta(minutes=6)
    client.get("/vi/office/")
    first = _seen_at(instance)
    client.get("/vi/office/")
    assert begun < first.seen_at
    assert _seen_at(instance).seen_at == first.seen_at


def _seen_at(instance: Instance) -> StaffSession:
    with reading(instance.engine) as session:
        return session.scalars(select(StaffSession)).one()


def test_a_password_for_one_use_opens_only_the_page_that_replaces_it(
    app: Flask, instance: Instance, signed_in: SignIn
) -> None:
    client = signed_in("administrator", None).client
    with transaction(instance.engine) as session:
        session.scalars(select(StaffMember)).one().must_change_password = True
    assert client.get("/vi/office/password").status_code == 200
    for path in ("/vi/office/", "/vi/office/people", "/vi/office/audit"):
        assert client.get(path).location == "/vi/office/password"
    assert client.post("/vi/office/people/add", data={}).location == "/vi/office/password"


def test_a_permission_covers_the_unit_of_its_role_and_those_under_it(
    app: Flask, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        member = make_member(session, "official", "31")
        city, ward = _units(session, "31", "11413")
        make_member(session, "assessor", "11413")
    with app.test_request_context("/vi/office/"):
        g.signed_in = access.SignedIn(member, "id", {})
        assert access.covers("waves.manage", city)
        assert access.covers("waves.manage", ward)
        assert not access.covers("waves.manage", None)
        assert not access.covers("scores.edit", ward)
        access.demand("waves.manage", ward)
        with pytest.raises(Refusal, match="not_permitted"):
            access.demand("scores.edit", ward)


def _units(session: Session, *codes: str) -> list[Unit]:
    return [
        session.scalars(select(Unit).where(Unit.official_code == code)).one() for code in codes
    ]


def test_who_is_not_signed_in_may_nothing(app: Flask) -> None:
    with app.test_request_context("/vi/office/"):
        assert access.signed_in() is None
        assert not access.may("waves.read")
        assert not access.covers("waves.read", None)
        with pytest.raises(Refusal, match="sign_in_needed"):
            access.current_member()
