import io
import zipfile
from datetime import date

import pytest

from survey_app.errors import Refusal
from survey_app.services.spreadsheets import MAX_ROWS, Cell, Table, places, read_table
from tests.workbooks import workbook


def refusal(content: bytes, name: str = "scores.xlsx") -> str:
    with pytest.raises(Refusal) as caught:
        read_table(content, name)
    assert caught.value.details == {"file": name}
    return caught.value.code


def test_a_workbook_says_what_is_text_and_what_is_a_number() -> None:
    table = read_table(workbook(("code", "points"), ("1.10", 66.66666666), (1.1, 70)), "a.xlsx")
    assert table.sheet == "Điểm"
    assert table.header == ("code", "points")
    assert table.rows == (
        (2, (Cell("1.10"), Cell("66.66666666", is_number=True))),
        (3, (Cell("1.1", is_number=True), Cell("70", is_number=True))),
    )


def test_a_code_that_excel_took_for_a_date_is_no_text() -> None:
    table = read_table(workbook(("code",), (date(2026, 10, 1),)), "a.xlsx")
    assert table.rows[0][1][0].is_number


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_is_read_however_excel_saved_it(separator: str, mark: str) -> None:
    text = f"{mark}code,colour\r\n1.10,đỏ\r\n\r\n1.2,vàng\r\n".replace(",", separator)
    table = read_table(text.encode(), "a.csv")
    assert table.rows == ((2, (Cell("1.10"), Cell("đỏ"))), (4, (Cell("1.2"), Cell("vàng"))))


def test_decomposed_letters_are_composed() -> None:
    assert read_table("a\nđỏ\n".encode(), "a.csv").rows[0][1] == (Cell("đỏ"),)


def test_rows_keep_their_numbers_below_an_empty_one() -> None:
    table = read_table(workbook((), ("code",), (), ("1.2",)), "a.xlsx")
    assert (table.header_row, table.rows[0][0]) == (2, 4)


def test_headings_are_found_without_tones_and_case() -> None:
    table = Table("CSV", 1, ("MÃ CHỈ SỐ", "", "mau"), ())
    assert dict(places(table, {"code": ("mã chỉ số",), "colour": ("màu",), "x": ("x",)})) == {
        "code": 0,
        "colour": 2,
        "x": None,
    }


def encrypted(content: bytes) -> bytes:
    """The workbook with the mark of encryption on every part."""
    marked = bytearray(content)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(signature)
        while place >= 0:
            marked[place + flags] |= 1
            place = marked.find(signature, place + 4)
    return bytes(marked)


def test_an_encrypted_workbook_cannot_be_read() -> None:
    assert refusal(encrypted(workbook(("code",), ("1.2",)))) == "file_unreadable"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    assert len(packed.getvalue()) < 100_000
    assert refusal(packed.getvalue()) == "file_too_large"


def test_a_sheet_that_claims_a_row_far_away_ends_soon() -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("code",)))) as sound,
        zipfile.ZipFile(packed, "w") as archive,
    ):
        for name in sound.namelist():
            content = sound.read(name)
            if name.endswith("sheet1.xml"):
                row = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", row)
            archive.writestr(name, content)
    table = read_table(packed.getvalue(), "a.xlsx")
    assert table.rows == ()


def test_entities_in_a_workbook_are_not_expanded() -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("code",)))) as sound,
        zipfile.ZipFile(packed, "w") as archive,
    ):
        for name in sound.namelist():
            content = sound.read(name)
            if name == "xl/workbook.xml":
                content = b'<!DOCTYPE a [<!ENTITY b "c">]>' + content
            archive.writestr(name, content)
    assert refusal(packed.getvalue()) == "file_unreadable"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 broken", "file_unreadable"),
        ("mã;màu".encode("utf-16"), "file_unreadable"),
        (b"m\xe0u", "file_unreadable"),
        (b'a,"b\n', "file_unreadable"),
        (b"", "file_empty"),
        (b"\n;;\n", "file_empty"),
        (b"a\n" * (MAX_ROWS + 1), "file_too_large"),
        (b"a," * 60 + b"b\n", "file_too_large"),
    ],
)
def test_what_is_no_table_is_refused_by_name(content: bytes, code: str) -> None:
    assert refusal(content, "điểm.csv") == code


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refusal(packed.getvalue()) == "file_unreadable"
