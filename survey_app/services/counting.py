"""How many answers have come in, in steps: a board must not show that one more person answered."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave
from survey_app.queries import responses

STEP = 5


@dataclass(frozen=True, slots=True)
class Board:
    """Answers of a wave, each count rounded down to a multiple of `STEP`."""

    total: int
    by_unit: dict[tuple[str, str], int]  # (official code, audience)
    by_channel: dict[str, int]
    by_day: tuple[tuple[date, int], ...]  # newest first


def board(session: Session, wave: Wave) -> Board:
    by_unit: Counter[tuple[str, str]] = Counter()
    by_channel: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    for row in responses.counts(session, wave.id):
        by_unit[row.official_code, row.audience] += row.responses
        by_channel[row.channel] += row.responses
    for day in responses.daily_counts(session, wave.id):
        by_day[day.day] += day.responses
    return Board(
        total=in_steps(by_channel.total()),
        by_unit={place: in_steps(answers) for place, answers in by_unit.items()},
        by_channel={channel: in_steps(answers) for channel, answers in by_channel.items()},
        by_day=tuple((day, in_steps(by_day[day])) for day in sorted(by_day, reverse=True)),
    )


def in_steps(answers: int) -> int:
    return answers - answers % STEP
