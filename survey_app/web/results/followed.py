"""You said, we did: what the public reads of findings that were taken up."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey_app.instrument.definition import Framework
from survey_app.models.actions import Action
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.services import following_up
from survey_app.services.following_up import Followed, Verdict
from survey_app.web import following_words as say
from survey_app.web.current import instance
from survey_app.web.i18n import language


@dataclass(frozen=True, slots=True)
class PublicAction:
    """Nobody is named here: the unit answers for it."""

    title: str
    title_language: str
    department: str
    due: date | None
    state: str
    tag: str
    expectation: str
    outcome: str
    outcome_sign: str
    verdict: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowedLine:
    indicator: str
    wave: str
    actions: tuple[PublicAction, ...]


def followed(
    session: Session, wave: Wave, place: WaveUnit, framework: Framework
) -> tuple[FollowedLine, ...]:
    found = following_up.you_said_we_did(session, wave, place.unit_id, instance().library)
    return tuple(_line(each, framework) for each in found)


def _line(found: Followed, framework: Framework) -> FollowedLine:
    code = found.review.indicator
    return FollowedLine(
        indicator=f"{code} {framework.indicator_by_code[code].short.in_(language())}",
        wave=found.review.wave.title(language()),
        actions=tuple(_action(action, verdict) for action, verdict in found.actions),
    )


def _action(action: Action, verdict: Verdict | None) -> PublicAction:
    return PublicAction(
        title=say.title(action),
        title_language=say.title_language(action),
        department=action.department,
        due=action.due,
        state=say.state(action.state),
        tag=say.TAGS[action.state],
        expectation=say.expectation(action),
        outcome=say.OUTCOMES[verdict.outcome]() if verdict else "",
        outcome_sign=say.OUTCOME_SIGNS[verdict.outcome] if verdict else "",
        verdict=say.verdict(verdict) if verdict else (),
    )
