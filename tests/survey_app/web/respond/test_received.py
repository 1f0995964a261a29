"""The page that says that an answer came in: its QR code, and what was published last time."""

import pytest

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.web.respond import qr
from tests.factories import make_wave
from tests.results import FEW, MANY, make_results
from tests.visit import Page, Visit

OWN = "http://localhost"


def open_again(instance: Instance, *, is_demonstration: bool = False) -> Wave:
    """A published wave, and an open one of the same campaign after it."""
    with transaction(instance.engine) as session:
        first = make_results(session, instance, published=True, is_demonstration=is_demonstration)
        units = [place.unit for place in first.units]
        return make_wave(session, campaign=first.campaign, units=units, key="2026-2", number=2)


def answered(visit: Visit, unit: str = MANY, language: str = "vi", tail: str = "") -> Page:
    form = visit.get(f"/{language}/s/2026-2/{unit}{tail}")
    name = str(form.one("[data-screen=topic] input[type=radio]")["name"])
    return form.submit({name: "1"}).submit()


def titles(page: Page) -> list[str]:
    return [each.get_text(strip=True) for each in page.all(".last-time strong")]


def test_the_receipt_is_a_qr_code_too_and_stands_in_no_address(
    instance: Instance, visit: Visit
) -> None:
    with transaction(instance.engine) as session:
        make_wave(session, key="2026-2")
    page = answered(visit)
    code = page.one("#receipt-code").get_text().replace("-", "")
    assert str(page.one("svg.qr path[stroke]")["d"]) in qr.svg(f"{OWN}/vi/receipt", code)
    assert not [a for a in page.all("a, form") if code in str(a.get("href") or a.get("action"))]
    assert page.all(".last-time") == []  # nothing has been published here


@pytest.mark.parametrize(
    ("language", "tail"), [("vi", ""), ("en", ""), ("vi", "/business"), ("en", "/business")]
)
def test_after_answering_one_sees_what_was_published_on_the_same_topics(
    instance: Instance, visit: Visit, language: str, tail: str
) -> None:
    open_again(instance)
    form = visit.get(f"/{language}/s/2026-2/{MANY}{tail}")
    asked = [each.find_all(string=True)[-1].strip() for each in form.all("[data-screen=topic] h2")]
    name = str(form.one("[data-screen=topic] input[type=radio]")["name"])
    page = form.submit({name: "1"}).submit()
    assert titles(page) == asked
    assert page.one(f"a[href='/{language}/results/2026-1/{MANY}']")
    bars = [each.get_text(" ", strip=True) for each in page.all(".last-time .people")]
    figures = {bar for bar in bars if bar[-1].isdigit()}
    own = {"vi": ("Người dân 50", "Doanh nghiệp 75"), "en": ("Residents 50", "Businesses 75")}
    assert figures <= set(own[language])
    assert tail or figures == {own[language][0]}
    lengths = {str(each["width"]) for each in page.all(".last-time .self rect")}
    assert lengths == {"90.0"}


def test_fewer_than_ten_people_have_no_figure_there_either(
    instance: Instance, visit: Visit
) -> None:
    open_again(instance)
    page = answered(visit, FEW, "en")
    assert page.all(".last-time .people rect") == []
    assert {each.get_text() for each in page.all(".last-time .people b")} == {"not shown"}


def test_who_answers_a_demonstration_sees_its_results_and_is_told_so(
    instance: Instance, visit: Visit
) -> None:
    open_again(instance, is_demonstration=True)
    page = answered(visit)
    assert titles(page)
    assert "demonstration" in str(page.one(".notice.warning")["class"])
