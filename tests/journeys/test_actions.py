"""An official answers a gap and has something done; another person checks it; the public reads it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, PUBLISHED
from tests.journeys.walker import Walker

DESK = 1280
TITLE = "Dán thông báo kết quả xử lý ý kiến ở nhà văn hóa"
IN_ENGLISH = "Post what became of people's remarks in the community house"


def answered(official: Walker) -> Page:
    page = official.go(f"/vi/office/gaps/{PUBLISHED}/{HAI_AN}/1.3")
    page.locator("#follow-up a.button").click()
    page.locator("input[value=accept]").check()
    page.locator("textarea").first.fill("Đúng như người dân nói")
    page.get_by_role("button", name="Lưu câu trả lời").click()
    expect(page.locator(".notice.success")).to_be_visible()
    return page


def opened(page: Page) -> None:
    page.get_by_role("link", name="Mở nhiệm vụ").click()
    page.locator("#title_vi").fill(TITLE)
    page.locator("#title_en").fill(IN_ENGLISH)
    page.locator("#owner_id").select_option(index=1)
    page.locator("#due").fill("2027-03-01")
    page.locator("#expected_points").fill("5")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("h1")).to_have_text(TITLE)


def called_done(page: Page, record: Path) -> None:
    page.locator("summary", has_text="Thêm tệp").click()
    page.locator("input[type=file]").set_input_files(record)
    page.get_by_role("button", name="Thêm tệp").click()
    expect(page.locator(".files a")).to_have_text(record.name)
    page.locator("summary", has_text="Cập nhật").click()
    page.locator("input[value=done]").check()
    page.get_by_role("button", name="Lưu trạng thái").click()
    expect(page.locator(".tag").first).to_have_text("Đã hoàn thành")


def verified(page: Page) -> None:
    page.locator("input[value=verify]").check()
    page.locator("textarea").last.fill("Đã đến xem bảng thông báo")
    page.get_by_role("button", name="Lưu kết quả kiểm tra").click()
    expect(page.locator(".tag").first).to_have_text("Đã xác nhận")
    expect(page.locator("ol.history > li")).to_have_count(4)


def test_from_a_gap_to_a_verified_action_on_the_public_page(
    walker: Welcome, tmp_path: Path
) -> None:
    official = walker(javascript=False, width=DESK)
    page = official.sign_in("official", "vi")
    page = answered(official)
    opened(page)
    record = tmp_path / "Biên bản.pdf"
    record.write_bytes(b"%PDF-1.7 the record")
    called_done(page, record)
    expect(page.get_by_text("chờ người khác kiểm tra")).to_be_visible()
    expect(page.locator("form[action$='check']")).to_have_count(0)
    address = page.url

    expert = walker(width=DESK)
    there = expert.sign_in("expert", "vi")
    there.goto(address)
    verified(there)
    with there.expect_download() as download:
        there.locator(".files a").click()
    assert download.value.suggested_filename == record.name
    assert download.value.path().read_bytes() == record.read_bytes()

    reader = walker()
    public = reader.go(f"/en/results/{PUBLISHED}/{HAI_AN}")
    line = public.locator(".followed > li", has_text=IN_ENGLISH)
    expect(line).to_contain_text("Verified")


def test_the_board_tells_what_is_late_and_gives_the_days_to_a_calendar(walker: Welcome) -> None:
    official = walker(width=DESK)
    page = official.sign_in("official", "en")
    page.get_by_role("link", name="Answers and actions").first.click()
    page.locator(".notice.warning a").click()
    rows = page.locator("table.programme tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Overdue")
    with page.expect_download() as calendar:
        page.get_by_role("link", name=".ics").click()
    text = calendar.value.path().read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") == 1


def test_the_next_wave_says_whether_it_worked(walker: Welcome) -> None:
    reader = walker()
    page = reader.go(f"/vi/results/{PUBLISHED}/11411")
    line = page.locator(".followed > li", has_text="4.2")
    expect(line).to_contain_text("Đạt mong đợi")
    expect(line).to_contain_text("khoảng tin cậy 95%")
