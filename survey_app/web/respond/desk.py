"""What a process keeps at hand so that a form costs next to nothing: facts, decks, ready pages.

Nothing here is about anybody who answers. Losing it (a restart, another process) changes nothing
but the time that the next page takes.
"""

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Generic, Self, TypeVar, cast

from flask import current_app

from survey_app.db import UNREACHABLE, reading
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.instrument.blocks import Deck, asked_in, count_of
from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.screening import Rule
from survey_app.services.definitions import languages_of, values_of
from survey_app.services.rehearsing import TRIED
from survey_app.services.responding import Fielded, fielded
from survey_app.services.screening import rule_of
from survey_app.web.current import instance
from survey_app.web.respond.packing import Packed
from survey_app.web.respond.stamps import TRIAL, Place

FACTS_SECONDS = 1.0  # how long a form may still be handed out after its wave was closed
PAGES_KEPT = 600
FACTS_KEPT = 4000

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Shelf(Generic[_Key, _Value]):
    """The things used last, up to a number."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> _Value | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: _Key, value: _Value) -> None:
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def take(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """From the shelf, or newly made; two at once may both make it, which does no harm."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts about one form, apart from the database."""

    place: Place
    wave_id: int
    unit_id: int
    questionnaire: Questionnaire
    state: str
    opens_at: datetime
    closes_at: datetime
    channels: tuple[str, ...]
    is_demonstration: bool
    screening: Rule | None
    languages: tuple[str, ...]
    titles: dict[str, str]  # by language
    names: dict[str, dict[str, str]]  # by language: the placeholders of the questionnaire
    trial: str = ""  # the signed address of a trial, whose answers count nowhere

    @property
    def questionnaire_name(self) -> str:
        return f"{self.questionnaire.id}/{self.questionnaire.version}"

    def in_block(self, block: int) -> Self:
        """With the questions as the people of that block meet them."""
        return replace(self, questionnaire=asked_in(self.questionnaire, block))

    def phase(self, at: datetime) -> str:
        """One of early, open, over; a draft is nobody's business."""
        if self.trial and self.state in TRIED:
            return "open"
        if self.state == "draft":
            raise Refusal("not_found")
        if self.state in {"closed", "published"} or at >= self.closes_at:
            return "over"
        return "open" if self.state == "open" and at >= self.opens_at else "early"


class Desk:
    def __init__(self) -> None:
        self.pages = Shelf[Hashable, Packed](PAGES_KEPT)
        self._facts: Shelf[Place, tuple[float, Asked]] = Shelf(FACTS_KEPT)
        self._decks: Shelf[tuple[Place, str], Deck] = Shelf(FACTS_KEPT)

    def asked(self, place: Place) -> Asked:
        """The facts about the form at this address; a `not_found` refusal where there is none.

        While the database cannot be reached, those of the last time: whoever is filling in a form
        can go on, and sends it later.
        """
        kept = self._facts.get(place)
        if kept is None or time.monotonic() - kept[0] > FACTS_SECONDS:
            try:
                kept = (time.monotonic(), _look_up(place, instance()))
            except UNREACHABLE:
                if kept is None:
                    raise
            self._facts.put(place, kept)
        return kept[1]

    def deal(self, asked: Asked) -> int:
        """The block for the next person."""
        key = (asked.place, f"{asked.questionnaire_name}{TRIAL if asked.trial else ''}")
        count = count_of(asked.questionnaire)
        return self._decks.take(key, lambda: Deck(count, random.SystemRandom())).deal()


def desk() -> Desk:
    return cast("Desk", current_app.extensions["answer desk"])


def _look_up(place: Place, opened: Instance) -> Asked:
    with reading(opened.engine) as session:
        found = fielded(session, place.wave, place.unit, place.audience)
        if found is None:
            raise Refusal("not_found")
        return _facts(place, found, opened)


def _facts(place: Place, found: Fielded, opened: Instance) -> Asked:
    wave, campaign = found.wave, found.wave.campaign
    questionnaire = opened.library.questionnaires[found.questionnaire, found.version]
    if found.sha256 not in {None, questionnaire.sha256}:  # nobody answers what was not registered
        name = f"{found.questionnaire}/{found.version}"
        raise Refusal("questionnaire_changed", questionnaire=name)
    spoken = languages_of(wave, questionnaire, opened.languages)
    return Asked(
        place=place,
        wave_id=wave.id,
        unit_id=found.unit.id,
        questionnaire=questionnaire,
        state=wave.state,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        channels=tuple(wave.channels),
        is_demonstration=campaign.is_demonstration,
        screening=rule_of(wave),
        languages=spoken,
        titles={each: f"{campaign.title(each)} – {wave.title(each)}" for each in spoken},
        names={each: values_of(found.unit, campaign, each) for each in spoken},
    )
