"""Is an answer sheet acceptable, and what are its codes? The one home of both rules.

Pages, tablets, paper entry and imports all call `check`. A person's faults come back as values; a
sheet with faults still carries everything that was understood, so that nothing is typed twice.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from survey_app.instrument.definition import Item, Questionnaire
from survey_app.instrument.routing import path

# Dataset codes (int8). An option is stored as its code - 1, a count as it is; all else is negative.
NOT_ASKED: Final = -1
SKIPPED: Final = -4
SPECIAL_CODES: Final[Mapping[str, int]] = {"dont_know": -2, "refused": -3, "not_used": -5}

FaultCode = Literal[
    "not_text", "repeated", "unknown_item", "not_in_block", "not_an_option", "too_long", "empty"
]

_ID_SHOWN = 80  # a fault names the field; a stranger's field name may be a megabyte long
MOST_READ = 20_000  # characters of a text: more is not a person's, and cleaning it takes seconds
_MOST_MARKS = 30  # on one letter, as in Unicode's stream-safe text (UAX #15)
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Control characters but tab and line feed; zero-width space, word joiner and byte order mark; all
# that turn the direction of writing. The joiners U+200C and U+200D stay: scripts and emoji use them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True)
class AnswerFault:
    item_id: str
    code: FaultCode
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """The sheet as understood: codes by item in the order met, the open text apart, the faults."""

    answers: Mapping[str, str]
    text: str | None
    faults: tuple[AnswerFault, ...]


def check(
    questionnaire: Questionnaire, topics: Sequence[str], raw: Mapping[str, object]
) -> Checked:
    """Check what was posted for a block.

    Parameters
    ----------
    questionnaire
        As the block meets it: `blocks.asked_in`.
    topics
        The indicator codes of the block.
    raw
        Item id -> what was posted: a string, or a list of them where a field came more than once.
        Blank is the same as absent. Answers to items that the path does not meet are dropped.
    """
    known = tuple(each for each in topics if each in questionnaire.topic_by_indicator)
    items = questionnaire.items_of(known)
    asked = {item.id for item in items}
    faults: list[AnswerFault] = []
    given: dict[str, str] = {}
    for name, posted in raw.items():
        value, fault = _read(questionnaire, asked, name, posted)
        if fault is not None:
            faults.append(fault)
        if value is not None:
            given[name] = value
    met = path(items, given)
    texts = {item.id for item in items if item.kind == "text"}
    answers = {name: given[name] for name in met if name in given and name not in texts}
    if not any(name in questionnaire.indicator_of for name in answers):
        faults.append(AnswerFault("", "empty"))
    text = next((given[name] for name in met if name in given and name in texts), None)
    return Checked(answers, text, tuple(faults))


def _read(
    questionnaire: Questionnaire, asked: set[str], name: object, posted: object
) -> tuple[str | None, AnswerFault | None]:
    """One field: the value to keep, if any, and its fault, if any."""
    item = questionnaire.items.get(name) if isinstance(name, str) else None
    if item is None:
        return None, AnswerFault(_shown(name), "unknown_item")
    if item.id not in asked:
        return None, AnswerFault(item.id, "not_in_block")
    values = posted if isinstance(posted, list | tuple) else (posted,)
    if len(values) > 1:
        return None, AnswerFault(item.id, "repeated", {"times": len(values)})
    value = values[0] if values else ""
    if not isinstance(value, str):
        return None, AnswerFault(item.id, "not_text")
    return (
        _read_text(item, value) if item.kind == "text" else _read_code(questionnaire, item, value)
    )


def _read_code(
    questionnaire: Questionnaire, item: Item, value: str
) -> tuple[str | None, AnswerFault | None]:
    if not value:
        return None, None
    if value not in questionnaire.allowed_codes(item):
        return None, AnswerFault(item.id, "not_an_option", {"answer": _shown(value)})
    return value, None


def _read_text(item: Item, value: str) -> tuple[str | None, AnswerFault | None]:
    text, limit = clean(value[:MOST_READ]), item.max_length
    length = len(text) if len(value) <= MOST_READ else len(value)
    if limit is not None and length > limit:
        details = {"length": length, "max_length": limit}
        return text, AnswerFault(item.id, "too_long", details)
    return text or None, None


def _shown(value: object) -> str:
    return clean(str(value)[:_ID_SHOWN])


def clean(text: str) -> str:
    """Open text as it is stored: composed (NFC), line ends as one, nothing invisible that harms.

    A lone surrogate, which no UTF-8 can carry, becomes the replacement character.
    """
    text = _SURROGATES.sub("\ufffd", _LINE_ENDS.sub("\n", text))
    text = _without_towers(_UNWANTED.sub("", text))
    # Composing can lengthen a tower again: a few marks are made of two.
    return _without_towers(unicodedata.normalize("NFC", text)).strip()


def _without_towers(text: str) -> str:
    """Drop marks stacked on marks without end: composing takes the square of their number."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def to_code(item: Item, answer: str | None) -> int:
    """Return the dataset code of a checked answer; None is a blank one (`SKIPPED`)."""
    if answer is None:
        return SKIPPED
    if answer in item.special:
        return SPECIAL_CODES[answer]
    return int(answer) - (item.kind != "list_count")  # a count is its own code


def coded(
    questionnaire: Questionnaire, topics: Sequence[str], answers: Mapping[str, str]
) -> dict[str, int]:
    """Return the dataset code of every item but the text, asked or not.

    An item outside the block or off the path is `NOT_ASKED`: only the design, never the person,
    decides on that.
    """
    every = [item.id for item in questionnaire.all_items if item.kind != "text"]
    return dict.fromkeys(every, NOT_ASKED) | Codes(questionnaire, topics).of(answers)


class Codes:
    """The dataset codes of all answers to one block, looked up: a wave has millions of them."""

    def __init__(self, questionnaire: Questionnaire, topics: Sequence[str]) -> None:
        self._items = questionnaire.items_of(tuple(topics))
        self._known = {
            item.id: {
                None: SKIPPED,
                **{each: to_code(item, each) for each in questionnaire.allowed_codes(item)},
            }
            for item in self._items
            if item.kind != "text"
        }

    def of(self, answers: Mapping[str, str]) -> dict[str, int]:
        """The code of every item on the path but the text."""
        met = path(self._items, answers)
        return {name: self._known[name][answers.get(name)] for name in met if name in self._known}


def canonical(answers: Mapping[str, str]) -> bytes:
    """Equal answers give equal bytes, whatever their order: for hashing and comparing."""
    return json.dumps(
        dict(answers), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
