import pytest

from survey_app.keys import Keys
from survey_app.web.respond.stamps import Place, Stamp, channel_of, read, sign, sign_channel

KEYS, OTHER = Keys(b"a" * 32), Keys(b"b" * 32)
PLACE = Place("2026-1", "11413", "residents")
STAMP = Stamp(PLACE, "residents/v1", "vi", 7, 29_900_000, "open")


def test_a_stamp_is_read_back_with_the_same_secret_only() -> None:
    assert read(sign(STAMP, KEYS), KEYS) == STAMP
    assert read(sign(STAMP, KEYS), OTHER) is None


def test_a_changed_stamp_is_no_stamp() -> None:
    text = sign(STAMP, KEYS)
    for place in range(0, len(text), 7):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert read(changed, KEYS) is None


@pytest.mark.parametrize("text", ["", ".", "a.b", "ă", "x" * 10_000])
def test_nonsense_is_no_stamp(text: str) -> None:
    assert read(text, KEYS) is None


def test_a_channel_counts_only_where_it_was_signed_for() -> None:
    signed = sign_channel("counter", PLACE, KEYS)
    assert channel_of(signed, PLACE, KEYS) == "counter"
    assert channel_of(signed, Place("2026-1", "11411", "residents"), KEYS) == "open"
    assert channel_of(signed, PLACE, OTHER) == "open"
    assert channel_of(None, PLACE, KEYS) == "open"


def test_a_signed_channel_is_not_a_stamp() -> None:
    assert read(sign_channel("counter", PLACE, KEYS), KEYS) is None


@pytest.mark.parametrize("channel", ["fax", "drawn", "assisted"])
def test_only_channels_without_an_invitation_or_a_collector_are_signed(channel: str) -> None:
    with pytest.raises(ValueError, match=channel):
        sign_channel(channel, PLACE, KEYS)
