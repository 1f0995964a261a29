from survey_app.clock import now
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.assessments import SelfScoreSet
from tests.factories import make_wave
from tests.office import SignIn
from tests.visit import Visit


def doors(visit: Visit) -> set[str]:
    return {str(link["href"]) for link in visit.get("/en/office/").all("nav.menu a")}


def test_the_menu_has_the_rooms_of_ones_roles(signed_in: SignIn) -> None:
    people, audit = "/en/office/people", "/en/office/audit"
    assert {people, audit} <= doors(signed_in("administrator"))
    for role in ("assessor", "official", "expert"):
        assert not {people, audit} & doors(signed_in(role))


def test_every_door_of_the_menu_opens(signed_in: SignIn) -> None:
    for role in ("administrator", "assessor", "official", "expert"):
        visit = signed_in(role)
        for address in doors(visit):
            visit.get(address)


def test_the_waves_of_ones_units_are_listed_with_what_comes_next(
    signed_in: SignIn, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        city = wave.campaign.owner_unit_id
        assert wave.units[0].unit.parent_id == city
    page = signed_in("official", "31").get("/en/office/")
    card = page.one(".card").get_text(" ", strip=True)
    assert "Wave 1" in card
    assert "Open" in card
    assert "close it when its period ends" in card


def test_a_wave_elsewhere_is_not_shown(signed_in: SignIn, instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        wave.units = wave.units[:2]
    assert signed_in("official", "11413").get("/vi/office/").all(".card")
    assert not signed_in("expert", "11948").get("/vi/office/").all(".card")


def test_an_assessor_is_reminded_until_the_scores_are_sealed(
    signed_in: SignIn, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        unit = wave.units[0].unit
    visit = signed_in("assessor", "11413")
    assert "Enter and seal the self-scores of 1 unit." in visit.get("/en/office/").text
    with transaction(instance.engine) as session:
        session.add(
            SelfScoreSet(
                wave_id=wave.id, unit_id=unit.id, state="sealed", sealed_at=now(), sha256="0" * 64
            )
        )
    assert "Enter and seal" not in visit.get("/en/office/").text


def test_the_other_language_is_one_click_away(signed_in: SignIn) -> None:
    visit = signed_in("official")
    english = visit.get("/vi/office/").one(".languages a[lang=en]")
    assert visit.get(str(english["href"])).path == "/en/office/"
