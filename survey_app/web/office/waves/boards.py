"""How many answers have come in, as words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave
from survey_app.services import counting, inviting
from survey_app.services.counting import Board, Place
from survey_app.web.office.waves.words import AUDIENCES, CHANNELS, answers_in_steps

Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Answers so far, in steps, as words."""

    total: str
    audiences: list[str]
    units: list[tuple[str, list[str]]]
    channels: list[Named]
    letters: list[tuple[str, str, str, str]]  # unit, audience, sent, used
    days: list[tuple[date, str]]


def board_page(session: Session, wave: Wave, units: Sequence[Named]) -> BoardPage:
    counted = counting.board(session, wave)
    asked = [name for name in AUDIENCES if name in {each.audience for each in wave.questionnaires}]
    return BoardPage(
        total=answers_in_steps(counted.total),
        audiences=[AUDIENCES[name]() for name in asked],
        units=[
            (unit, [answers_in_steps(counted.by_unit.get((code, name))) for name in asked])
            for code, unit in units
        ],
        channels=[
            (CHANNELS[channel](), answers_in_steps(counted.by_channel.get(channel)))
            for channel in dict.fromkeys((*wave.channels, *counted.by_channel))
        ],
        letters=_letters(inviting.issued(session, wave), counted, dict(units)),
        days=[(day, answers_in_steps(answers)) for day, answers in counted.by_day],
    )


def _letters(
    issued: Mapping[Place, int], counted: Board, names: Mapping[str, str]
) -> list[tuple[str, str, str, str]]:
    """A used code is an answer by invitation, so it is counted where answers are."""
    return [
        (
            names.get(code, code),
            AUDIENCES[audience](),
            answers_in_steps(sent),
            answers_in_steps(counted.by_door.get((code, audience, inviting.CHANNEL))),
        )
        for (code, audience), sent in issued.items()
    ]
