"""What the marks of the gap chart mean, drawn once above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.web.charts.gap_rows import DOT_RADIUS, SELF_RADIUS, GapRow, GapWords, Track
from survey_app.web.charts.shapes import (
    Box,
    Interval,
    Label,
    Mark,
    Type,
    circle,
    known,
    square,
)
from survey_app.web.charts.text import width

_TEXT = Type(13.5, 18)
_LINE = 24.0
_SAMPLE = 40.0
_BETWEEN = 22.0


@dataclass(frozen=True, slots=True)
class LegendItem:
    sample: Track
    label: Label


def legend(
    rows: Sequence[GapRow], words: GapWords, room: float
) -> tuple[tuple[LegendItem, ...], float]:
    """Return the items, set in lines no wider than ``room``, and the height they take."""
    items: list[LegendItem] = []
    x, y = 0.0, 12.0
    for text, sample in _entries(rows, words):
        taken = _SAMPLE + width(text, _TEXT.size)
        if items and x + taken > room:
            x, y = 0.0, items[-1].label.bottom - 4.6 + _LINE
        lines = _TEXT.wrap(text, room - _SAMPLE)
        items.append(
            LegendItem(_sample(sample, x + 16, y), _TEXT.label(x + _SAMPLE, y + 4.6, lines))
        )
        x += taken + _BETWEEN
    return tuple(items), (items[-1].label.bottom + 14 if items else 0.0)


def _entries(rows: Sequence[GapRow], words: GapWords) -> list[tuple[str, str]]:
    entries = []
    if any(known(row.self_score) is not None and row.self_range is None for row in rows):
        entries.append((words.self_score, "own"))
    if any(row.self_range is not None for row in rows):
        entries.append((words.colour_range, "band"))
    measured = [row for row in rows if known(row.perception) is not None]
    if any(known(row.low) is not None for row in measured):
        entries.append((words.perception_interval, "interval"))
    elif measured:
        entries.append((words.perception, "said"))
    return entries


def _sample(sample: str, x: float, y: float) -> Track:
    own = Mark(x, y, square(x, y, SELF_RADIUS), "own") if sample == "own" else None
    band = Box(x - 14, y - 9, 28, 18, "band") if sample == "band" else None
    said = Mark(x, y, circle(x, y, DOT_RADIUS), "said") if sample in {"interval", "said"} else None
    interval = Interval(x - 15, x + 15, y) if sample == "interval" else None
    return Track(band, None, interval, own, said)
