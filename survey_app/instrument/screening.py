"""Signs that nobody meant an answer: which there are, from when they count, what they lead to.

Pure: the door gathers what it noticed, this says how it is called. Nothing here refuses an answer.
"""

import hashlib
import json
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from survey_app.instrument import texts

Flag = Literal[
    "fast", "honeypot", "identical", "network", "straight", "text_no_words", "text_repeated"
]
FLAGS: tuple[Flag, ...] = get_args(Flag)
# A village may share an address, and a satisfied person one column: never a reason by itself.
NEVER_ALONE: frozenset[str] = frozenset({"network", "straight"})
MOST = 1_000_000

Grounds = tuple[tuple[str, ...], ...]
_Number = Annotated[int, Field(ge=1, le=MOST)]


class Rule(BaseModel):
    """From when a sign counts; the words for each value stand in `survey_app/data/screening.toml`.

    `set_apart`: an answer that has all signs of one of these is kept, but not counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    network_answers: _Number
    fast_seconds: Annotated[float, Field(gt=0, le=60)]
    fast_items: _Number
    straight_items: _Number
    identical_sheets: _Number
    identical_items: _Number
    text_copies: _Number
    text_letters: _Number
    advert_copies: _Number
    mash_letters: _Number
    set_apart: tuple[tuple[Flag, ...], ...]

    @model_validator(mode="after")
    def _nobody_is_set_apart_for_an_address(self) -> "Rule":
        for signs in self.set_apart:
            if not set(signs) - NEVER_ALONE or list(signs) != sorted(set(signs)):
                raise ValueError(f"set_apart: {list(signs)}")
        return self

    @property
    def sha256(self) -> str:
        return sha256_of(self.as_stored())

    def as_stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the door knows of one answer. Counts are of those before it, in its unit on its day."""

    honeypot: bool
    from_network: int
    seconds: float  # at most; see `Rule.fast_seconds`
    answered: int
    ratings: tuple[str, ...]
    same_sheets: int
    text: str | None
    same_texts: int


def load_rule(path: Path) -> Rule:
    return stored_rule(tomllib.loads(path.read_text(encoding="utf-8")))


def stored_rule(stored: Mapping[str, Any]) -> Rule:
    return Rule.model_validate_json(json.dumps(stored))


def sha256_of(stored: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()


def flags_of(rule: Rule, signs: Signs) -> tuple[Flag, ...]:
    """The names of the signs that count, sorted."""
    found: dict[Flag, bool] = {
        "fast": signs.answered >= rule.fast_items
        and 0 <= signs.seconds < signs.answered * rule.fast_seconds,
        "honeypot": signs.honeypot,
        "identical": signs.answered >= rule.identical_items
        and signs.same_sheets >= rule.identical_sheets,
        "network": signs.from_network >= rule.network_answers,
        "straight": len(signs.ratings) >= rule.straight_items and len(set(signs.ratings)) == 1,
        "text_no_words": _has_no_words(rule, signs.text or ""),
        "text_repeated": _is_repeated(rule, signs),
    }
    return tuple(name for name in FLAGS if found[name])


def is_set_apart(grounds: Grounds, flags: Collection[str]) -> bool:
    return any(set(signs) <= set(flags) for signs in grounds)


def grounds_after(registered: Grounds, verdicts: Iterable[tuple[str, str]]) -> Grounds:
    """What sets answers apart after officials' verdicts, (flag, verdict), the oldest first."""
    newest = dict(verdicts)
    counted = {flag for flag, verdict in newest.items() if verdict == "counted"}
    alone = {(flag,) for flag, verdict in newest.items() if verdict == "set_apart"}
    kept = {signs for signs in registered if not counted & set(signs)}
    return tuple(sorted(kept | alone))


def _has_no_words(rule: Rule, text: str) -> bool:
    return texts.letters_of(text) >= rule.mash_letters and texts.is_without_words(text)


def _is_repeated(rule: Rule, signs: Signs) -> bool:
    text = signs.text or ""
    if texts.letters_of(text) >= rule.text_letters and signs.same_texts >= rule.text_copies:
        return True
    return signs.same_texts >= rule.advert_copies and texts.has_contact(text)
