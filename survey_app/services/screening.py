"""The rule about signs of made-up answers: frozen with the wave, and what officials make of it.

A rule never refuses and never deletes an answer. It says which answers are set apart: they stay in
the dataset with their signs, and results are made without them, and for comparison with them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from survey_app.config import ROOT
from survey_app.errors import Refusal
from survey_app.instrument import screening
from survey_app.instrument.screening import FLAGS, NEVER_ALONE, Grounds, Rule
from survey_app.models.campaigns import Wave
from survey_app.models.screening import VERDICTS, ScreeningRuling
from survey_app.models.staff import StaffMember
from survey_app.queries import responses, rulings
from survey_app.services import audit, disclosure

RULE_FILE = ROOT / "survey_app" / "data" / "screening.toml"

Place = tuple[str, str]  # official code, audience


@dataclass(frozen=True, slots=True)
class Verdict:
    flag: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """Answers of one place. As they may be said: in steps of five, None where fewer than ten."""

    answers: int
    set_apart: int
    by_flag: dict[str, int]

    @property
    def is_untouched(self) -> bool:
        return not self.set_apart

    @property
    def shown_set_apart(self) -> int | None:
        return disclosure.released_count(self.set_apart)

    @property
    def shown_by_flag(self) -> dict[str, int | None]:
        return {flag: disclosure.released_count(n) for flag, n in self.by_flag.items() if n}


@cache
def usual_rule() -> Rule:
    """What a wave freezes when it is registered."""
    return screening.load_rule(RULE_FILE)


def freeze(wave: Wave) -> None:
    rule = usual_rule()
    wave.screening, wave.screening_sha256 = rule.as_stored(), rule.sha256


def rule_of(wave: Wave) -> Rule | None:
    """None for waves from before there was a rule: nothing is flagged, nothing set apart."""
    return None if wave.screening is None else screening.stored_rule(wave.screening)


def is_intact(wave: Wave) -> bool:
    """Whether the stored rule is the one that was frozen."""
    if wave.screening is None:
        return wave.screening_sha256 is None
    return screening.sha256_of(wave.screening) == wave.screening_sha256


def rulings_of(session: Session, wave: Wave) -> list[ScreeningRuling]:
    """All of them, oldest first."""
    return list(rulings.of_wave(session, wave.id))


def grounds(session: Session, wave: Wave) -> Grounds:
    """What sets an answer of the wave apart, as of now."""
    return grounds_of(input_of(session, wave))


def input_of(
    session: Session, wave: Wave, earlier: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """What a run names of this: the rule, what follows from it, after how many rulings.

    `earlier`: the inputs of a run that is made again, which knew fewer rulings.
    """
    rule = rule_of(wave)
    if rule is None:
        return None
    if earlier is not None:
        known: dict[str, Any] | None = earlier.get("screening")
        return known and {**known, "rule": rule.sha256}
    found = rulings.of_wave(session, wave.id)
    signs = screening.grounds_after(rule.set_apart, [(r.flag, r.verdict) for r in found])
    return {"rule": rule.sha256, "set_apart": [*map(list, signs)], "rulings": len(found)}


def grounds_of(screened: Mapping[str, Any] | None) -> Grounds:
    return tuple(tuple(signs) for signs in screened["set_apart"]) if screened else ()


def decide(
    session: Session, wave: Wave, verdict: Verdict, actor: StaffMember, at: datetime
) -> ScreeningRuling:
    """Release the answers with a flag, set all of them apart, or return to the registered rule.

    For all units of the wave alike, and before the results are public.

    Raises
    ------
    Refusal
        `screening_over` before the wave opens and once it is published; `screening_unknown` for a
        flag or a verdict that there is not; `flag_never_alone`; `ruling_reason_missing`.
    """
    if wave.state not in {"open", "closed"} or rule_of(wave) is None:
        raise Refusal("screening_over")
    if verdict.flag not in FLAGS or verdict.verdict not in VERDICTS:
        raise Refusal("screening_unknown")
    if verdict.verdict == "set_apart" and verdict.flag in NEVER_ALONE:
        raise Refusal("flag_never_alone")
    if not verdict.reason.strip():
        raise Refusal("ruling_reason_missing")
    ruling = ScreeningRuling(
        wave_id=wave.id,
        flag=verdict.flag,
        verdict=verdict.verdict,
        reason=verdict.reason.strip(),
        author_id=actor.id,
        author_name=actor.display_name,
        created_at=at,
    )
    session.add(ruling)
    session.flush()
    audit.record(
        session,
        actor,
        "screening_ruled",
        wave.key,
        at,
        flag=ruling.flag,
        verdict=ruling.verdict,
        reason=ruling.reason,
    )
    return ruling


def flagged(session: Session, wave: Wave) -> dict[Place, Flagged]:
    """Every place with answers, whether they wait or are flushed."""
    reasons = grounds(session, wave)
    answers: Counter[Place] = Counter()
    apart: Counter[Place] = Counter()
    by_flag: dict[Place, Counter[str]] = {}
    for row in responses.flag_counts(session, wave.id):
        place, flags = (row.official_code, row.audience), split(row.flags)
        answers[place] += row.responses
        if screening.is_set_apart(reasons, flags):
            apart[place] += row.responses
        for flag in flags:
            by_flag.setdefault(place, Counter())[flag] += row.responses
    return {
        place: Flagged(n, apart[place], dict(by_flag.get(place, {})))
        for place, n in answers.items()
    }


def split(flags: str) -> tuple[str, ...]:
    """The column of an answer as names."""
    return tuple(flags.split(",")) if flags else ()
