import unicodedata

import pytest

from survey_app.web.charts.text import least, width, wrap


def test_vietnamese_marks_add_no_width_in_either_normal_form() -> None:
    composed = "Thưởng thức ẩm thực"
    assert width(composed, 16) == width(unicodedata.normalize("NFD", composed), 16)
    assert width("ệ", 16) == width("e", 16)


@pytest.mark.parametrize(
    ("text", "pixels"),
    # Chromium, Be Vietnam Pro 400 at 1000 px: the advances of the letters, added by hand.
    [("nam", 573 + 642 + 893), ("Hai", 709 + 642 + 264), ("100", 385 + 2 * 676)],
)
def test_widths_are_near_those_of_the_font(text: str, pixels: int) -> None:
    assert width(text, 1000) == pytest.approx(pixels, rel=0.05)


def test_wrapping_loses_no_word_and_keeps_within_the_room() -> None:
    text = "Ứng phó biến đổi khí hậu và giáo dục môi trường"
    lines = wrap(text, 150, 14)
    assert " ".join(lines) == text
    assert all(width(line, 14) <= 150 for line in lines)


def test_no_line_is_left_with_one_short_word() -> None:
    assert wrap("Tự đánh giá cao hơn", 125, 14) == ("Tự đánh giá", "cao hơn")


def test_a_word_wider_than_the_line_is_broken_and_nothing_is_cut() -> None:
    lines = wrap("a" * 100, 100, 14)
    assert "".join(lines) == "a" * 100
    assert all(width(line, 14) <= 100 for line in lines)


def test_an_empty_text_has_no_lines() -> None:
    assert wrap("  ", 100, 14) == ()


def test_a_word_too_wide_breaks_after_its_hyphen_first() -> None:
    room = least("Self-score", 13)
    assert wrap("Self-score", room, 13) == ("Self-", "score")
