import io
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import openpyxl
import pytest

from survey_app import typesetting
from survey_app.errors import Refusal
from survey_app.services import frames
from survey_app.services.frames import Person

HEADING = "Họ và tên;Địa chỉ;Điện thoại;Tầng"


def csv(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *rows]).encode()


def faults(*rows: str, heading: str = HEADING) -> list[tuple[str, int, str]]:
    found = frames.read_frame(csv(*rows, heading=heading), "frame.csv").faults
    return [(fault.column, fault.row, fault.code) for fault in found]


def test_a_list_is_read_in_its_order() -> None:
    frame = frames.read_frame(csv("Lan;Số 1;0912;ven sông", "Hùng;Số 2;;phố"), "frame.csv")
    assert frame.people == (
        Person("Lan", "Số 1", "0912", "ven sông"),
        Person("Hùng", "Số 2", "", "phố"),
    )
    assert frame.faults == ()


def test_headings_may_be_english_and_without_phone_or_stratum() -> None:
    frame = frames.read_frame(csv("Lan,Số 1", heading="name,address"), "frame.csv")
    assert frame.people == (Person("Lan", "Số 1"),)


def test_a_workbook_is_read_like_a_csv_file() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEADING.split(";"), ["Lan", "Số 1", "0912", "phố"], ["Hùng", "=A1", "", "phố"]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    frame = frames.read_frame(content.getvalue(), "frame.xlsx")
    assert frame.people[0] == Person("Lan", "Số 1", "0912", "phố")
    assert [(each.column, each.row, each.code) for each in frame.faults] == [
        ("B", 3, "uncalculated")
    ]


def test_every_bad_row_is_named_with_its_column() -> None:
    found = faults(
        ";Số 1;;phố",
        "Lan;;;phố",
        "Hùng;Số 3;;",
        "Mai;Số 4;;phố",
        "Mai;Số 4;;phố",
        f"{'x' * 81};Số 6;;phố",
        "張偉;Số 7;;phố",
        "=cmd;Số 8;;phố",
        "Bình;Số 9;;phố;thừa",
        "\u202eLan;Số 10;;phố",
        "Đủ;Số 11;;phố",
    )
    assert found == [
        ("A", 2, "missing"),
        ("B", 3, "missing"),
        ("D", 4, "missing"),
        ("A", 6, "repeated"),
        ("A", 7, "too_long"),
        ("A", 8, "unprintable"),
        ("A", 9, "formula"),
        ("E", 10, "outside_columns"),
        ("A", 11, "unprintable"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (csv("Lan", heading="Họ và tên"), "frame_columns_missing"),
        (csv("x", heading="a;b"), "frame_columns_missing"),
        (csv(), "file_empty"),
        (b"", "file_empty"),
        (b"\xff\xfe", "file_unreadable"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        frames.read_frame(content, "frame.csv")


def test_a_ward_of_twenty_thousand_fits() -> None:
    rows = [f"Người {number};Số {number};;phố" for number in range(20_000)]
    assert len(frames.read_frame(csv(*rows), "frame.csv").people) == 20_000


def test_all_letters_that_are_taken_can_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [chr(code) for code in range(0x20, 0x2070) if not frames.UNPRINTABLE.match(chr(code))]
    visible = "".join(each for each in every if each not in " \u00a0\u00ad")
    assert len(visible) > 250
    letter = {"name": visible, "address": visible, "code": [""], "qr": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"}  # fmt: skip
    words = {"lang": "vi", "heading": "a", "open": "b", "lines": [], "demonstration": ""}
    data = {"title": "a", "alt": "a", "organiser": [], "door": "d", "words": [words]}
    # It would raise at a letter that no font has.
    assert typesetting.pdf("letter", {**data, "letters": [letter]})


def people(*strata: tuple[str, int]) -> Sequence[Person]:
    return [
        Person(f"{stratum} {number}", "Số 1", stratum=stratum)
        for stratum, size in strata
        for number in range(size)
    ]


@pytest.mark.parametrize("method", ["simple", "systematic"])
def test_a_draw_is_the_same_again_by_its_seed_and_in_the_order_of_the_list(
    method: frames.Method,
) -> None:
    everybody = people(("", 1000))
    drawn = frames.draw(everybody, 300, 7, method)
    assert drawn == frames.draw(everybody, 300, 7, method)
    assert drawn != frames.draw(everybody, 300, 8, method)
    assert len(set(drawn)) == 300
    assert drawn == [person for person in everybody if person in set(drawn)]


def test_a_simple_draw_takes_of_each_stratum_its_share() -> None:
    drawn = frames.draw(people(("river", 600), ("town", 300), ("hills", 100)), 200, 1, "simple")
    assert Counter(person.stratum for person in drawn) == {"river": 120, "town": 60, "hills": 20}


def test_a_systematic_draw_takes_every_so_manieth() -> None:
    everybody = people(("", 100))
    places = [everybody.index(person) for person in frames.draw(everybody, 10, 3, "systematic")]
    assert {after - before for before, after in pairwise(places)} == {10}


@pytest.mark.parametrize("size", [0, -1, 11])
def test_more_than_all_cannot_be_drawn(size: int) -> None:
    with pytest.raises(Refusal, match="draw_too_large"):
        frames.draw(people(("", 10)), size, 1, "simple")
