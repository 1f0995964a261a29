"""Which language a page has, and how numbers, shares and moments are written in it."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from survey_app.web import i18n


@pytest.mark.parametrize(
    ("language", "value", "decimals", "expected"),
    [
        ("vi", 1234567.891, 2, "1.234.567,89"),
        ("en", 1234567.891, 2, "1,234,567.89"),
        ("vi", -12.5, 1, "−12,5"),
        ("vi", -0.04, 1, "0,0"),
        ("vi", 70.0, 0, "70"),
        ("en", None, 1, "–"),
        ("vi", float("nan"), 1, "–"),
    ],
)
def test_numbers_are_written_as_readers_expect(
    app: Flask, language: str, value: float | None, decimals: int, expected: str
) -> None:
    with app.app_context():
        g.language = language
        assert i18n.number(value, decimals) == expected


def test_a_difference_shows_its_sign_and_a_share_its_unit(app: Flask) -> None:
    with app.app_context():
        g.language = "vi"
        assert (i18n.signed(12.4), i18n.signed(-3.6), i18n.signed(0.2)) == ("+12", "−4", "0")
        assert i18n.percent(0.1234, 1) == "12,3%"


def test_moments_are_read_in_viet_nam_and_days_as_written_there(app: Flask) -> None:
    with app.app_context():
        g.language = "vi"
        late = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
        assert i18n.moment(late) == "00:30 ngày 23/11/2026"
        g.language = "en"
        assert i18n.moment(late) == "00:30, 23/11/2026"
        g.language = "vi"
        assert i18n.day(date(2026, 9, 2)) == "02/09/2026"
        assert i18n.day(datetime(2026, 9, 1, 18, 0, tzinfo=UTC)) == "02/09/2026"


@pytest.mark.parametrize(
    ("path", "wish", "expected"),
    [
        ("/vi/nothing-here", "en", "vi"),
        ("/en/nothing-here", "vi", "en"),
        ("/nothing/here", "en-GB,en;q=0.8", "en"),
        ("/nothing/here", "fr", "vi"),
    ],
)
def test_a_missing_page_speaks_the_language_of_its_address(
    client: FlaskClient, path: str, wish: str, expected: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": wish})
    assert answer.status_code == 404
    assert f'<html lang="{expected}"' in answer.get_data(as_text=True)


def test_the_front_door_leads_to_the_language_that_the_browser_wishes(client: FlaskClient) -> None:
    for wish, expected in (("en", "/en/"), ("vi,en;q=0.5", "/vi/"), ("de", "/vi/")):
        answer = client.get("/", headers={"Accept-Language": wish})
        assert (answer.status_code, answer.location) == (302, expected)


def test_only_known_languages_have_addresses(client: FlaskClient) -> None:
    assert client.get("/xx/").status_code == 404
    assert client.get("/../../etc/").status_code == 404
