import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from survey_app.instance import Instance
from survey_app.web import border
from tests.office import SignIn


@pytest.mark.parametrize("path", ["/vi/s/a%00b/11413", "/vi/?q=a%00b", "/vi/results/x%00"])
def test_an_address_with_nul_does_not_exist(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_form_with_nul_is_not_accepted(client: FlaskClient) -> None:
    assert client.post("/vi/receipt", data={"code": "a\0b"}).status_code == 415


def test_any_form_loses_the_bytes_that_are_no_text(app: Flask) -> None:
    with app.test_request_context(
        method="POST",
        data=b"name=T%E1%BB%91t%FF&name=%ED%A0%80&other=",
        content_type="application/x-www-form-urlencoded",
    ):
        assert request.form.to_dict(flat=False) == {"name": ["Tốt", ""], "other": [""]}


@pytest.mark.parametrize(("number", "status"), [(2**31 - 1, 404), (2**31, 404), (10**30, 404)])
def test_a_number_beyond_every_key_is_nobody(
    app: Flask, instance: Instance, number: int, status: int
) -> None:
    visit = SignIn(app, instance)("administrator", None)
    assert visit.client.get(f"/vi/office/people/{number}").status_code == status


def test_a_page_of_the_trail_from_an_impossible_entry_is_its_first(
    app: Flask, instance: Instance
) -> None:
    visit = SignIn(app, instance)("administrator", None)
    for asked in ("9" * 30, "-1", "x"):
        assert visit.client.get(f"/vi/office/audit?before={asked}").status_code == 200
    assert border.key("7") == 7
