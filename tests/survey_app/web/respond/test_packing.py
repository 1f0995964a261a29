"""Pages compressed in parts are what they would be in one."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.web.respond.packing import pack


@given(st.lists(st.text(max_size=300), min_size=2, max_size=4), st.data())
def test_any_reader_of_gzip_reads_the_page_with_its_words(
    around: list[str], data: st.DataObject
) -> None:
    around = [part.replace("@", "") for part in around]
    words = data.draw(
        st.lists(st.text(max_size=999), min_size=len(around) - 1, max_size=len(around) - 1)
    )
    packed = pack("@here@".join(around), ["@here@"] * len(words))
    page = around[0] + "".join(w + part for w, part in zip(words, around[1:], strict=True))
    assert gzip.decompress(packed.filled(words)) == page.encode()


def test_a_page_without_places_is_compressed_as_a_whole() -> None:
    page = "<p>Phường Hải An</p>" * 500
    assert gzip.decompress(pack(page).filled([])).decode() == page
    assert len(pack(page).filled([])) < 200


def test_a_place_that_is_missing_is_noticed() -> None:
    with pytest.raises(ValueError, match="@stamp@"):
        pack("<p>nothing</p>", ["@stamp@"])


def test_a_word_too_few_is_noticed() -> None:
    with pytest.raises(ValueError, match="zip"):
        pack("a@b@c", ["@", "@"]).filled(["one"])
