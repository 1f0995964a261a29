import re
from datetime import UTC, datetime

import pytest

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Campaign
from tests.factories import make_unit, make_wave
from tests.visit import Visit

PAGES = ("privacy", "method", "help", "accessibility", "receipt")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_empty_instance_says_so(visit: Visit, lang: str) -> None:
    page = visit.get(f"/{lang}/")
    assert len(page.all("main .empty")) == 2


def test_the_start_page_links_every_open_survey_and_every_published_result(
    visit: Visit, instance: Instance
) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        units = [place.unit for place in wave.units]
        common = {"campaign": wave.campaign, "units": units}
        make_wave(session, "published", key="old", number=2, **common)  # type: ignore[arg-type]  # keywords from a dict have one type
        make_wave(session, "closed", key="shut", number=3, **common)  # type: ignore[arg-type]  # keywords from a dict have one type
    page = visit.get("/en/")
    addresses = {str(link["href"]) for link in page.all("main a")}
    for code in ("11413", "11411", "11948"):
        assert f"/en/s/2026-1/{code}" in addresses
        assert f"/en/s/2026-1/{code}/business" in addresses
        assert f"/en/results/old/{code}" in addresses
    assert not any("shut" in address for address in addresses)


def test_the_start_page_says_the_moment_of_the_close_of_open_and_past_surveys(
    visit: Visit, instance: Instance
) -> None:
    closes = datetime(2099, 12, 23, 15, tzinfo=UTC)  # 22:00 in Viet Nam
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        units = [place.unit for place in wave.units]
        old = make_wave(
            session, "published", key="old", number=2, campaign=wave.campaign, units=units
        )
        wave.closes_at = old.closes_at = closes
    said = visit.get("/vi/").one("main").get_text()
    assert "Nhận câu trả lời đến 22:00 ngày 23/12/2099." in said
    assert "Đã nhận câu trả lời đến 22:00 ngày 23/12/2099." in said


@pytest.mark.parametrize("typed", ["hai an", "HẢI AN", "Hải An", "Ha\u0309i An", "p. hải an"])
def test_a_ward_is_found_however_it_is_typed_and_leads_to_its_survey(
    visit: Visit, instance: Instance, typed: str
) -> None:
    with transaction(instance.engine) as session:
        make_wave(session)
        other = make_unit(session, "37", ("Tỉnh Ninh Bình", "Ninh Binh Province"), ("Ninh Bình", "Ninh Binh"), kind="province")  # fmt: skip
        make_unit(session, "14281", ("Xã Hải An", "Hai An Commune"), kind="commune", parent=other)
    found = visit.get(f"/vi/?q={typed}").one("section[aria-labelledby=found]")
    assert "phường Hải An, thành phố Hải Phòng" in found.get_text()
    assert found.select_one("a[href='/vi/s/2026-1/11413']")
    if not typed.startswith("p"):
        assert "xã Hải An, tỉnh Ninh Bình" in found.get_text()
        assert "Hiện chưa có khảo sát" in found.get_text()


def test_a_place_that_is_not_there_is_not_found_and_markup_stays_text(visit: Visit) -> None:
    page = visit.get("/vi/?q=<b>atlantis</b>")
    assert "Không tìm thấy nơi nào" in page.text
    assert page.one("input#q")["value"] == "<b>atlantis</b>"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_plain_page_stands_in_both_languages(visit: Visit, lang: str, name: str) -> None:
    page = visit.get(f"/{lang}/{name}")
    assert page.language == lang
    other = {"vi": "en", "en": "vi"}[lang]
    assert page.one(f".languages a[hreflang={other}]")["href"] == f"/{other}/{name}"


@pytest.mark.parametrize("name", ["", *PAGES])
def test_english_pages_are_english(visit: Visit, name: str) -> None:
    text = visit.get(f"/en/{name}").text.replace("Tiếng Việt", "").replace("Hải An", "")
    assert not re.search("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]", text)


def test_demonstration_data_are_called_so(visit: Visit, instance: Instance) -> None:
    with transaction(instance.engine) as session:
        wave = make_wave(session)
        session.get_one(Campaign, wave.campaign_id).is_demonstration = True
    assert "Demonstration data" in visit.get("/en/").text
    assert "This is demonstration data" in visit.get("/en/s/2026-1/11413").text


def test_an_unknown_address_offers_the_start_page_in_its_language(visit: Visit) -> None:
    assert visit.client.get("/vi/nothing").status_code == 404
    assert visit.client.get("/fr/").status_code == 404


def test_the_other_language_keeps_what_was_sought(visit: Visit) -> None:
    page = visit.get("/vi/?q=hai+an")
    assert page.one(".languages a")["href"] == "/en/?q=hai+an"
