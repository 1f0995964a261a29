"""An official takes the open wave to its results, and opens the next."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from survey_app import clock
from tests.journeys.conftest import Welcome
from tests.journeys.places import DONG_HAI, OPEN
from tests.journeys.walker import Walker

NEXT = "hai-phong-4"


def take_step(page: Page, link: str, button: str) -> None:
    """Follow a link to the page that explains the step, and take it there."""
    page.locator("main").get_by_role("link", name=link).first.click()
    page.locator("main").get_by_role("button", name=button).click()
    expect(page.locator("main")).to_have_attribute("data-page", "wave")


def answer_as_a_resident(resident: Walker, wave: str) -> None:
    page = resident.go(f"/en/s/{wave}/{DONG_HAI}")
    page.locator("fieldset[data-item] label.choice").first.click()
    page.locator("button[name=forward]").click()
    page.locator("button[name=forward]").click()
    expect(page.locator("#receipt-code")).to_be_visible()


def test_an_official_closes_a_wave_analyses_it_and_opens_the_next(walker: Welcome) -> None:
    official, resident = walker(width=1280), walker(javascript=False)
    resident.forgiven = official.forgiven = ("status of 410", "status of 404")
    answer_as_a_resident(resident, OPEN)

    page = official.sign_in("official", "en")
    page.goto(official.site.to(f"/en/office/waves/{OPEN}"))
    take_step(page, "Close the wave", "Close the wave")
    resident.go(f"/en/s/{OPEN}/{DONG_HAI}")
    expect(resident.page.locator("main")).to_have_attribute("data-page", "not-open")

    take_step(page, "Analyse the answers", "Analyse the answers")
    page.goto(official.site.to(f"/en/office/gaps/{OPEN}/{DONG_HAI}"))
    expect(page.locator(".gap-table tbody tr")).to_have_count(39)
    page.goto(official.site.to(f"/en/office/waves/{OPEN}"))
    take_step(page, "Publish the results", "Publish the results")
    resident.go(f"/en/results/{OPEN}/{DONG_HAI}")
    expect(resident.page.locator("h1")).to_contain_text("Dong Hai Ward")

    plan_the_next(official)
    take_step(page, "Check and register", "Register the wave")
    take_step(page, "Open now", "Open the wave")
    answer_as_a_resident(resident, NEXT)


def plan_the_next(official: Walker) -> None:
    """As a copy of the last wave: only the period is new, from tomorrow on."""
    page = official.go("/en/office/waves")
    page.get_by_role("link", name="Plan the next wave").click()
    begins = clock.now().astimezone(clock.VIET_NAM) + timedelta(days=1)
    expect(page.locator("input[name=key]")).to_have_value(NEXT)
    expect(page.locator("input[name=units]:checked")).to_have_count(8)
    page.locator("input[name=opens_at]").fill(f"{begins:%Y-%m-%dT%H:%M}")
    page.locator("input[name=closes_at]").fill(f"{begins + timedelta(days=30):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("main")).to_have_attribute("data-page", "wave")
