"""An expert tries another margin, sees what follows, and saves it; the registered run stays first."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, PUBLISHED


def test_an_expert_changes_the_margin_sees_a_finding_change_and_saves_a_version(
    walker: Welcome,
) -> None:
    expert = walker(width=1280)
    page = expert.sign_in("expert", "en")
    expert.go("/en/office/calibration")
    versions = page.locator("section.version")
    expect(versions).to_have_count(1)

    page.locator("input[name=margin]").fill("25")
    page.locator("select[name=wave]").select_option(PUBLISHED)
    page.get_by_role("button", name="Try on this wave").click()
    higher = page.locator("tr", has_text="Self-score higher").first.locator("td")
    before, after = (int(each) for each in higher.all_inner_texts())
    assert after < before
    expect(page.locator("ul.rows li", has_text="→").first).to_be_visible()
    expect(versions).to_have_count(1)

    page.locator("textarea[name=reason]").fill("A wider margin, tried in a test.")
    page.locator("input[name=run_again]").check()
    page.get_by_role("button", name="Save as a new version").click()
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("A wider margin, tried in a test.")

    expert.go(f"/en/office/gaps/{PUBLISHED}/{HAI_AN}")
    assert_registered_run_is_first(page)


def assert_registered_run_is_first(page: Page) -> None:
    runs = page.locator("select[name=run] option")
    expect(runs).to_have_count(2)
    expect(runs.first).to_contain_text("registered before results")
    expect(page.locator("select[name=run] option[selected]")).to_have_text(runs.first.inner_text())
    expect(page.locator("main")).not_to_contain_text("You read a run made after the results")
    page.locator("select[name=run]").select_option(index=1)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("You read a run made after the results")
