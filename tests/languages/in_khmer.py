"""The walk of `test_third_language.py`: every room and the whole of answering, in Khmer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app import languages
from survey_app.clock import now
from survey_app.db import reading, transaction
from survey_app.instance import Instance, open_instance
from survey_app.models import Base
from survey_app.models.assessments import SelfScore
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Campaign, Wave
from survey_app.models.responses import InboxEntry
from survey_app.models.staff import AuditEntry, StaffMember
from survey_app.models.units import Unit
from survey_app.services import fielding
from survey_app.services.assessing import parse_scores
from survey_app.services.spreadsheets import read_table
from survey_app.web.app import create_app
from survey_app.web.i18n import day, number, percent
from tests.crawl.crawler import crawl_as
from tests.factories import make_units
from tests.journeys.places import copied, settings_in
from tests.languages.words import in_script
from tests.office import SignIn
from tests.visit import Page, Visit

WORD = re.compile(r"[A-Za-zÀ-ɏḀ-ỹ]{2,}")
# Codes and the names of things are the same in every language; what has its own says so.
# (here also the id of the questionnaire that has no Khmer).
ALIKE = {"CSV", "QR", "XLSX", "TCVN", "ISO", "HMAC", "businesses"}
FORM = "/km/s/y-kien-1/11413"


@pytest.fixture
def instance(instance: Instance) -> Instance:
    frameworks = instance.library.frameworks.values()
    return replace(instance, languages=languages.offered(frameworks))


@pytest.fixture
def signed_in(app: Flask, instance: Instance) -> SignIn:
    with transaction(instance.engine) as session:
        make_units(session)
    return SignIn(app, instance)


@pytest.fixture
def wave(signed_in: SignIn, instance: Instance) -> Wave:
    """Planned by an official of the city on the pages themselves, then opened."""
    visit = signed_in("official", "31")
    campaign = visit.get("/km/office/campaigns/add")
    plan = campaign.submit(
        {
            "unit": "31",
            "title_vi": "Ý kiến",
            "title_en": "Views",
            "title_km": "កខគ",
            "organiser_vi": "Ủy ban",
            "organiser_en": "Committee",
            "organiser_km": "ឃងច",
            "urgent_contact": "1022",
            "key": "y-kien",
        }
    )
    at = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    plan.submit({"title_km": "ឆជ", "opens_at": at, "units": ["11413"], "key": "y-kien-1"})
    with transaction(instance.engine) as session:
        found = session.scalars(select(Wave).where(Wave.key == "y-kien-1")).one()
        fielding.register_wave(session, found, instance.library, now())
        fielding.open_wave(session, found, instance.library, now())
    return found


def latin(page: Page) -> set[str]:
    """Words in Latin letters that are neither codes nor said to be in another language."""
    for element in page.soup.select("code, .code-of-data, output, script, template, [lang]"):
        if element.name != "html":
            element.extract()
    spoken = [str(each["aria-label"]) for each in page.all("[aria-label]")]
    return set(WORD.findall(" ".join([page.text, *spoken]))) - ALIKE


def test_a_complete_language_is_offered_and_an_incomplete_one_is_not(instance: Instance) -> None:
    assert instance.languages == ("vi", "en", "km")
    [(code, fault)] = languages.faults(instance.library.frameworks.values())
    assert code == "lo"
    assert fault.what.startswith("1 of ")


def test_an_official_plans_the_titles_in_khmer_and_they_are_kept(
    wave: Wave, instance: Instance
) -> None:
    with reading(instance.engine) as session:
        kept = session.get_one(Wave, wave.id)
        assert kept.title("km") == "ឆជ"
        assert kept.campaign.worded("organiser", "km") == "ឃងច"
        assert kept.says("km")


def test_residents_read_answer_check_and_get_their_receipt_in_khmer(
    wave: Wave, visit: Visit, instance: Instance
) -> None:
    form = visit.get(FORM)
    assert form.one("html")["lang"] == "km"
    assert {each["value"] for each in form.all("button[name=lang]")} == {"vi", "en"}
    assert latin(visit.get(FORM)) <= {"Hải", "An"}
    item = str(form.one("fieldset[data-item]")["data-item"])
    value = str(form.one(f"fieldset[data-item='{item}'] input")["value"])
    check = form.submit({item: value})
    assert check.all("dl.given dd:not(.blank)")
    receipt = check.submit()
    code = receipt.one("#receipt-code").get_text()
    assert latin(check) <= {"Hải", "An"}
    assert latin(receipt) <= {"Hải", "An"}
    found = visit.post("/km/receipt", {"code": code})
    assert found.all(".success")
    with reading(instance.engine) as session:
        assert session.scalars(select(InboxEntry)).one().language == "km"


def test_the_form_of_businesses_has_no_khmer_and_leads_to_the_languages_it_has(
    wave: Wave, visit: Visit
) -> None:
    page = visit.get(f"{FORM}/business", status=404)
    assert {str(each["lang"]) for each in page.all("main a[lang]")} == {"vi", "en"}
    assert latin(page) == set()
    vietnamese = visit.get(f"/vi{FORM.removeprefix('/km')}/business")
    assert {each["value"] for each in vietnamese.all("button[name=lang]")} == {"en"}


def test_a_wave_without_a_khmer_title_is_not_offered_in_khmer(
    wave: Wave, visit: Visit, instance: Instance
) -> None:
    assert visit.get("/km/").all("a[href^='/km/s/']")
    with transaction(instance.engine) as session:
        session.get_one(Wave, wave.id).wordings = {}
    visit.get("/km/s/y-kien-1/11411", status=404)
    assert not visit.get("/km/").all("a[href^='/km/s/']")
    assert not visit.get("/km/").all("main [lang=vi]")


def test_numbers_days_and_plurals_are_those_of_khmer(app: Flask) -> None:
    with app.test_request_context("/km/"):
        assert number(1234.5, 1) == "1,234.5"  # as the CLDR has it for Cambodia
        assert percent(0.125, 1) == "12.5%"
        assert day(now()).count("/") == 2
    one, many = "About %(num)s minute left", "About %(num)s minutes left"
    said = {languages.translations("km").ungettext(one, many, num) for num in (0, 1, 2, 5)}
    assert said == {in_script(one, "km")}  # Khmer has one form


def test_the_wrong_address_and_a_refusal_are_said_in_khmer(visit: Visit) -> None:
    missing = visit.get("/km/s/nowhere/11413", status=404)
    assert latin(missing) == set()
    assert visit.client.get("/lo/").status_code == 404


def test_a_browser_that_wishes_khmer_gets_khmer(visit: Visit) -> None:
    found = visit.client.get("/", headers={"Accept-Language": "km-KH, en;q=0.5"})
    assert found.location == "/km/"


def test_a_template_of_self_scores_in_khmer_is_read(instance: Instance) -> None:
    heads, green = (
        [in_script(each, "km") for each in ("Indicator code", "Colour", "Points")],
        "Green",
    )
    sheet = f"{','.join(heads)}\n1.10,{in_script(green, 'km')},80\n"
    framework = instance.library.frameworks["iso18091-2019"]
    read = parse_scores(read_table(sheet.encode(), "scores.csv"), framework)
    assert read.faults == ()
    assert [(each.indicator, each.colour, each.points) for each in read.scores] == [
        ("1.10", "green", 80.0)
    ]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    opened = open_instance(settings_in(copied(tmp_path_factory)))
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize("role", [None, "assessor", "official", "expert", "administrator"])
def test_every_page_of_the_demonstration_is_there_in_khmer_alone(
    demonstration: Instance, role: str | None
) -> None:
    crawl = crawl_as(create_app(demonstration), role, "km")
    assert crawl.faults == []
    assert len(crawl.pages) > 4
    known = _names(demonstration)
    found = {
        address: left
        for address, page in crawl.pages.items()
        if (left := {word for word in latin(page) if word not in known})
    }
    assert found == {}


def _names(instance: Instance) -> set[str]:
    """What people wrote has one wording; keys belong to no language."""
    with reading(instance.engine) as session:
        texts = [
            *session.scalars(select(Unit.short_name_vi)),
            *session.scalars(select(StaffMember.display_name)),
            *session.scalars(select(StaffMember.user_name)),
            *session.scalars(select(SelfScore.note)),
            *session.scalars(select(Wave.key)),
            *session.scalars(select(Campaign.key)),
            *session.scalars(select(AuditEntry.subject)),
            *session.scalars(select(Calibration.reason)),
            *session.scalars(select(Calibration.author_name)),
            *_told_of_actions(session),
        ]
    return {word for text in texts for word in WORD.findall(text)}


def _told_of_actions(session: Session) -> list[str]:
    """Whatever officials wrote about what they answered and did."""
    tables = [table for table in Base.metadata.sorted_tables if "action" in table.name]
    return [str(row) for table in tables for row in session.execute(select(table))]
