import unicodedata

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from survey_app.clock import now
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.services import passwords, people
from survey_app.services.people import Newcomer
from tests.office import SignIn, make_member
from tests.visit import Page, Visit

PASSWORD = "Bốn con mèo ăn phở sáng"  # noqa: S105  a password of tests alone
NEW_PASSWORD = "Năm con chó ngủ trưa hè"  # noqa: S105  a password of tests alone
WRONG = "not this one"
SIGN_IN = "/vi/office/sign-in"


@pytest.fixture(autouse=True)
def lan(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_member(
            session,
            "official",
            user_name="lan",
            password_hash=passwords.hash_password(PASSWORD),
        )


def enter(
    visit: Visit, path: str = SIGN_IN, password: str = PASSWORD, *, status: int | None = 200
) -> Page:
    typed = {"user_name": "lan", "password": password}
    return visit.get(path).submit(typed, status=status)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("office")
    assert found is not None
    return found.value


def session_id(client: FlaskClient) -> str | None:
    with client.session_transaction() as held:
        return held.get("id")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_one_enters_with_name_and_password_however_they_are_composed(
    visit: Visit, form: str
) -> None:
    page = enter(visit, password=unicodedata.normalize(form, PASSWORD))  # type: ignore[arg-type]  # form is one of the four names
    assert page.path == "/vi/office/"
    assert "Lan" in page.text


def test_the_session_changes_at_sign_in_and_the_former_one_opens_nothing(
    visit: Visit, app: Flask
) -> None:
    visit.get(SIGN_IN)
    before_sign_in = cookie(visit.client)
    enter(visit)
    first, first_cookie = session_id(visit.client), cookie(visit.client)
    assert before_sign_in != first_cookie
    _post_sign_in_again(visit)
    assert session_id(visit.client) not in {None, first}
    stale = app.test_client()
    stale.set_cookie("office", first_cookie)
    assert stale.get("/vi/office/").status_code == 302


def _post_sign_in_again(visit: Visit) -> None:
    token = str(visit.get("/vi/office/password").one("input[name=csrf_token]")["value"])
    typed = {"user_name": "lan", "password": PASSWORD, "csrf_token": token}
    visit.post(SIGN_IN, typed)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    header = client.get(SIGN_IN).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_a_wrong_password_is_told_in_words_and_keeps_the_name(visit: Visit) -> None:
    page = enter(visit, password=WRONG, status=400)
    assert page.one("[role=alert]").get_text(strip=True)
    assert page.one("input[name=user_name]")["value"] == "lan"
    assert not page.one("input[name=password]").get("value")


def test_an_empty_form_is_told_which_field_is_missing(visit: Visit) -> None:
    page = visit.get(SIGN_IN).submit({"user_name": "", "password": ""}, status=400)
    assert len(page.all(".field .error")) == 2


def test_an_unknown_name_and_a_wrong_password_are_told_the_same(visit: Visit) -> None:
    wrong = enter(visit, password=WRONG, status=400)
    typed = {"user_name": "nobody", "password": PASSWORD}
    unknown = visit.get(SIGN_IN).submit(typed, status=400)
    assert wrong.one("[role=alert]").get_text() == unknown.one("[role=alert]").get_text()


def test_five_failures_lead_to_a_wait_even_with_the_right_password(visit: Visit) -> None:
    for _ in range(5):
        enter(visit, password=WRONG, status=400)
    assert "15" in enter(visit, status=429).text or "16" in enter(visit, status=429).text


def test_signing_out_ends_the_session_for_a_copied_cookie_too(visit: Visit, app: Flask) -> None:
    home = enter(visit)
    copied = app.test_client()
    copied.set_cookie("office", cookie(visit.client))
    token = str(home.one("footer input[name=csrf_token]")["value"])
    page = visit.post("/vi/office/sign-out", {"csrf_token": token})
    assert page.path == SIGN_IN
    assert copied.get("/vi/office/").status_code == 302


def test_a_page_asked_for_before_signing_in_is_shown_after_it(visit: Visit) -> None:
    page = visit.get("/vi/office/password")
    assert page.path.startswith(SIGN_IN)
    assert enter(visit, page.path).path == "/vi/office/password"


def test_the_page_asked_for_survives_the_change_of_language(visit: Visit) -> None:
    page = visit.get("/vi/office/password")
    english = str(page.one(".languages a[lang=en]")["href"])
    assert enter(visit, english).path == "/en/office/password"


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://evil.example",
    "http://localhost@evil.example",
    "http://localhost.evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "\t//evil.example",
    " //evil.example",
    "\n//evil.example",
    "\r\nLocation: https://evil.example",
    "%09//evil.example",
    "%2f%2fevil.example",
    "//evil%E3%80%82example",
    "\uff0f\uff0fevil.example",
    "/vi/office/people",
    "office",
    "office.",
    "office.sign_in",
    "office.sign_out",
    "office.disable_person",
    "office.person",
    "static",
    "home.landing",
    "root",
    "health",
    "..",
    "",
    "OFFICE.PEOPLE",
    "x" * 5000,
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_next_leads_home_unless_it_names_a_page_of_the_office(
    client: FlaskClient, wanted: str
) -> None:
    _assert_leads_home(client, {"next": wanted})


@pytest.mark.parametrize(
    "wanted",
    [
        {"_external": "1", "_scheme": "evil"},
        {"_scheme": "javascript", "_external": "1"},
        {"_anchor": "//evil.example"},
        {"_method": "POST"},
        {"lang": "//evil.example"},
    ],
)
def test_arguments_beside_next_cannot_bend_the_address(
    client: FlaskClient, wanted: dict[str, str]
) -> None:
    _assert_leads_home(client, {"next": "office.home", **wanted})


@pytest.mark.parametrize("member_id", ["abc", "-1", "//evil.example", "1/../../evil", ""])
def test_a_wrong_argument_of_the_page_wanted_stays_on_our_host(
    client: FlaskClient, member_id: str
) -> None:
    answer = _sign_in(client, {"next": "office.person", "member_id": member_id})
    assert answer.startswith("/vi/office/")
    assert "evil" not in answer


def _assert_leads_home(client: FlaskClient, query: dict[str, str]) -> None:
    assert _sign_in(client, query) == "/vi/office/"


def _sign_in(client: FlaskClient, query: dict[str, str]) -> str:
    form = BeautifulSoup(client.get(SIGN_IN).text, "html.parser")
    token = form.select("input[name=csrf_token]")[0]["value"]
    typed = {"user_name": "lan", "password": PASSWORD, "csrf_token": token}
    answer = client.post(SIGN_IN, query_string=query, data=typed)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_changed_password_signs_every_other_browser_out(visit: Visit, app: Flask) -> None:
    other = Visit(app.test_client())
    enter(other)
    enter(visit)
    old_cookie = cookie(visit.client)
    typed = {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert visit.get("/vi/office/password").submit(typed).path == "/vi/office/"
    assert other.client.get("/vi/office/").status_code == 302
    stale = app.test_client()
    stale.set_cookie("office", old_cookie)
    assert stale.get("/vi/office/").status_code == 302
    assert stale.post("/vi/office/password").status_code == 401
    enter(Visit(app.test_client()), status=400)
    enter(Visit(app.test_client()), password=NEW_PASSWORD)


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW_PASSWORD, NEW_PASSWORD),
        (PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "x"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "lanlanlan123456789", "lanlanlan123456789"),
    ],
)
def test_a_password_is_not_changed_to_a_bad_one_or_by_somebody_else(
    visit: Visit, old: str, new: str, again: str
) -> None:
    enter(visit)
    typed = {"old": old, "new": new, "again": again}
    page = visit.get("/en/office/password").submit(typed, status=400)
    assert page.one("[role=alert]").get_text(strip=True)


def test_who_comes_with_a_password_for_one_use_must_choose_an_own_one_first(
    visit: Visit, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        newcomer = Newcomer("mai", "Mai", "expert", None)
        issued = people.add_member(session, None, newcomer, now())
    typed = {"user_name": "mai", "password": issued.password}
    page = visit.get("/en/office/sign-in").submit(typed)
    assert page.path == "/en/office/password"
    assert visit.get("/en/office/").path == "/en/office/password"
    chosen = {"old": issued.password, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert page.submit(chosen).path == "/en/office/"


def test_somebody_signed_in_does_not_meet_the_door_again(signed_in: SignIn) -> None:
    assert signed_in("expert").get("/en/office/sign-in").path == "/en/office/"
