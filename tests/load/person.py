"""Somebody who answers: loads a form, answers all of it and sends it."""

import re
import secrets
from dataclasses import dataclass
from html import unescape
from random import Random

STAMP = re.compile(r'name="stamp" value="([^"]+)"')
RADIO = re.compile(r'<input type="radio"\s+id="[^"]+"\s+name="([^"]+)"\s+value="([^"]+)"')
RECEIPT = re.compile(r'<output id="receipt-code">([A-Z2-7-]+)</output>')
KEY_BYTES = 24


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and the key by which it is the same one however often it is sent."""

    key: str
    fields: tuple[tuple[str, str], ...]


def questions(html: str) -> dict[str, list[str]]:
    """The choices that the form offers, by question."""
    offered: dict[str, list[str]] = {}
    for name, value in RADIO.findall(html):
        offered.setdefault(name, []).append(value)
    return offered


def stamp_of(html: str) -> str:
    found = STAMP.search(html)
    if found is None:
        raise ValueError(f"no answer form: {html[:200]}")
    return unescape(found[1])


def answered(html: str, rng: Random, *, text: str = "") -> Letter:
    """Every question of the form answered by chance, sent as the script sends it."""
    key = secrets.token_urlsafe(KEY_BYTES)
    chosen = [(name, rng.choice(values)) for name, values in questions(html).items()]
    own = [("stamp", stamp_of(html)), ("key", key), ("comment", text), ("forward", "1")]
    return Letter(key, tuple(own + chosen))


def receipt_of(html: str) -> str | None:
    found = RECEIPT.search(html)
    return found[1].replace("-", "") if found else None
