import pytest

from survey_app.db import transaction
from survey_app.instance import Instance
from tests.results import FEW, MANY, make_results
from tests.visit import Visit

UNIT = f"/vi/results/2026-1/{MANY}"


def publish(instance: Instance, *, is_demonstration: bool = False) -> None:
    with transaction(instance.engine) as session:
        make_results(session, instance, published=True, is_demonstration=is_demonstration)


def test_a_closed_wave_does_not_exist_for_the_public(instance: Instance, visit: Visit) -> None:
    with transaction(instance.engine) as session:
        make_results(session, instance, published=False)
    visit.get("/vi/results/2026-1", status=404)
    visit.get(UNIT, status=404)
    visit.get("/vi/results/2026-9", status=404)


def test_a_published_wave_lists_its_units_in_alphabetical_order(
    instance: Instance, visit: Visit
) -> None:
    publish(instance)
    page = visit.get("/vi/results/2026-1")
    names = [each.get_text(strip=True) for each in page.all(".rows a")]
    assert names == ["Đặc khu Bạch Long Vĩ", "Phường Đông Hải", "Phường Hải An"]
    assert UNIT in {str(each["href"]) for each in page.all("a")}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_unit_has_chart_table_reading_and_method(
    instance: Instance, visit: Visit, language: str
) -> None:
    publish(instance)
    page = visit.get(f"/{language}/results/2026-1/{MANY}")
    assert len(page.all("#gap-wide > g")) == 39
    assert len(page.all("#gap-narrow > g")) == 39
    assert len(page.all(".gap-table tbody tr")) == 39
    assert page.one("#reading-640")
    assert "40" in page.one(".facts").get_text()
    assert page.response.headers.getlist("Set-Cookie") == []


def test_what_intervals_cannot_promise_stands_with_the_method(
    instance: Instance, visit: Visit
) -> None:
    publish(instance)
    said = visit.get(f"/en/results/2026-1/{MANY}").text
    assert "held the truth in 94 to 98 of 100 cases" in said
    assert "at a likeness of 0.15: in about 12 of 100 cases" in said


def test_the_difference_of_scales_is_said_before_any_gap(instance: Instance, visit: Visit) -> None:
    publish(instance)
    said = [each.get_text(" ", strip=True) for each in visit.get(UNIT).all(".said li")]
    assert said[0].startswith("Tính chung các đơn vị")
    assert said[1].startswith("Ở 8 chỉ số, tự đánh giá cao hơn cảm nhận")


def test_nothing_of_fewer_than_ten_people_is_published(instance: Instance, visit: Visit) -> None:
    publish(instance)
    body = visit.get(f"/vi/results/2026-1/{FEW}").text
    assert "dưới 10" in body
    for figure in ("28,6", "32,9", "+33", "86%", "7 người"):
        assert figure not in body


def test_notes_of_the_office_stay_in_the_office(instance: Instance, visit: Visit) -> None:
    publish(instance)
    assert "Có biên bản" not in visit.get(UNIT).text


def test_demonstration_results_say_what_they_are(instance: Instance, visit: Visit) -> None:
    publish(instance, is_demonstration=True)
    for path in ("/vi/results/2026-1", UNIT):
        assert "Số liệu minh họa" in visit.get(path).text
