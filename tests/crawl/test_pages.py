"""Every page that a link leads to, for everybody, in both languages."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.config import LANGUAGES
from survey_app.db import reading
from survey_app.instance import Instance
from survey_app.models.assessments import SelfScore
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import WaveUnit
from survey_app.models.staff import StaffMember
from survey_app.models.units import Unit
from tests.crawl.crawler import Crawl, crawl_as, sign_in

ASSESSOR, OFFICIAL, EXPERT, ADMINISTRATOR = "assessor", "official", "expert", "administrator"
ROLES = (ASSESSOR, OFFICIAL, EXPERT, ADMINISTRATOR)
EVERYBODY = set(ROLES)
# Who may open which room. A page that is not in a room named here fails until it is.
ROOMS = {
    r"office/(password)?$": EVERYBODY,
    r"office/sign-in$": EVERYBODY,
    r"office/waves(/[^/]+(/links|/signs|/qr/.+|/posters/.+)?)?$": EVERYBODY,
    r"office/campaigns/": {OFFICIAL, ADMINISTRATOR},
    r"office/waves/[^/]+/(change|register|open|close|analyse|publish|margins.*)$": {
        OFFICIAL,
        ADMINISTRATOR,
    },
    r"office/waves/[^/]+/trial(/.+)?$": {OFFICIAL, EXPERT, ADMINISTRATOR},
    r"office/questionnaires": {OFFICIAL, EXPERT, ADMINISTRATOR},
    r"office/self-assessment": {ASSESSOR, OFFICIAL},
    r"office/gaps": {OFFICIAL, EXPERT},
    r"office/actions(/calendar\.ics|/\d+|/[^/]+/[^/]+/[^/]+)?$": {OFFICIAL, EXPERT},
    r"office/actions/.+/(add|change)$": {OFFICIAL},
    r"office/evidence/": {OFFICIAL, EXPERT},
    r"office/calibration": {OFFICIAL, EXPERT},
    r"office/people": {ADMINISTRATOR},
    r"office/audit": {ADMINISTRATOR},
}
VIETNAMESE = re.compile(
    r"\w*[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]\w*", re.IGNORECASE
)

Crawled = Callable[[str | None, str], Crawl]


@pytest.fixture(scope="module")
def crawled(site: Flask) -> Crawled:
    """Each crawl is made once."""
    made: dict[tuple[str | None, str], Crawl] = {}

    def crawl(role: str | None, language: str) -> Crawl:
        if (role, language) not in made:
            found = crawl_as(site, role, language)
            made[role, language] = found if role else found.follow(f"/{language}/?q=hai+an")
        return made[role, language]

    return crawl


everybody = pytest.mark.parametrize("role", [None, *ROLES])
each_language = pytest.mark.parametrize("language", LANGUAGES)


@everybody
@each_language
def test_every_link_leads_to_a_page_that_keeps_the_house_rules(
    crawled: Crawled, role: str | None, language: str
) -> None:
    crawl = crawled(role, language)
    assert not crawl.faults, "\n".join(crawl.faults)
    assert len(crawl.pages) > 5


@everybody
def test_every_page_is_there_in_both_languages(crawled: Crawled, role: str | None) -> None:
    vietnamese, english = (set(crawled(role, each).kinds) for each in LANGUAGES)
    assert vietnamese == english
    for page in crawled(role, "vi").pages.values():
        there = [str(each["href"]) for each in page.all("a[href][hreflang=en]")]
        there += [str(each["formaction"]) for each in page.all("button[name=lang][formaction]")]
        assert any(each.startswith("/en/") for each in there), page.path


def test_nobody_gets_a_page_of_another_role(crawled: Crawled, site: Flask) -> None:
    pages = {
        endpoint: address
        for role in ROLES
        for endpoint, address in crawled(role, "vi").kinds.items()
        if "/office/" in address
    }
    trespassed = []
    for role in ROLES:
        client = sign_in(site, role).client
        for address in pages.values():
            status = client.get(address, buffered=True).status_code
            if role not in _let_in(address) and status != 403:
                trespassed.append((role, address, status))
    assert trespassed == []


def _let_in(address: str) -> set[str]:
    named = [roles for room, roles in ROOMS.items() if re.search(f"/{room}", address)]
    assert len(named) == 1, f"who may open {address}?"
    return named[0]


def test_without_signing_in_every_office_page_leads_to_the_door(
    crawled: Crawled, site: Flask
) -> None:
    client = site.test_client()
    addresses = {page for role in ROLES for page in crawled(role, "vi").kinds.values()}
    for address in (each for each in addresses if "/office/" in each):
        response = client.get(address)
        assert response.status_code == 302, address
        assert "/office/sign-in" in response.location


@everybody
def test_english_pages_hold_no_vietnamese_outside_names(
    crawled: Crawled, demonstration: Instance, role: str | None
) -> None:
    written = _written_by_people(demonstration)
    left = []
    for address, page in crawled(role, "en").pages.items():
        for element in page.all("[lang=vi], script"):
            element.extract()
        text = page.text
        for name in written:
            text = text.replace(name, "")
        if words := VIETNAMESE.findall(text):
            left.append(f"{address}: {words}")
    assert not left, "\n".join(left)


def _written_by_people(instance: Instance) -> list[str]:
    """Names and reasons: they have one wording, that of whoever wrote them."""
    with reading(instance.engine) as session:
        names = list(session.scalars(select(StaffMember.display_name)))
        names += session.scalars(select(Unit.short_name_vi).join(WaveUnit))
        names += session.scalars(select(SelfScore.note).where(SelfScore.note != ""))
        for calibration in session.scalars(select(Calibration)):
            names += [calibration.reason, calibration.author_name]
    return names
