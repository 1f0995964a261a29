"""Preview and trial on a telephone: read what is asked, try it, see it, empty it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.places import HAI_AN, OPEN, PASSWORD, Site, copied, served

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(copied(tmp_path_factory)) as site:
        yield site


@pytest.fixture
def official(browser: Browser, site: Site) -> Iterator[Page]:
    page = browser.new_context(viewport=PHONE, locale="vi-VN").new_page()
    page.goto(site.to("/vi/office/sign-in"))
    page.fill("input[name=user_name]", "official")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").last.click()
    yield page
    page.context.close()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_questionnaire_is_read_one_language_below_the_other_and_printed_in_one(
    official: Page, site: Site
) -> None:
    official.goto(site.to("/vi/office/questionnaires"))
    official.locator("h2 a", has_text="người dân").first.click()
    assert fits(official)
    first = official.locator(".asked .pair").first
    vietnamese, english = (first.locator(f"[lang={each}]").first for each in ("vi", "en"))
    above, below = vietnamese.bounding_box(), english.bounding_box()
    assert above is not None
    assert below is not None
    assert above["x"] == below["x"]
    assert above["y"] + above["height"] <= below["y"]
    official.set_viewport_size({"width": 1280, "height": 800})
    left, right = vietnamese.bounding_box(), english.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    official.get_by_role("link", name="Tiếng Việt").click()
    expect(official.locator(".asked [lang=en]")).to_have_count(0)
    official.emulate_media(media="print")
    expect(official.locator("header.top")).to_be_hidden()
    expect(official.locator("main h1")).to_be_hidden()
    expect(official.locator(".question").first).to_be_visible()


def test_a_form_is_tried_on_a_telephone_and_its_answers_are_read_and_emptied(
    official: Page, site: Site, browser: Browser
) -> None:
    trial = f"/vi/office/waves/{OPEN}/trial?unit={HAI_AN}"
    official.goto(site.to(trial))
    assert fits(official)
    address = official.get_by_role("link", name="Thử ngay tại đây").first.get_attribute("href")
    # Another telephone, signed in nowhere, which scanned the code.
    phone = browser.new_context(viewport=PHONE, locale="vi-VN").new_page()
    phone.goto(site.to(str(address)))
    banner = phone.locator(".strip.trial")
    expect(banner).to_be_visible()
    phone.get_by_role("button", name="Bắt đầu").click()
    phone.locator("fieldset:visible label.choice").first.click()
    while phone.locator("[data-do=next]").is_visible():
        expect(banner).to_be_visible()
        phone.locator("[data-do=next]").click()
    expect(phone.locator("#check")).to_be_visible()
    phone.get_by_role("button", name="Gửi câu trả lời").last.click()
    expect(phone.locator("h1")).to_have_text("Đã nhận phiếu thử")
    expect(banner).to_be_visible()
    expect(phone.locator("#receipt-code")).to_have_count(0)
    assert fits(phone)
    phone.context.close()
    official.reload()
    expect(official.locator("h3", has_text="1 phiếu thử")).to_be_visible()
    assert fits(official)
    official.get_by_role("button", name="Xóa mọi phiếu thử của đợt này").click()
    expect(official.get_by_text("Chưa có phiếu thử nào.")).to_be_visible()
