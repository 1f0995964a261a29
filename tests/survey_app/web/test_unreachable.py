"""The page for when nothing can be stored. What it keeps is tried in tests/faults."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from survey_app.db import UNREACHABLE


@pytest.mark.parametrize("fault", [*UNREACHABLE, NoConnectionFree])
def test_what_the_operator_mends_is_said_with_503_and_when_to_come_again(
    app: Flask, fault: type[Exception]
) -> None:
    @app.before_request
    def fail() -> None:
        if issubclass(fault, NoConnectionFree):
            raise fault
        raise fault("INSERT", {"answers": "secret"}, Exception("disk full"))

    reply = app.test_client().get("/en/")
    assert reply.status_code == 503
    assert 5 <= int(reply.headers["Retry-After"]) <= 60
    assert "secret" not in reply.text


def test_a_fault_of_the_code_is_not_blamed_on_the_database(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.before_request
    def fail() -> None:
        raise ZeroDivisionError

    assert app.test_client().get("/en/").status_code == 500


def test_nobody_is_promised_that_a_password_is_kept(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    @app.before_request
    def fail() -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    reply = app.test_client().post("/en/office/sign-in", data={"password": "hoa-phuong"})
    assert reply.status_code == 503
    assert "hoa-phuong" not in reply.text
