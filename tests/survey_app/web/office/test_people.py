import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.db import reading, transaction
from survey_app.instance import Instance
from survey_app.models.staff import StaffMember
from tests.factories import make_province, make_unit
from tests.office import SignIn, make_member
from tests.visit import Page, Visit

ADD = "/vi/office/people/add"
MAI = {"user_name": "mai.tran", "display_name": "Trần Thị Mai", "role": "assessor"}


def member(instance: Instance, user_name: str) -> StaffMember | None:
    with reading(instance.engine) as session:
        found = session.scalar(select(StaffMember).where(StaffMember.user_name == user_name))
        if found:
            _ = [grant.unit for grant in found.grants]
        return found


def roles(instance: Instance, user_name: str) -> list[tuple[str, str | None]]:
    found = member(instance, user_name)
    assert found is not None
    return sorted(
        (grant.role, grant.unit.official_code if grant.unit else None) for grant in found.grants
    )


def press(visit: Visit, page: Page, action: str) -> Page:
    """Press the button of the form whose address ends so."""
    form = page.one(f"form[action$='{action}']")
    token = str(form.select("input[name=csrf_token]")[0]["value"])
    return visit.post(str(form["action"]), {"csrf_token": token})


@pytest.mark.parametrize(
    "typed", ["11413", "hai an", "HẢI AN", "phường Hải An, thành phố Hải Phòng"]
)
def test_an_administrator_adds_a_person_by_the_units_code_or_name(
    signed_in: SignIn, instance: Instance, typed: str
) -> None:
    visit = signed_in("administrator", "31")
    page = visit.get(ADD).submit({**MAI, "unit": typed})
    assert page.one("#one-time-password").get_text(strip=True)
    assert roles(instance, "mai.tran") == [("assessor", "11413")]
    assert "Trần Thị Mai" in visit.get("/vi/office/people").text


def test_the_password_shown_once_opens_the_account(signed_in: SignIn, client: FlaskClient) -> None:
    page = signed_in("administrator").get(ADD).submit({**MAI, "unit": "11413"})
    password = page.one("#one-time-password").get_text(strip=True)
    entered = Visit(client).get("/vi/office/sign-in")
    typed = {"user_name": "mai.tran", "password": password}
    assert entered.submit(typed).path == "/vi/office/password"


def test_of_several_units_of_a_name_one_is_chosen(signed_in: SignIn, instance: Instance) -> None:
    visit = signed_in("administrator", None)
    with transaction(instance.engine) as session:
        province = make_province(session)
        for code in ("11413", "12001"):
            make_unit(session, code, parent=province)
    page = visit.get(ADD).submit({**MAI, "unit": "Hải An"}, status=400)
    assert [choice["value"] for choice in page.all("input[name=meant]")] == ["11413", "12001"]
    assert page.one("input[name=user_name]")["value"] == "mai.tran"
    page.submit({"meant": "12001"})
    assert roles(instance, "mai.tran") == [("assessor", "12001")]


def test_only_who_looks_after_everything_gives_a_role_everywhere(
    signed_in: SignIn, instance: Instance
) -> None:
    local, whole = signed_in("administrator"), signed_in("administrator", None, user_name="chief")
    assert not local.get(ADD).all("input[name=everywhere]")
    local.get(ADD).submit({**MAI, "everywhere": "y"}, status=403)
    assert member(instance, "mai.tran") is None
    whole.get(ADD).submit({**MAI, "everywhere": "y"})
    assert roles(instance, "mai.tran") == [("assessor", None)]


def test_an_administrator_gives_no_role_outside_the_own_unit(
    signed_in: SignIn, instance: Instance
) -> None:
    visit = signed_in("administrator")
    visit.get(ADD).submit({**MAI, "unit": "11411"}, status=403)
    visit.get(ADD).submit({**MAI, "unit": "31"}, status=403)
    assert member(instance, "mai.tran") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "Atlantis"},
        {"unit": ""},
        {"user_name": "Mai Trần"},
        {"user_name": ""},
        {"display_name": " "},
        {"role": "king"},
        {"role": None},
        {"user_name": "administrator"},
    ],
)
def test_what_is_missing_or_wrong_is_told_and_the_rest_is_kept(
    signed_in: SignIn, instance: Instance, wrong: dict[str, str | None]
) -> None:
    typed = {**MAI, "unit": "11413", **wrong}
    page = signed_in("administrator").get(ADD).submit(typed, status=None)
    assert page.status in {400, 409}
    assert page.all("[role=alert], p.error")
    assert page.one("input[name=unit]")["value"] == typed["unit"]
    assert member(instance, "mai.tran") is None


def test_names_are_shown_as_text_whatever_they_contain(signed_in: SignIn) -> None:
    visit = signed_in("administrator")
    visit.get(ADD).submit({**MAI, "unit": "11413", "display_name": "<script>alert(1)</script>"})
    page = visit.get("/vi/office/people")
    assert not page.all("main script")
    assert "<script>alert(1)</script>" in page.text


def test_closing_opening_and_resetting_an_account(signed_in: SignIn, instance: Instance) -> None:
    visit, person = signed_in("administrator", "31"), signed_in("expert")
    found = member(instance, "expert")
    assert found is not None
    page = press(visit, visit.get(f"/en/office/people/{found.id}"), "/disable")
    assert "Account closed" in page.text
    assert person.client.get("/vi/office/").status_code == 302
    page = press(visit, page, "/enable")
    assert "Account closed" not in page.text
    shown = press(visit, page, "/reset-password").one("#one-time-password").get_text(strip=True)
    after = member(instance, "expert")
    assert after is not None
    assert after.must_change_password
    assert shown not in after.password_hash
    assert shown not in visit.get("/en/office/audit").text


def test_giving_and_taking_a_role(signed_in: SignIn, instance: Instance) -> None:
    visit = signed_in("administrator", "31")
    signed_in("expert")
    found = member(instance, "expert")
    assert found is not None
    address = f"/vi/office/people/{found.id}"
    page = _give(visit, visit.get(address), {"role": "official", "unit": "dong hai"})
    assert roles(instance, "expert") == [("expert", "11413"), ("official", "11411")]
    page = press(visit, page, "/revoke")
    assert roles(instance, "expert") == [("official", "11411")]
    assert not page.all("form[action$='/revoke']"), "the last role stays"


def _give(visit: Visit, page: Page, typed: dict[str, str], *, status: int = 200) -> Page:
    form = page.one("form[action$='/roles']")
    token = str(form.select("input[name=csrf_token]")[0]["value"])
    return visit.post(str(form["action"]), {**typed, "csrf_token": token}, status=status)


def test_a_role_that_cannot_be_given_is_explained_on_the_same_page(
    signed_in: SignIn, instance: Instance
) -> None:
    visit = signed_in("administrator")
    signed_in("expert")
    found = member(instance, "expert")
    assert found is not None
    page = visit.get(f"/en/office/people/{found.id}")
    for typed, status in (
        ({"role": "expert", "unit": "11413"}, 409),
        ({"role": "official", "unit": "11411"}, 403),
        ({"role": "official", "unit": "Atlantis"}, 400),
        ({"unit": "11413"}, 400),
    ):
        refused = _give(visit, page, typed, status=status)
        assert refused.all("[role=alert], p.error")
    assert roles(instance, "expert") == [("expert", "11413")]


def test_a_neighbours_people_and_oneself_cannot_be_touched(
    signed_in: SignIn, instance: Instance
) -> None:
    visit = signed_in("administrator")
    with transaction(instance.engine) as session:
        neighbour = make_member(session, "expert", "11411")
    own = member(instance, "administrator")
    assert own is not None
    token = str(visit.get(ADD).one("main input[name=csrf_token]")["value"])
    for deed in ("disable", "enable", "reset-password", "roles/1/revoke"):
        theirs = f"/vi/office/people/{neighbour.id}/{deed}"
        visit.post(theirs, {"csrf_token": token}, status=404)
        visit.post(f"/vi/office/people/{own.id}/{deed}", {"csrf_token": token}, status=403)
    visit.get(f"/vi/office/people/{neighbour.id}", status=404)
    assert "Expert" not in visit.get("/en/office/people").one("main").get_text()


def test_the_language_link_of_an_answer_to_a_post_leads_to_a_page(
    signed_in: SignIn, instance: Instance
) -> None:
    visit = signed_in("administrator")
    signed_in("expert")
    found = member(instance, "expert")
    assert found is not None
    page = press(visit, visit.get(f"/vi/office/people/{found.id}"), "/reset-password")
    assert visit.get(str(page.one(".languages a[lang=en]")["href"])).path == "/en/office/people"
