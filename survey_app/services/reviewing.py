"""What officials answer to a gap, and what the council decides where they contest it.

Nothing is overwritten: a changed answer is a further version, and a decision is made once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.actions import ANSWERS, DECISIONS, CouncilDecision, Review
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.staff import StaffMember
from survey_app.queries import actions as queries
from survey_app.services import audit, disclosure
from survey_app.services.disclosure import ReleasedRow

LONGEST = 4000  # characters of a reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator of one unit in one wave: what is answered."""

    wave: Wave
    place: WaveUnit
    indicator: str

    @property
    def subject(self) -> str:
        """As the trail names it."""
        return f"{self.wave.key} {self.place.official_code} {self.indicator}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an official says; `seen` is the version they had read (0: nobody had answered)."""

    answer: str
    reason: str
    seen: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A finding that nobody has answered, as it may be seen."""

    wave: Wave
    place: WaveUnit
    row: ReleasedRow


def newest(session: Session, finding: Finding) -> Review | None:
    """The answer that holds."""
    found = history(session, finding)
    return found[-1] if found else None


def history(session: Session, finding: Finding) -> Sequence[Review]:
    return queries.reviews(session, finding.wave.id, finding.place.unit_id, finding.indicator)


def answer(
    session: Session, finding: Finding, said: Answer, author: StaffMember, at: datetime
) -> Review:
    """Answer a gap, or answer it anew.

    Raises
    ------
    Refusal
        `review_answer_unknown`; `explanation_missing` to contest or to explain; `reason_too_long`;
        `changed_meanwhile` when somebody answered since; `finding_decided` after the council.
    """
    if said.answer not in ANSWERS:
        raise Refusal("review_answer_unknown")
    _demand_reason(said.reason, is_needed=said.answer != "accept")
    before = newest(session, finding)
    if before is not None and before.decision is not None:
        raise Refusal("finding_decided")
    version = before.version if before else 0
    if before is not None and version != said.seen:
        raise Refusal("changed_meanwhile", by=before.author.display_name)
    review = Review(
        wave_id=finding.wave.id,
        unit_id=finding.place.unit_id,
        indicator=finding.indicator,
        version=version + 1,
        answer=said.answer,
        reason=said.reason,
        author_id=author.id,
        created_at=at,
        files=list(before.files) if before else [],
    )
    session.add(review)
    session.flush()
    audit.record(session, author, "finding_answered", finding.subject, at, answer=said.answer)
    return review


def decide(
    session: Session,
    finding: Finding,
    *,
    decision: str,
    reason: str,
    author: StaffMember,
    at: datetime,
) -> CouncilDecision:
    """Settle a contested finding, once.

    Raises
    ------
    Refusal
        `decision_unknown`, `explanation_missing`, `reason_too_long`, `not_contested`,
        `already_decided`, `council_not_author` for whoever contested it.
    """
    if decision not in DECISIONS:
        raise Refusal("decision_unknown")
    _demand_reason(reason, is_needed=True)
    review = newest(session, finding)
    if review is None or review.answer != "contest":
        raise Refusal("not_contested")
    if review.decision is not None:
        raise Refusal("already_decided", by=review.decision.author.display_name)
    if author.id in {each.author_id for each in history(session, finding)}:
        raise Refusal("council_not_author")
    made = CouncilDecision(
        review=review, decision=decision, reason=reason, author_id=author.id, created_at=at
    )
    session.add(made)
    session.flush()
    audit.record(session, author, "finding_decided", finding.subject, at, decision=decision)
    return made


def is_settled(review: Review | None) -> bool:
    """Whether the finding counts, so that something can be done about it."""
    if review is None:
        return False
    if review.answer != "contest":
        return True
    return review.decision is not None and review.decision.decision == "stands"


def waiting(
    session: Session, unit_ids: Collection[int] | None, *, limit: int
) -> tuple[list[Waiting], int]:
    """The findings of each campaign's last results that nobody answered, and how many there are.

    What the gate lets out of a row decides whether it is a finding at all.
    """
    found: list[Waiting] = []
    total = 0
    for wave, run_id in queries.newest_analysed(session):
        rows = queries.unanswered(session, run_id, unit_ids, limit=limit)
        total += queries.count_unanswered(session, run_id, unit_ids)
        for row, place in rows:
            released = disclosure.release([row]).rows[0]
            if released.gap_class in queries.FINDINGS:
                found.append(Waiting(wave, place, released))
    return found[:limit], total


def _demand_reason(reason: str, *, is_needed: bool) -> None:
    if is_needed and not reason.strip():
        raise Refusal("explanation_missing")
    if len(reason) > LONGEST:
        raise Refusal("reason_too_long", most=LONGEST)
