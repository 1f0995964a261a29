"""One secret per instance, one derived key per purpose: never one key for two things."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

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
    """The stored secret; a short one, or one that others may read, is refused."""
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path.name} can be read by others: chmod 600 it")
    secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(secret) < SECRET_BYTES:
        raise ValueError(f"{path.name} holds {len(secret)} bytes, not {SECRET_BYTES}")
    return Keys(secret)
