import pytest

from survey_app.instrument.texts import has_contact, is_without_words, letters_of, text_key


@pytest.mark.parametrize(
    "typed",
    [
        "Rác đổ bừa",
        "rac do bua",
        "RÁC ĐỔ BỪA!!!",
        "Ra\u0301c đo\u0302\u0309 bu\u031b\u0300a",  # composed of letters and marks (NFD)
        "  rác,\nđổ  bừa. ",
    ],
)
def test_texts_of_the_same_words_have_one_key_however_they_are_typed(typed: str) -> None:
    assert text_key(typed) == "rac do bua"


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 0912.345.678 vay nhanh",
        "goi +84 912 345 678",
        "điện thoại (0225) 3 842 119",
        "tổng đài 1900 1234",
        "xem https://example.org/a",
        "XEM TẠI VAYTIEN.COM",
        "vào www.abc",
    ],
)
def test_a_telephone_number_or_a_link_is_seen(text: str) -> None:
    assert has_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        "năm 2026 có 3.5 km",
        "tp.vinh",
        "gọi 113 và 1022",
        "căn cước 031098001234 thì sao",
        "1.000.000 đồng",
    ],
)
def test_other_numbers_and_dots_are_none(text: str) -> None:
    assert not has_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        "asdfgh jkl;",
        "sdkfjhskdjfh",
        "aaaaaaaaa",
        "qwertyuiop",
        "asdasdasd asdasd",
        "ĐSFKJH SDFKJH",
    ],
)
def test_a_mash_of_keys_has_no_words(text: str) -> None:
    assert is_without_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rác đổ bừa bãi, nước ngập",
        "rac do bua bai nuoc ngap",
        "Nghiêng ngả, khúc khuỷu",
        "duongngapnuoc",  # somebody without a space bar
        "TTPVHCC chậm",
        "UBND, HĐND",
        "property tax, strengths and lengths",
        "👍👍👍",
        "0912 345 678",  # whose it is could be found out: no sign may point to it
        "asdfghjkl 0912345678",
        "Дорога плохая",
        "",
    ],
)
def test_words_signs_and_numbers_are_not_taken_for_a_mash(text: str) -> None:
    assert not is_without_words(text)


def test_letters_are_counted_without_signs_and_digits() -> None:
    assert letters_of("Đổ 3 lần!") == 5
