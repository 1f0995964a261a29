"""Under which names we answer, and how much of what a proxy says is believed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from survey_app.instance import Instance
from survey_app.web import access
from survey_app.web.app import create_app
from survey_app.web.headers import HEADERS
from survey_app.web.hosts import outside

PUBLIC = "https://khaosat.example.vn"
REAL, PROXY = "203.113.9.9", "10.0.0.2"
Opened = Callable[[str | None, int], Flask]


@pytest.fixture
def opened(instance: Instance) -> Opened:
    def application(public_url: str | None = PUBLIC, behind_proxy: int = 0) -> Flask:
        settings = replace(instance.settings, public_url=public_url, behind_proxy=behind_proxy)
        app = create_app(replace(instance, settings=settings))
        app.add_url_rule("/seen", "health_seen", _seen)
        access.WITHOUT_DECLARATION.add("health_seen")
        return app

    return application


@pytest.fixture(autouse=True)
def _as_before() -> object:
    yield
    access.WITHOUT_DECLARATION.discard("health_seen")


def _seen() -> dict[str, object]:
    return {
        "scheme": request.scheme,
        "host": request.host,
        "address": request.remote_addr,
        "loopback": access.from_loopback(),
        "outside": outside("/vi/"),
    }


def seen(client: FlaskClient, host: str = "khaosat.example.vn", **headers: str) -> object:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.get(
        "/seen", headers={"Host": host, **named}, environ_base={"REMOTE_ADDR": PROXY}
    )
    return answer.json


@pytest.mark.parametrize(
    "host",
    ["khaosat.example.vn", "KHAOSAT.example.vn:443", "localhost:8000", "127.0.0.1", "[::1]:8000"],
)
def test_we_answer_under_the_public_name_and_on_this_machine(opened: Opened, host: str) -> None:
    assert opened(PUBLIC, 0).test_client().get("/vi/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "khaosat.example.vn.evil.example",
        "khaosat.example.vn:8000",
        "evil.example:443@khaosat.example.vn",
        "127.0.0.1.evil.example",
        "localhost:123456",
        "khaosat.example.vn, evil.example",
        "",
    ],
)
def test_any_other_name_is_refused_in_words_and_not_repeated(opened: Opened, host: str) -> None:
    client = opened(PUBLIC, 0).test_client()
    for path in ("/vi/", "/", "/vi/office/sign-in", "/static/site.css", "/nowhere"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"
        assert answer.text.startswith("Máy chủ này không dùng tên đó.")
        assert "This server is not reached under that name." in answer.text
        assert "evil" not in answer.text + str(answer.headers)
        assert dict(HEADERS).items() <= dict(answer.headers).items()
        assert "Set-Cookie" not in answer.headers


def test_without_a_public_name_only_this_machine_is_one(opened: Opened) -> None:
    client = opened(None, 0).test_client()
    assert client.get("/vi/", headers={"Host": "localhost:8000"}).status_code == 200
    assert client.get("/vi/", headers={"Host": "khaosat.example.vn"}).status_code == 400


def test_forwarded_headers_are_a_claim_where_no_proxy_is(opened: Opened) -> None:
    forged = {
        "X_Forwarded_For": REAL,
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Port": "81",
        "X_Forwarded_Prefix": "/evil",
        "Forwarded": f"for={REAL};host=evil.example;proto=https",
    }
    assert seen(opened(PUBLIC, 0).test_client(), **forged) == {
        "scheme": "http",
        "host": "khaosat.example.vn",
        "address": PROXY,
        "loopback": False,
        "outside": f"{PUBLIC}/vi/",
    }


def test_one_proxy_is_believed_and_what_came_before_it_is_not(opened: Opened) -> None:
    client = opened(PUBLIC, 1).test_client()
    said = seen(
        client,
        "127.0.0.1:8000",
        X_Forwarded_For=f"127.0.0.1, {REAL}",
        X_Forwarded_Proto="http, https",
        X_Forwarded_Host="evil.example, khaosat.example.vn",
        X_Forwarded_Prefix="/evil",
    )
    assert said == {
        "scheme": "https",
        "host": "khaosat.example.vn",
        "address": REAL,
        "loopback": False,
        "outside": f"{PUBLIC}/vi/",
    }


def test_two_proxies_are_counted_from_the_end(opened: Opened) -> None:
    said = seen(
        opened(PUBLIC, 2).test_client(),
        "10.0.0.3",
        X_Forwarded_For=f"1.2.3.4, {REAL}, {PROXY}",
        X_Forwarded_Proto="http, https, http",
        X_Forwarded_Host="evil.example, khaosat.example.vn, 10.0.0.3",
    )
    assert said == {
        "scheme": "https",
        "host": "khaosat.example.vn",
        "address": REAL,
        "loopback": False,
        "outside": f"{PUBLIC}/vi/",
    }


def test_a_name_that_a_proxy_forwards_must_be_ours_too(opened: Opened) -> None:
    answer = (
        opened(PUBLIC, 1)
        .test_client()
        .get("/vi/", headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})
    )
    assert answer.status_code == 400


def test_fewer_words_than_proxies_prove_nothing(opened: Opened) -> None:
    said = seen(opened(PUBLIC, 2).test_client(), X_Forwarded_For=REAL, X_Forwarded_Proto="https")
    assert isinstance(said, dict)
    assert (said["address"], said["scheme"], said["loopback"]) == (PROXY, "http", False)


@pytest.mark.parametrize("behind_proxy", [0, 1])
@pytest.mark.parametrize(
    ("host", "headers", "expected"),
    [
        ("localhost:8000", {}, True),
        ("127.0.0.1", {}, True),
        # From this machine, but only because something passes on the bytes of others.
        ("khaosat.example.vn", {}, False),
        ("localhost", {"X-Forwarded-For": "127.0.0.1"}, False),
    ],
)
def test_this_machine_is_known_by_its_address_and_its_name(
    opened: Opened, host: str, headers: dict[str, str], behind_proxy: int, *, expected: bool
) -> None:
    client = opened(PUBLIC, behind_proxy).test_client()
    answer = client.get("/seen", headers={"Host": host, **headers})
    assert answer.json is not None
    assert answer.json["loopback"] is expected


def test_without_a_public_address_links_have_the_name_that_was_asked_for(opened: Opened) -> None:
    said = seen(opened(None, 0).test_client(), "localhost:8123")
    assert isinstance(said, dict)
    assert said["outside"] == "http://localhost:8123/vi/"
