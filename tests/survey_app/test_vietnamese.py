"""The expected order is that of ICU 78 (Intl.Collator("vi", { numeric: true }) of Node 20)."""

import random
import unicodedata

import pytest

from survey_app.vietnamese import fold, nfc, search_key, sort_key

ICU_ORDER = [
    "An Biên",
    "Ăn Sâu",
    "Ân Thi",
    "Ba Đình",
    "Bà Rịa",
    "Bá Thước",
    "Bạch Long Vĩ",
    "Bãi Cháy",
    "Cát Bi",
    "Cát Hải",
    "Cẩm Giàng",
    "Cầu Giấy",
    "Da Lộc",
    "Dương Kinh",
    "Đà Nẵng",
    "Đằng Lâm",
    "Đặng Xá",
    "Đồ Sơn",
    "Đông Hải",
    "Đồng Hải",
    "Ea H'Leo",
    "Êa Kar",
    "Gia Viên",
    "Hà An",
    "Hai An",
    "Hài An",
    "Hải An",
    "Hãi An",
    "Hái An",
    "Hại An",
    "Hải Anh",
    "Hải Phòng",
    "Hoà Bình",
    "Hoá Châu",
    "Hoa Lư",
    "Họp Tiến",
    "Hồng Bàng",
    "Hợp Tiến",
    "Kiến An",
    "Lê Chân",
    "Nam Đồ Sơn",
    "Nghĩa Đô",
    "Ngô Quyền",
    "O Lâm",
    "Ô Chợ Dừa",
    "Ơ Rơ",
    "Phường 1",
    "Phường 2",
    "Phường 10",
    "Quận 3",
    "Quận 12",
    "Thủ Đức",
    "Thuỷ Nguyên",
    "Ung Văn",
    "Uông Bí",
    "Ứng Hoà",
    "Vũng Tàu",
    "Xuân Hương",
    "Xuân Hương - Đà Lạt",
    "Y Tý",
    "Ý Yên",
    "Yên Bái",
]


@pytest.mark.parametrize("text", ["hai an", "HẢI AN", "Hải An", "  Hải \t AN "])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_case_tones_spaces_and_composition_do_not_matter_when_folded(text: str, form: str) -> None:
    composed = unicodedata.normalize("NFD" if form == "NFD" else "NFC", text)
    assert fold(composed) == "hai an"


def test_every_vietnamese_letter_folds_to_its_plain_one() -> None:
    assert fold("ĂÂĐÊÔƠƯ ăâđêôơư Nguyễn Đức Trường") == "aadeoou aadeoou nguyen duc truong"


@pytest.mark.parametrize("text", ["M'Drắk", "m’đrăk", "MDRAK"])
def test_apostrophes_do_not_matter_when_searching(text: str) -> None:
    assert search_key(text) == "mdrak"


def test_other_signs_are_spaces_when_searching() -> None:
    assert search_key("P. Hải An, TP.Hải_Phòng (%)") == "p hai an tp hai phong"


def test_names_sort_as_icu_sorts_them() -> None:
    shuffled = random.Random(1).sample(ICU_ORDER, len(ICU_ORDER))  # noqa: S311  a fixed shuffle
    assert sorted(shuffled, key=sort_key) == ICU_ORDER


def test_where_the_tone_is_written_never_distinguishes() -> None:
    assert sort_key("Hòa Thủy") == sort_key("Hoà Thuỷ")


def test_composition_and_case_do_not_change_the_place_of_a_name() -> None:
    assert sort_key(unicodedata.normalize("NFD", "ĐỒNG HẢI")) == sort_key("Đồng Hải")


def test_sort_keys_are_digits_that_every_database_orders_alike() -> None:
    assert all(sort_key(name).isdigit() for name in ICU_ORDER)


def test_decomposed_text_is_stored_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Hải An")) == "Hải An"
