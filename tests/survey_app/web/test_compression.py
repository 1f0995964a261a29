"""Styles and scripts go out compressed to whoever takes it, and plain to whoever does not."""

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from survey_app.config import ROOT

STATIC = ROOT / "survey_app" / "static"


def fetch(client: FlaskClient, name: str, **headers: str) -> Response:
    with client.get(f"/static/{name}", headers=headers, buffered=True) as answer:
        return answer


@pytest.mark.parametrize("name", ["site.css", "respond.js"])
def test_a_browser_that_takes_gzip_gets_the_same_bytes_smaller(
    client: FlaskClient, name: str
) -> None:
    answer = fetch(client, name, **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    plain = (STATIC / name).read_bytes()
    assert gzip.decompress(answer.data) == plain
    assert len(answer.data) < len(plain) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0"])
def test_a_browser_that_does_not_gets_them_as_they_are(client: FlaskClient, accepted: str) -> None:
    answer = fetch(client, "site.css", **{"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (STATIC / "site.css").read_bytes()


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    first = fetch(client, "site.css", **{"Accept-Encoding": "gzip"})
    known = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    again = fetch(client, "site.css", **known)
    assert (again.status_code, again.data) == (304, b"")


def test_a_font_which_is_compressed_already_goes_out_as_it_is(client: FlaskClient) -> None:
    name = next((STATIC / "fonts").glob("*.woff2")).name
    answer = fetch(client, f"fonts/{name}", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
