"""One secret per instance, one derived key per purpose: never one key for two things."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from survey_app.errors import Refusal

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The instance's secret; `of(purpose)` is HKDF-Expand (RFC 5869) with SHA-256."""

    secret: bytes

    def of(self, purpose: str) -> bytes:
        return hmac.new(self.secret, purpose.encode() + b"\x01", hashlib.sha256).digest()


def create_keys(path: Path) -> Keys:
    """Write a new secret that only its owner may read."""
    secret = secrets.token_bytes(SECRET_BYTES)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(secret.hex() + "\n", encoding="ascii")
    return Keys(secret)


def read_keys(path: Path) -> Keys:
    """The stored secret.

    Raises
    ------
    Refusal
        `secret_exposed` when others may read it; `secret_damaged` when it is not a whole one.
    """
    if path.stat().st_mode & 0o077:
        raise Refusal("secret_exposed", file=path.name)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise Refusal("secret_damaged", file=path.name) from error
    if len(secret) < SECRET_BYTES:
        raise Refusal("secret_damaged", file=path.name)
    return Keys(secret)
