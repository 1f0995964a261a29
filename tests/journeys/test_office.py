"""An official reads the gaps, an assessor seals, everybody reads what was published."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Welcome
from tests.journeys.places import DONG_HAI, HAI_AN, OPEN, PUBLISHED

INDICATORS = 39
DESK = 1280
REFUSED = "the server responded with a status of 4"  # the browser's own note on a refusal


def test_a_wrong_password_is_said_clearly_and_the_right_one_opens_the_door(
    walker: Welcome,
) -> None:
    official = walker()
    official.forgiven = (REFUSED,)
    page = official.sign_in("official", "vi", password="khong-phai-mat-khau")  # noqa: S106  a password of tests alone
    expect(page.locator(".notice.error")).to_be_visible()
    expect(page.locator(".notice.error")).to_contain_text("mật khẩu")
    expect(page.locator("input[name=user_name]")).to_have_value("official")
    expect(page.locator("input[name=password]")).to_have_value("")
    page.locator("input[name=password]").fill("hoa-phuong-do-ben-cang")
    page.locator("main form button").click()
    expect(page.locator("nav.menu")).to_be_visible()
    page.locator("footer button").click()
    official.go("/vi/office/gaps")
    expect(page.locator("main")).to_have_attribute("data-page", "sign-in")


def test_an_official_sees_the_gaps_as_a_chart_and_as_a_table_and_filters_them(
    walker: Welcome,
) -> None:
    official = walker(width=DESK)
    page = official.sign_in("official", "en")
    page.get_by_role("link", name="Perception gaps").first.click()
    page.locator(f"a[href='/en/office/gaps/{PUBLISHED}/{HAI_AN}']").click()
    rows = page.locator(".gap-table tbody tr")
    expect(rows).to_have_count(INDICATORS)
    expect(official.shown("figure.picture svg")).to_have_count(1)
    words = page.locator(".gap-table tbody").inner_text()
    for finding in ("Self-score higher", "Not asked"):
        assert finding in words

    page.locator("select[name=pillar]").select_option("4")
    page.get_by_role("button", name="Show").click()
    codes = page.locator(".gap-table tbody .code").all_inner_texts()
    assert codes
    assert {code.split(".")[0] for code in codes} == {"4"}
    expect(official.shown("figure.picture svg")).to_have_count(1)

    page.locator("select[name=pillar]").select_option("")
    page.locator("select[name=finding]").select_option("self_higher")
    page.get_by_role("button", name="Show").click()
    shown = rows.count()
    assert 0 < shown < INDICATORS
    expect(rows.filter(has_text="Self-score higher")).to_have_count(shown)
    page.locator(".gap-table tbody a").first.click()
    expect(page.get_by_role("heading", name="What may be said in public")).to_be_visible()
    expect(official.shown("figure svg").first).to_be_visible()


def test_what_an_official_sees_can_be_taken_along_as_a_file(walker: Welcome) -> None:
    page = walker(width=DESK).sign_in("official", "en")
    page.goto(f"{page.url.rsplit('/en/', 1)[0]}/en/office/gaps/{PUBLISHED}/{HAI_AN}?pillar=4")
    with page.expect_download() as csv:
        page.get_by_role("link", name=".csv").click()
    text = csv.value.path().read_text(encoding="utf-8-sig")
    assert "4.2" in text
    assert "1.10" not in text
    with page.expect_download() as workbook:
        page.get_by_role("link", name=".xlsx").click()
    assert workbook.value.path().read_bytes().startswith(b"PK")


def test_an_assessor_seals_without_having_seen_what_residents_say(walker: Welcome) -> None:
    assessor = walker()
    assessor.forgiven = (REFUSED,)
    page = assessor.sign_in("assessor", "en")
    expect(page.locator("nav.menu a[href*='/gaps']")).to_have_count(0)
    for wave in (PUBLISHED, OPEN):
        assessor.go(f"/en/office/gaps/{wave}/{HAI_AN}")
        expect(page.locator("main svg, main table")).to_have_count(0)

    assessor.go("/en/office/self-assessment")
    page.locator(f"a[href$='/{OPEN}/{HAI_AN}']").click()
    page.locator("input[name='points-4.2']").fill("71")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("input[name='points-4.2']")).to_have_value("71")
    page.get_by_role("link", name="Seal the saved scores").click()
    page.get_by_role("button", name="Seal the self-scores").click()
    expect(page.locator("main .notice.success").last).to_contain_text("Sealed at")
    expect(page.locator("input[name='points-4.2']")).to_have_count(0)


def test_whoever_scores_is_not_shown_the_gaps_of_another_unit_either(walker: Welcome) -> None:
    assessor = walker()
    assessor.forgiven = (REFUSED,)
    page = assessor.sign_in("assessor", "en")
    assessor.go(f"/en/office/self-assessment/{OPEN}/{DONG_HAI}")
    expect(page.locator("main table")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_published_results_are_read_on_a_phone(walker: Welcome, *, javascript: bool) -> None:
    reader = walker(javascript=javascript)
    page = reader.go("/vi/")
    page.locator(f"a[href='/vi/results/{PUBLISHED}/{HAI_AN}']:visible").first.click()
    expect(page.locator("h1")).to_contain_text("phường Hải An")
    expect(reader.shown("figure svg").first).to_be_visible()
    page.locator("main details summary").first.click()
    expect(page.locator(".gap-table tbody tr")).to_have_count(INDICATORS)
    if javascript:
        assert reader.is_as_wide_as_the_screen()
    page.locator("header a[hreflang=en]").click()
    expect(page.locator("h1")).to_contain_text("Hai An Ward")
