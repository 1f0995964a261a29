from hashlib import sha256
from pathlib import Path

import pytest

from survey_app.errors import Refusal
from survey_app.keys import Keys, create_keys, read_keys


def test_a_new_secret_belongs_to_its_owner_alone_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    made = create_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_keys(path) == made
    assert len(made.secret) == 32


def test_two_secrets_differ_and_none_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    assert create_keys(path) != create_keys(tmp_path / "other.key")
    with pytest.raises(FileExistsError):
        create_keys(path)


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = Keys(b"\x0b" * 32)
    assert keys.of("receipt") == keys.of("receipt")
    assert keys.of("receipt") != keys.of("stamp")
    assert keys.of("receipt") != Keys(b"\x0c" * 32).of("receipt")
    assert len(keys.of("receipt")) == 32


def test_a_key_is_the_first_block_of_hkdf_expand() -> None:
    """RFC 5869, 2.3: T(1) = HMAC(PRK, info | 0x01); its case 1 has an info that is no text."""
    secret = bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
    inner = bytes(each ^ 0x36 for each in secret.ljust(64, b"\0"))
    outer = bytes(each ^ 0x5C for each in secret.ljust(64, b"\0"))
    expected = sha256(outer + sha256(inner + b"receipt\x01").digest()).digest()
    assert Keys(secret).of("receipt") == expected


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    create_keys(path)
    path.chmod(mode)
    with pytest.raises(Refusal, match="secret_exposed"):
        read_keys(path)


@pytest.mark.parametrize("content", ["", "ab" * 31, "not a number", "é"])
def test_a_damaged_secret_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secret.key"
    create_keys(path)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refusal, match="secret_damaged"):
        read_keys(path)
