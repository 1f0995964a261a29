import re
import unicodedata
from pathlib import Path

import pytest
import typst

from survey_app import typesetting

BARE = '#import "house.typ": *\n#show: house.with(title: data.title)\n= #data.title\n#data.text\n'
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = "đ" + "".join(
    unicodedata.normalize("NFC", vowel + mark) for vowel in "aăâeêioôơuưy" for mark in MARKS
)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A template that sets a title and a text in the look of the house."""
    house = (typesetting.TEMPLATES / "house.typ").read_text(encoding="utf-8")
    (tmp_path / "house.typ").write_text(house, encoding="utf-8")
    (tmp_path / "bare.typ").write_text(BARE, encoding="utf-8")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    return "bare"


def test_a_page_is_tagged_titled_and_the_same_each_time(bare: str) -> None:
    data = {"title": "Phường Hải An", "text": "Ông/Bà"}
    made = typesetting.pdf(bare, data)
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in made
    assert b"/StructTreeRoot" in made
    assert re.search(rb"/Lang ?\(vi\)", made)
    assert typesetting.pdf(bare, data) == made


def test_what_people_typed_is_text_and_no_markup(bare: str) -> None:
    # Were it markup, this would not compile: there is no such function, and no such file.
    hostile = '#no_function() #read("/etc/passwd") *b* $x$ "]) </'
    assert typesetting.pdf(bare, {"title": hostile, "text": hostile})


def test_the_fonts_have_every_vietnamese_letter_in_both_weights(bare: str) -> None:
    assert len(set(LETTERS)) == 73
    text = LETTERS + LETTERS.upper() + "₫–—“”‘’…·×−«»"
    missing = typst.compile_with_warnings(
        typesetting.TEMPLATES / f"{bare}.typ",
        font_paths=[typesetting.FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": f'{{"title": "{text}", "text": "{text}"}}'},
        pdf_standards="ua-1",  # which refuses a letter that no font has
    )[1]
    assert [warning.message for warning in missing] == []


def test_a_letter_that_no_font_has_would_be_noticed(bare: str) -> None:
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typesetting.pdf(bare, {"title": "a", "text": "漢"})


def test_pictures_are_png(bare: str) -> None:
    made = typesetting.pictures(bare, {"title": "a", "text": "b"}, ppi=30)
    assert [each[:8] for each in made] == [b"\x89PNG\r\n\x1a\n"]
