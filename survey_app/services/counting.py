"""How many answers came in, as it may be said: the one home of released counts.

The boards and the results count the same people by unit, channel and day. What one table hides
could be subtracted from another, so all of them are released, and attacked, together.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from sqlalchemy.orm import Session

from analysis import disclosure
from analysis.disclosure import Sum, Tables
from survey_app.models.campaigns import Wave
from survey_app.queries import responses

STEP = disclosure.STEP
LIVE_BLOCK = 300  # cells: in larger tables a wave that is still open is attacked row by row
TOTAL: tuple[str, ...] = ("total",)

Place = tuple[str, str]  # official code, audience
Door = tuple[str, str, str]  # the same and a channel
Key = tuple[str, ...]  # ("unit", code, audience), ("channel", name), ("day", "2026-10-01")


@dataclass(frozen=True, slots=True)
class Board:
    """Answers of a wave in steps of five; None is kept back.

    Kept back is what counts fewer than ten, and what a smaller number could be worked out from.
    """

    total: int | None
    by_unit: dict[Place, int | None]
    by_channel: dict[str, int | None]
    by_door: dict[Door, int | None]  # channels nobody of a unit came by are absent
    by_day: tuple[tuple[date, int | None], ...]  # newest first


def board(session: Session, wave: Wave) -> Board:
    counts = _counts(session, wave)
    kept_back = dict(zip(counts, _kept_back(*_described(counts), _block(wave)), strict=True))
    shown = {
        key: None if kept_back[key] else int(disclosure.rounded(n)) for key, n in counts.items()
    }
    return Board(
        total=shown[TOTAL],
        by_unit={(code, audience): n for (code, audience), n in _of("unit", shown)},
        by_channel={channel: n for (channel,), n in _of("channel", shown)},
        by_door={(code, who, channel): n for (code, who, channel), n in _of("door", shown)},
        by_day=tuple(
            (date.fromisoformat(day), n) for (day,), n in sorted(_of("day", shown), reverse=True)
        ),
    )


def exposed(session: Session, wave: Wave) -> int:
    """How many of the counts kept back an attack on the others would still find out."""
    counts = _counts(session, wave)
    numbers, sums = _described(counts)
    kept_back = _kept_back(numbers, sums, _block(wave))
    return int(disclosure.audit(_tables(numbers, sums), kept_back).exposed.size)


def _counts(session: Session, wave: Wave) -> dict[Key, int]:
    found: Counter[Key] = Counter({TOTAL: 0})
    for row in responses.counts(session, wave.id):
        for key in (
            TOTAL,
            ("unit", row.official_code, row.audience),
            ("channel", row.channel),
            ("door", row.official_code, row.audience, row.channel),
        ):
            found[key] += row.responses
    for day in responses.daily_counts(session, wave.id):
        found["day", day.day.isoformat()] += day.responses
    return dict(found)


def _described(counts: dict[Key, int]) -> tuple[tuple[int, ...], tuple[Sum, ...]]:
    """The counts in order, and which of them add up to which."""
    place = {key: number for number, key in enumerate(counts)}
    parts: dict[tuple[str, Key], list[int]] = {}
    for key, number in place.items():
        for named, whole in _wholes(key):
            parts.setdefault((named, whole), []).append(number)
    sums = [Sum(place[whole], tuple(of)) for (_, whole), of in parts.items()]
    numbers = tuple(counts.values())
    return numbers, tuple(
        # Days are counted when an answer is acknowledged: they need not add up to what is stored.
        each
        for each in sums
        if numbers[each.whole] == sum(numbers[part] for part in each.parts)
    )


def _wholes(key: Key) -> Iterable[tuple[str, Key]]:
    """Every sum that a count is part of: its name, and the whole."""
    kind, *about = key
    if kind == "door":
        code, audience, channel = about
        return [(kind, ("unit", code, audience)), (kind, ("channel", channel))]
    return [] if key == TOTAL else [(kind, TOTAL)]


@lru_cache(maxsize=128)
def _kept_back(
    numbers: tuple[int, ...], sums: tuple[Sum, ...], largest_block: int
) -> tuple[bool, ...]:
    """Boards are looked at more often than answers come in."""
    found = disclosure.suppress(_tables(numbers, sums), largest_block=largest_block)
    return tuple(found.hidden.tolist())


def _block(wave: Wave) -> int:
    """What is still moving must show at once; what is over is attacked in full."""
    is_over = wave.state in {"closed", "published"}
    return disclosure.LARGEST_BLOCK if is_over else LIVE_BLOCK


def _tables(numbers: tuple[int, ...], sums: tuple[Sum, ...]) -> Tables:
    return Tables(np.array(numbers, dtype=np.int64), sums)


def _of(kind: str, shown: dict[Key, int | None]) -> list[tuple[Key, int | None]]:
    return [(key[1:], n) for key, n in shown.items() if key[0] == kind]
