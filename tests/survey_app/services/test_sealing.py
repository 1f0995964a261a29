import base64
import json

import pytest

from survey_app.errors import Refusal
from survey_app.services import sealing

PASSPHRASE = "chín con cá vàng bơi"  # noqa: S105  of keys that are made for the test
PEOPLE = [
    {"name": f"Nguyễn Thị {number}", "address": "Số 1, phường Hải An"} for number in range(40)
]
ABOUT = {"wave": "2026-1", "unit": "11413"}


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    return sealing.make_officer_keys(PASSPHRASE)


def sealed(keys: tuple[str, str]) -> str:
    return sealing.seal(sealing.read_public(keys[1], "officer.pub"), ABOUT, PEOPLE)


def opened(content: str, keys: tuple[str, str], passphrase: str = PASSPHRASE) -> list[str]:
    rows = sealing.open_sealed(content, "contacts", keys[0], "officer.key", passphrase)
    return [row["name"] for row in rows]


def refused(content: str, keys: tuple[str, str], passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(Refusal) as caught:
        opened(content, keys, passphrase)
    return caught.value.code


def test_the_officer_reads_everybody_and_in_no_order_of_the_list(keys: tuple[str, str]) -> None:
    names = opened(sealed(keys), keys)
    assert sorted(names) == sorted(person["name"] for person in PEOPLE)
    assert names != [person["name"] for person in PEOPLE]


def test_nothing_of_anybody_can_be_read_without_the_key(keys: tuple[str, str]) -> None:
    content = sealed(keys)
    heading, *lines = content.splitlines()
    assert json.loads(heading)["rows"] == 40
    raw = b"".join(base64.b64decode(line) for line in lines)
    assert "Nguyễn".encode() not in raw + content.encode()
    assert len({len(line) for line in lines}) == 1  # a length is no name


def test_another_officer_reads_nothing(keys: tuple[str, str]) -> None:
    assert refused(sealed(keys), sealing.make_officer_keys(PASSPHRASE)) == "sealed_unreadable"


def test_the_passphrase_is_needed_and_not_found_in_the_file(keys: tuple[str, str]) -> None:
    assert refused(sealed(keys), keys, PASSPHRASE + ".") == "passphrase_wrong"
    assert PASSPHRASE not in keys[0]


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Refusal, match="passphrase_too_short"):
        sealing.make_officer_keys("14 characters.")


def test_a_row_cannot_be_taken_away_doubled_or_put_into_another_file(
    keys: tuple[str, str],
) -> None:
    content = sealed(keys)
    heading, *lines = content.splitlines()
    other, *_lines = sealing.seal(
        sealing.read_public(keys[1], ""), {**ABOUT, "wave": "2026-2"}, PEOPLE
    ).splitlines()
    for changed in (
        [heading, *lines[1:]],
        [heading, lines[1], *lines[1:]],
        [other, *lines],
        [heading.replace("40", "39"), *lines[1:]],
        [heading, lines[0][:-8] + "AAAAAAA=", *lines[1:]],
        [],
        ["{}"],
        ["\0", "x"],
    ):
        assert refused("\n".join(changed), keys) == "sealed_unreadable"


@pytest.mark.parametrize("key", ["", "{}", "[1]", "x", '{"public": 1}', "\0"])
def test_what_is_no_key_is_told_so(keys: tuple[str, str], key: str) -> None:
    assert refused(sealed(keys), (key, "")) == "officer_key_unfit"
    with pytest.raises(Refusal, match="officer_key_unfit"):
        sealing.read_public(key, "officer.pub")
    with pytest.raises(Refusal, match="officer_key_unfit"):
        sealing.read_public(keys[0], "officer.pub")  # the private one is never handed over
