"""Addresses sealed to the mailing officer, row by row: nobody without their key reads them.

HPKE (RFC 9180): X25519, HKDF-SHA-256, AES-256-GCM. The officer's private key never comes to the
server; on the officer's own machine a passphrase wraps it (Argon2id, AES-256-GCM).
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from random import SystemRandom

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from survey_app.errors import Refusal

PUBLIC, PRIVATE, CONTACTS = (
    f"survey-officer-{name}-1" for name in ("public", "private", "sealed")
)
SHORTEST_PASSPHRASE = 15  # as for the only factor of a sign-in
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
# RFC 9106, section 4, the second of its two recommendations, with one lane.
COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 1}
ROW_BYTES = 512  # every row is as long as the longest of most: a length is no name
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

Contact = Mapping[str, str]


def make_officer_keys(passphrase: str) -> tuple[str, str]:
    """The contents of the private and of the public file.

    Raises
    ------
    Refusal
        `passphrase_too_short`.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refusal("passphrase_too_short", shortest=SHORTEST_PASSPHRASE)
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    wrapping = AESGCM(_stretched(passphrase, salt))
    wrapped = wrapping.encrypt(nonce, key.private_bytes_raw(), public)
    private = {
        "format": PRIVATE,
        "public": _text(public),
        "salt": _text(salt),
        "nonce": _text(nonce),
        "wrapped": _text(wrapped),
    }
    return json.dumps(private, indent=1) + "\n", f"{PUBLIC} {_text(public)}\n"


def read_public(content: str, file_name: str) -> bytes:
    """The key of a public file, or `officer_key_unfit`."""
    mark, _space, key = content.strip().partition(" ")
    try:
        raw = base64.b64decode(key, validate=True)
        X25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise Refusal("officer_key_unfit", file=file_name) from error
    if mark != PUBLIC:
        raise Refusal("officer_key_unfit", file=file_name)
    return raw


def seal(public: bytes, about: Mapping[str, str], contacts: Sequence[Contact]) -> str:
    """A heading that everybody can read, then a line for each contact, in random order.

    Every line is bound to the heading, which says how many there are: none can be taken away.
    """
    heading = json.dumps(
        {"format": CONTACTS, **about, "officer": fingerprint(public), "rows": len(contacts)},
        ensure_ascii=False,
        sort_keys=True,
    )
    key, info = X25519PublicKey.from_public_bytes(public), heading.encode()
    rows = list(contacts)
    SystemRandom().shuffle(rows)  # neither the order of the list nor that of the letters
    sealed = [_text(_SUITE.encrypt(_padded(row), key, info=info)) for row in rows]
    return "\n".join([heading, *sealed, ""])


def open_sealed(
    content: str, file_name: str, private: str, key_name: str, passphrase: str
) -> list[dict[str, str]]:
    """What was sealed.

    Raises
    ------
    Refusal
        `officer_key_unfit`, `passphrase_wrong`, `sealed_unreadable`.
    """
    key = _unwrapped(private, key_name, passphrase)
    heading, *lines = content.splitlines() or [""]
    try:
        known = json.loads(heading)
        rows = [
            json.loads(_SUITE.decrypt(_bytes(line), key, info=heading.encode())) for line in lines
        ]
    except (ValueError, InvalidTag) as error:
        raise Refusal("sealed_unreadable", file=file_name) from error
    is_whole = known.get("rows") == len(rows) == len(set(lines))
    if known.get("format") != CONTACTS or not is_whole:
        raise Refusal("sealed_unreadable", file=file_name)
    return rows


def fingerprint(public: bytes) -> str:
    """What the officer can compare by telephone."""
    return hashlib.sha256(public).hexdigest()[:16]


def _unwrapped(content: str, file_name: str, passphrase: str) -> X25519PrivateKey:
    try:
        private = json.loads(content)
        public, salt, nonce, wrapped = (
            _bytes(private[name]) for name in ("public", "salt", "nonce", "wrapped")
        )
        is_ours = private["format"] == PRIVATE and len(nonce) == NONCE_BYTES
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("officer_key_unfit", file=file_name) from error
    if not is_ours or len(salt) < SALT_BYTES:
        raise Refusal("officer_key_unfit", file=file_name)
    try:
        raw = AESGCM(_stretched(passphrase, salt)).decrypt(nonce, wrapped, public)
    except InvalidTag as error:
        raise Refusal("passphrase_wrong", file=file_name) from error
    return X25519PrivateKey.from_private_bytes(raw)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, **COST, hash_len=KEY_BYTES, type=Type.ID)


def _padded(row: Contact) -> bytes:
    """JSON with blanks behind it, which mean nothing."""
    said = json.dumps(dict(row), ensure_ascii=False).encode()
    return said.ljust(-(-len(said) // ROW_BYTES) * ROW_BYTES)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
