"""Somebody got a letter: its QR code opens the form, or its letters and digits are typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from survey_app.clock import now
from survey_app.db import make_engine, transaction
from survey_app.instance import open_instance
from survey_app.models.responses import InboxEntry
from survey_app.queries import campaigns
from survey_app.services import inviting
from survey_app.services.invitation_codes import grouped
from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN, Site, settings_in

CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4})+")


@pytest.fixture(scope="module")
def codes(site: Site) -> list[str]:
    """Letters to thirty people of a ward."""
    instance = open_instance(settings_in(site.folder))
    with transaction(instance.engine) as session:
        wave = campaigns.wave_by_key(session, OPEN)
        assert wave is not None
        wave.channels = [*wave.channels, inviting.CHANNEL]
        place = inviting.place(session, wave, HAI_AN, "residents", now())
        made = inviting.invite(session, place, ["river"] * 30, instance.keys)
    instance.engine.dispose()
    return made


def drawn(site: Site) -> list[tuple[str, dict[str, str]]]:
    """Stratum and answers of what came by invitation."""
    engine = make_engine(settings_in(site.folder).database_url)
    with transaction(engine) as session:
        found = [
            (entry.stratum, entry.answers)
            for entry in session.query(InboxEntry).filter_by(channel="drawn")
        ]
    engine.dispose()
    return found


def answer_first(page: Page) -> None:
    page.locator("[data-do=next]").click()
    page.locator("[data-screen=topic]:visible fieldset:visible label.choice").first.click()


def to_check_and_send(page: Page) -> None:
    while page.locator("[data-do=next]").is_visible():
        page.locator("[data-do=next]").click()
    page.locator("button[name=forward]").click()


def test_the_qr_code_of_a_letter_opens_the_form_and_the_code_never_stands_in_an_address(
    walker: Welcome, site: Site, codes: list[str]
) -> None:
    resident = walker()
    resident.forgiven = ("409",)  # a code that was used
    asked_for: list[str] = []
    resident.page.on("request", lambda request: asked_for.append(request.url))
    page = resident.go(f"/vi/i#{codes[0]}")
    expect(page.locator("main")).to_have_attribute("data-page", "answers")
    assert resident.is_as_wide_as_the_screen()
    answer_first(page)
    assert page.url == site.to("/vi/i")

    page.reload()  # as a phone does that was short of memory: the answer is there again
    expect(page.locator("main")).to_have_attribute("data-page", "answers")
    assert page.locator("fieldset[data-item] input:checked").count() == 1
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    before = len(drawn(site))
    to_check_and_send(page)
    expect(page.locator("output#receipt-code")).to_have_text(CODE)
    assert [stratum for stratum, _said in drawn(site)] == ["river"] * (before + 1)
    # Behind the # it is in the address bar for a moment, and in no request.
    assert not [url for url in asked_for if codes[0] in url.split("#")[0]]
    assert codes[0] not in page.url

    page = resident.go(f"/en/i#{codes[0]}")
    expect(page.locator("h1")).to_have_text("This code has already been used.")


def test_a_second_form_with_the_code_keeps_what_was_typed(
    walker: Welcome, site: Site, codes: list[str]
) -> None:
    walkers = [walker(), walker()]
    walkers[1].forgiven = ("409",)
    one, other = (each.go(f"/vi/i#{codes[1]}") for each in walkers)
    for page in (one, other):
        expect(page.locator("main")).to_have_attribute("data-page", "answers")
        answer_first(page)
    to_check_and_send(one)
    expect(one.locator("output#receipt-code")).to_have_text(CODE)
    to_check_and_send(other)
    expect(other.locator("main")).to_have_attribute("data-page", "code-refused")
    expect(other.locator("dl.given dd").first).to_be_visible()
    other.locator("button[name=back]").click()
    expect(other.locator("main")).to_have_attribute("data-page", "answers")
    assert other.locator("fieldset[data-item] input:checked").count() == 1


def test_without_javascript_the_code_is_typed_and_a_slip_is_named(
    walker: Welcome, site: Site, codes: list[str]
) -> None:
    resident = walker(javascript=False)
    resident.forgiven = ("400",)  # a slip
    page, before = resident.go("/vi/i"), len(drawn(site))
    code = grouped(codes[2]).lower()
    page.locator("#code").fill(f"{code[:-1]}{'0' if code[-1] != '0' else '2'}")
    page.locator("main button").last.click()
    expect(page.locator("#code-fault")).to_be_visible()
    assert resident.is_as_wide_as_the_screen()
    page.locator("#code").fill(code)
    page.locator("main button").last.click()
    page.locator("[data-screen=topic] fieldset label.choice").first.click()
    page.locator("button[name=forward]").click()
    expect(page.locator("main")).to_have_attribute("data-page", "check")
    page.locator("button[name=lang]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("button[name=forward]").click()
    expect(page.locator("output#receipt-code")).to_have_text(CODE)
    assert len(drawn(site)) == before + 1
