import csv
import io
from collections.abc import Sequence

import openpyxl
import pytest

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.web.office.gaps.downloads import csv_text, xlsx_bytes
from survey_app.web.office.gaps.table import Table
from tests.factories import make_wave
from tests.office import SignIn
from tests.results import FEW, MANY, NOBODY, make_results, open_results
from tests.runs import ASKED
from tests.visit import Page, Visit

UNIT = f"/vi/office/gaps/2026-1/{MANY}"


@pytest.fixture
def wave(instance: Instance) -> Wave:
    with transaction(instance.engine) as session:
        return make_results(session, instance)


@pytest.fixture
def official(wave: Wave, signed_in: SignIn) -> Visit:
    return signed_in("official", None)


def codes(page: Page) -> list[str]:
    return [each.get_text(strip=True) for each in page.all(".gap-table .code")]


def drawn(page: Page) -> int:
    """Lines of the wide chart."""
    return len(page.all("#gap-wide > g"))


def in_csv(visit: Visit, path: str, delimiter: str = ";") -> list[list[str]]:
    text = visit.client.get(path).get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def in_xlsx(visit: Visit, path: str) -> list[Sequence[object]]:
    content = visit.client.get(path).get_data()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_the_room_lists_waves_with_their_units(official: Visit) -> None:
    page = official.get("/vi/office/gaps")
    assert "Đợt 1" in page.text
    assert UNIT in {each["href"] for each in page.all("main a")}


def test_a_unit_shows_every_indicator_once_with_the_difference_of_scales_first(
    official: Visit,
) -> None:
    page = official.get(UNIT)
    assert drawn(page) == 39
    assert sorted(set(codes(page))) == sorted(codes(page))
    assert page.one(".headline").get_text().startswith("Tính chung các đơn vị")
    assert codes(page)[:8] == list(ASKED)  # the eight gaps are equal, so in the framework's order
    assert "tạm thời" in page.text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("finding=self_higher", set(ASKED)),
        ("finding=not_asked", {"1.1", "4.7"}),
        ("pillar=2&finding=self_higher", {"2.6"}),
        ("pillar=3&finding=self_higher&audience=residents", {"3.5"}),
        ("audience=businesses&finding=aligned", set()),
    ],
)
def test_filters_keep_the_same_rows_in_chart_table_and_downloads(
    official: Visit, asked: str, expected: set[str]
) -> None:
    page = official.get(f"{UNIT}?{asked}")
    assert set(codes(page)) == expected
    assert drawn(page) == len(expected)
    written = in_csv(official, f"{UNIT}/gaps.csv?{asked}")[1:]
    assert {row[0].split()[0] for row in written} == expected
    reopened = in_xlsx(official, f"{UNIT}/gaps.xlsx?{asked}")[1:]
    assert {str(row[0]).split()[0] for row in reopened} == expected


def test_an_audience_of_its_own_shows_its_own_figures(official: Visit) -> None:
    page = official.get(f"{UNIT}?audience=businesses")
    row = next(each for each in page.all(".gap-table tr") if "1.3" in each.get_text(" "))
    assert "75" in row.get_text(" ")  # all twelve businesses chose the fourth answer
    assert "Doanh nghiệp" in row.get_text(" ")


def test_a_word_in_the_address_that_means_nothing_finds_nothing(official: Visit) -> None:
    assert "Không có chỉ số nào" in official.get(f"{UNIT}?finding=%22%3E%3Cscript%3E").text
    assert official.get(f"{UNIT}?run=x").status == 200


def test_links_and_the_other_language_keep_the_filters(official: Visit) -> None:
    page = official.get(f"{UNIT}?pillar=1&finding=self_higher")
    kept = "pillar=1&finding=self_higher"
    assert all(kept in each["href"] for each in page.all(".gap-table a"))
    english = next(each["href"] for each in page.all(".languages a") if each.get("lang") == "en")
    other = official.get(str(english))
    assert other.language == "en"
    assert codes(other) == codes(page)
    downloads = [str(each["href"]) for each in page.all("p.actions a")]
    assert len(downloads) == 2
    assert all(kept in href for href in downloads)


def test_counts_of_classes_agree_with_the_rows(official: Visit) -> None:
    page = official.get(UNIT)
    assert sum(int(each.get_text()) for each in page.all(".tally b")) == 39


# Of seven people six chose the second answer and one the third: 28.6 points, 32.9 below 61.5.
FIGURES_OF_FEW = ("28.6", "28,6", "32.9", "32,9", "+33", "86%", "14%", "0.86", "0,86")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_fewer_than_ten_answers_leave_no_trace_anywhere(official: Visit, language: str) -> None:
    here = f"/{language}/office/gaps/2026-1/{FEW}"
    pages = (here, f"{here}?audience=residents", f"{here}/1.3")
    files = (f"{here}/gaps.csv", f"{here}/gaps.csv?audience=residents")
    shown = [official.get(path) for path in pages]
    assert [
        each.get_text() for page in shown for each in page.all("td") if "29" in each.get_text()
    ] == []
    bodies = [page.text for page in shown]
    bodies += [official.client.get(path).get_data(as_text=True) for path in files]
    bodies.append(str(in_xlsx(official, f"{here}/gaps.xlsx")))
    assert all("61" in body or "62" in body for body in bodies)  # the self-score is no secret
    found = [figure for figure in FIGURES_OF_FEW for body in bodies if figure in body]
    assert found == []


def test_the_csv_opens_rightly_in_vietnamese_and_in_english(official: Visit) -> None:
    content = official.client.get(f"{UNIT}/gaps.csv").get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = in_csv(official, f"{UNIT}/gaps.csv")
    first = dict(zip(head, rows[0], strict=True))
    assert first["Chỉ số"].startswith("1.3 ")
    assert (first["Tự đánh giá"], first["Cảm nhận"], first["Chênh lệch"]) == ("90", "50", "40")
    english = in_csv(official, f"/en/office/gaps/2026-1/{MANY}/gaps.csv", ",")
    assert len(english) == len(rows) + 1
    low = english[0].index("Interval (95%), from")
    assert "." in english[1][low]
    assert english[1][low].replace(".", ",") == first["Khoảng tin cậy 95%, từ"]


def test_the_workbook_holds_the_figures_of_the_csv_as_numbers(official: Visit) -> None:
    written = in_csv(official, f"{UNIT}/gaps.csv")
    reopened = in_xlsx(official, f"{UNIT}/gaps.xlsx")
    assert [list(map(as_text, row)) for row in reopened] == written
    gap = written[0].index("Chênh lệch")
    assert isinstance(reopened[1][gap], int | float)


def as_text(cell: object) -> str:
    if isinstance(cell, int | float):
        return f"{cell:g}".replace(".", ",")
    return "" if cell is None else str(cell)


def test_no_cell_can_be_a_formula() -> None:
    table = Table("t", ("A",), (("=1+1",), ("-5",), ("@x",), (-5.25,)), ())
    assert csv_text(table, "vi").splitlines() == ["A", "'=1+1", "'-5", "'@x", "-5,25"]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table, ("A", "B")))).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet["A"]][1:] == [
        ("=1+1", "s"),
        ("-5", "s"),
        ("@x", "s"),
        (-5.25, "n"),
    ]


def test_an_indicator_says_what_was_asked_and_what_may_be_said(official: Visit) -> None:
    page = official.get(f"{UNIT}/1.3")
    assert "Có biên bản" in page.text
    said = page.one("blockquote").get_text(" ")
    assert "cao hơn điểm cảm nhận 40 điểm" in said
    assert "khoảng tin cậy 95%" in said
    assert len(page.all("blockquote p")) == 2
    assert "phường" in page.text
    assert page.one("#answers-0-640")
    assert str(page.one("a[rel=next]")["href"]).endswith("/1.5")


def test_what_intervals_cannot_promise_stands_beside_the_figures(official: Visit) -> None:
    page = official.get(f"/en/office/gaps/2026-1/{MANY}/1.3")
    assert "held the truth in 94 to 98 of 100 cases" in page.text
    assert "With fewer, a likeness of 0.06 is assumed" in page.text


def test_the_question_is_in_the_language_of_the_page(official: Visit) -> None:
    assert "ward" in official.get(f"/en/office/gaps/2026-1/{MANY}/1.7").text


@pytest.mark.parametrize("indicator", ["1.1", "1.2", "4.7"])
def test_indicators_without_answers_have_their_page_too(official: Visit, indicator: str) -> None:
    assert official.get(f"{UNIT}/{indicator}").status == 200


def test_a_unit_where_nobody_answered_says_so(official: Visit) -> None:
    page = official.get(f"/vi/office/gaps/2026-1/{NOBODY}")
    assert "Chưa có số liệu" in page.text
    assert "Xanh" in page.text


def test_all_units_stand_in_the_order_of_the_alphabet(official: Visit) -> None:
    page = official.get("/vi/office/gaps/2026-1")
    names = [each.get_text(strip=True) for each in page.all("tbody th")]
    assert names == ["Đặc khu Bạch Long Vĩ", "Phường Đông Hải", "Phường Hải An"]


def test_what_does_not_exist_is_not_found(official: Visit) -> None:
    for path in ("2026-9", "2026-1/99999", f"2026-1/{MANY}/9.9", f"2026-9/{MANY}"):
        official.get(f"/vi/office/gaps/{path}", status=404)


def test_a_wave_without_a_run_says_so(instance: Instance, signed_in: SignIn) -> None:
    with transaction(instance.engine) as session:
        make_wave(session, "closed")
    visit = signed_in("official", None)
    assert "chưa phân tích" in visit.get("/vi/office/gaps").text
    assert "chưa được phân tích" in visit.get(UNIT, status=404).text


def test_an_official_of_one_unit_sees_only_that_unit(wave: Wave, signed_in: SignIn) -> None:
    visit = signed_in("official", MANY)
    visit.get(UNIT)
    visit.get(f"/vi/office/gaps/2026-1/{FEW}", status=403)
    visit.get(f"/vi/office/gaps/2026-1/{FEW}/gaps.csv", status=403)
    assert "Phường Đông Hải" not in visit.get("/vi/office/gaps/2026-1").text


def test_an_assessor_has_no_door_to_this_room(wave: Wave, signed_in: SignIn) -> None:
    signed_in("assessor", MANY).get(UNIT, status=403)


def test_demonstration_data_are_called_so_on_every_page(
    instance: Instance, signed_in: SignIn
) -> None:
    with transaction(instance.engine) as session:
        make_results(session, instance, is_demonstration=True)
    visit = signed_in("official", None)
    for path in ("", "/2026-1", f"/2026-1/{MANY}", f"/2026-1/{MANY}/1.3"):
        assert "Số liệu minh họa" in visit.get(f"/vi/office/gaps{path}").text
    assert "Số liệu minh họa" in visit.client.get(f"{UNIT}/gaps.csv").text


def test_where_too_few_answered_no_empty_chart_is_drawn(official: Visit) -> None:
    page = official.get(f"/vi/office/gaps/2026-1/{FEW}/1.3")
    assert not page.all("svg.chart-small")
    assert "Quá ít câu trả lời" in page.text


def test_those_who_came_by_themselves_speak_for_nobody_else(
    instance: Instance, signed_in: SignIn
) -> None:
    with transaction(instance.engine) as session:
        open_results(session, instance)
    visit = signed_in("official", None)
    page = visit.get(UNIT)
    assert page.one(".headline").get_text().startswith("Trong số người tự tham gia")
    assert "Tín hiệu: cảm nhận thấp hơn: 8" in page.text
    body = page.text + visit.get(f"{UNIT}/1.3").text
    for word in (
        "khoảng tin cậy này chứa",
        "khoảng tin cậy 95%:",
        "Điểm tổng hợp:",
        "so với mức chung +",
    ):
        assert word not in body
    assert "không đại diện cho mọi người" in body
