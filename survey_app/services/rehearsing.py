"""Trying a form: what is sent lies in a table of its own and never becomes an answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.models.trials import TrialAnswer
from survey_app.queries import trials
from survey_app.services.responding import Sheet

TRIED = ("draft", "registered", "open")  # a wave in another state is over: nothing is left to try
MOST = 2_000  # of a wave: an address that went astray must not fill the disk


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to one item in all trials: answers by code, or texts."""

    item: str
    asked: int
    codes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The trials of one questionnaire in a wave. `texts`: what was written, newest first."""

    audience: str
    questionnaire: str
    forms: int
    languages: Mapping[str, int]
    items: Sequence[Said]
    texts: Sequence[tuple[str, str]]  # (language, text)


def keep(session: Session, sheet: Sheet, key: str, at: datetime) -> None:
    """Store a trial once, whatever the number of tries.

    Raises
    ------
    Refusal
        `wave_not_open` when the wave is over; `key_used_otherwise` when the key came with other
        answers before; `trial_full`.
    """
    wave = session.get_one(Wave, sheet.wave_id)
    if wave.state not in TRIED:
        raise Refusal("wave_not_open")
    before = trials.by_key(session, key)
    if before is not None:
        if before.content_sha256 != sheet.content_sha256:
            raise Refusal("key_used_otherwise")
        return
    if trials.count(session, wave.id) >= MOST:
        raise Refusal("trial_full")
    session.add(
        TrialAnswer(
            submission_key=key,
            content_sha256=sheet.content_sha256,
            wave_id=sheet.wave_id,
            unit_id=sheet.unit_id,
            audience=sheet.audience,
            questionnaire=sheet.questionnaire,
            language=sheet.language,
            block=sheet.block,
            helped=sheet.helped,
            answers=sheet.answers,
            open_text=sheet.text,
            received_at=at,
        )
    )


def rehearsals(session: Session, wave: Wave) -> list[Rehearsal]:
    """What came in, apart for each questionnaire: while a wave is a draft it may change."""
    by_form: dict[tuple[str, str], list[TrialAnswer]] = {}
    for entry in trials.of_wave(session, wave.id):
        by_form.setdefault((entry.audience, entry.questionnaire), []).append(entry)
    return [
        Rehearsal(
            audience=audience,
            questionnaire=questionnaire,
            forms=len(entries),
            languages=Counter(entry.language for entry in entries),
            items=_items(entries),
            texts=[(entry.language, entry.open_text) for entry in entries if entry.open_text],
        )
        for (audience, questionnaire), entries in sorted(by_form.items(), reverse=True)
    ]


def empty(session: Session, wave: Wave) -> int:
    return trials.remove(session, wave.id)


def _items(entries: Sequence[TrialAnswer]) -> list[Said]:
    codes: dict[str, Counter[str]] = {}
    for entry in entries:
        for item, code in entry.answers.items():
            codes.setdefault(item, Counter())[code] += 1
    return [Said(item, sum(found.values()), found) for item, found in codes.items()]
