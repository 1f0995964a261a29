import pytest

from survey_app.db import transaction
from survey_app.instance import Instance
from tests.factories import make_unit, make_wave
from tests.office import SignIn

HAI_AN = "11413"


@pytest.fixture(autouse=True)
def _wave(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)  # open, by the open link alone


@pytest.mark.parametrize("role", ["official", "assessor", "expert", "administrator"])
def test_whoever_reads_the_wave_gets_its_posters(signed_in: SignIn, role: str) -> None:
    client = signed_in(role, "31").client
    for path in (f"{HAI_AN}/residents/open", f"{HAI_AN}/businesses/open", "open"):
        answer = client.get(f"/vi/office/waves/2026-1/posters/{path}.pdf?paper=a3")
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        disposition = answer.headers["Content-Disposition"]
        assert disposition == f'attachment; filename="2026-1-{path_name(path)}-a3.pdf"'


def path_name(path: str) -> str:
    return path.replace("/", "-")


@pytest.mark.parametrize(
    "path",
    [
        "99999/residents/open",
        f"{HAI_AN}/nobody/open",
        f"{HAI_AN}/residents/counter",  # this wave has none
        f"{HAI_AN}/residents/paper",
        "counter",
    ],
)
def test_what_the_wave_has_not_has_no_poster(signed_in: SignIn, path: str) -> None:
    client = signed_in("official", "31").client
    assert client.get(f"/vi/office/waves/2026-1/posters/{path}.pdf").status_code == 404


def test_a_paper_that_there_is_not_is_refused(signed_in: SignIn) -> None:
    client = signed_in("official", "31").client
    address = f"/vi/office/waves/2026-1/posters/{HAI_AN}/residents/open.pdf?paper=b5"
    assert client.get(address).status_code == 404


def test_nobody_else_gets_one(signed_in: SignIn, instance: Instance) -> None:
    address = f"/vi/office/waves/2026-1/posters/{HAI_AN}/residents/open.pdf"
    assert signed_in.app.test_client().get(address).status_code == 302
    with transaction(instance.engine) as session:
        make_unit(session, "01", ("Thành phố Hà Nội", "Ha Noi City"), ("Hà Nội", "Ha Noi"), "city")
    assert signed_in("official", "01", user_name="other").client.get(address).status_code == 404


def test_the_page_of_links_leads_to_them(signed_in: SignIn) -> None:
    visit = signed_in("official", "31")
    page = visit.get("/en/office/waves/2026-1/links")
    found = [str(link["href"]) for link in page.all("a[href*='.pdf']")]
    assert len(found) == 2 + 3 * 2 * 2
    assert all(visit.client.get(address).status_code == 200 for address in found[:4])
    assert "These addresses work on this machine only." in page.text
