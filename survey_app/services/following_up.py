"""Whether an action moved the number: the next wave's word on what was expected of it.

The expectation is fixed when the action is done, and the wave that tests it opened after that: it
was said before anybody was asked. Each action is one test of its own, by the 95 % interval of the
change between the finding's wave and that one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from survey_app.instrument.loading import Library
from survey_app.models.actions import Action, Review
from survey_app.models.campaigns import Wave
from survey_app.queries import actions as queries
from survey_app.queries import runs
from survey_app.services import deadlines, disclosure, reviewing
from survey_app.services.changing import NOT_MATERIAL, Change, last_change
from survey_app.services.results import Measured

Outcome = Literal["worked", "did_not", "not_known"]
KEPT = ("no_material_change", "slight_rise", "slight_fall", "rise")  # or better


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a wave says of an action; `change` is None where there is nothing to compare."""

    outcome: Outcome
    wave: Wave
    change: Change | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A finding that the unit took up, and what came of it."""

    review: Review
    actions: tuple[tuple[Action, Verdict | None], ...]


def verdict(
    session: Session, action: Action, *, may_see: Callable[[Wave], bool], library: Library
) -> Verdict | None:
    """None while no wave has tested it that may be seen."""
    tested_by = _test_of(session, action)
    if tested_by is None or not may_see(tested_by):
        return None
    measured = [
        _measured(session, wave, action.unit_id, action.indicator)
        for wave in (action.wave, tested_by)
    ]
    change = last_change(session, measured, action.unit_id, action.indicator, library=library)
    return Verdict(outcome(action.expected, action.expected_points, change), tested_by, change)


def outcome(expected: str, points: float, change: Change | None) -> Outcome:
    """A rise worked when all of its interval is as large as expected.

    It did not when all of it is smaller than that, or than what matters at all. Holding the level
    is the test of equivalence.
    """
    if change is None or change.low is None or change.high is None:
        return "not_known"
    if expected == "hold":
        if change.kind in KEPT:
            return "worked"
        return "did_not" if change.kind == "fall" else "not_known"
    if change.low > 0 and change.low >= points:
        return "worked"
    return "did_not" if change.high < max(points, NOT_MATERIAL) else "not_known"


def you_said_we_did(
    session: Session, wave: Wave, unit_id: int, library: Library
) -> list[Followed]:
    """What the public may read with the results of a wave.

    Of published waves up to it, and only findings that were taken up.
    """
    acted = _by_finding(queries.actions_of_unit(session, wave.campaign_id, unit_id))

    def judged(action: Action) -> Verdict | None:
        return verdict(
            session, action, may_see=lambda seen: _is_public(seen, wave), library=library
        )

    return [
        Followed(
            review,
            tuple(
                (action, judged(action))
                for action in acted.get((review.wave_id, review.indicator), ())
            ),
        )
        for review in queries.reviews_of_unit(session, wave.campaign_id, unit_id)
        if _is_public(review.wave, wave) and _is_taken_up(review)
    ]


def _is_taken_up(review: Review) -> bool:
    return review.answer != "explain" and reviewing.is_settled(review)


def _is_public(seen: Wave, wave: Wave) -> bool:
    return seen.state == "published" and seen.number <= wave.number


def _by_finding(actions: Sequence[Action]) -> dict[tuple[int, str], list[Action]]:
    found: dict[tuple[int, str], list[Action]] = {}
    for action in actions:
        found.setdefault((action.wave_id, action.indicator), []).append(action)
    return found


def _test_of(session: Session, action: Action) -> Wave | None:
    """The first wave with results that opened after the action was done."""
    if action.state not in deadlines.FINISHED or action.done_at is None:
        return None
    for wave in queries.later_waves(session, action.wave, action.unit_id):
        opened = wave.opened_at or wave.opens_at
        if opened >= action.done_at and runs.registered_run(session, wave.id) is not None:
            return wave
    return None


def _measured(session: Session, wave: Wave, unit_id: int, indicator: str) -> Measured:
    run = runs.registered_run(session, wave.id)
    found = disclosure.released_indicator(session, run.id, unit_id, indicator) if run else None
    return Measured(wave, next(iter(found.headlines), None) if found else None)
