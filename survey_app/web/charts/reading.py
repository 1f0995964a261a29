"""A small picture of one row of the gap chart, with a name on each of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.web.charts.gap_rows import GapRow, Track, draw_track
from survey_app.web.charts.kinds import Kind, finding_mark, tone
from survey_app.web.charts.shapes import Anchor, Label, Mark, Scale, Type, short

_TEXT = Type(14, 18)
_SOFT = Type(13, 16, css="soft")
_STRONG = Type(14, 18, bold=True, css="b")
_EDGE = 12.0
_SAID, _LOW, _HIGH, _OWN = 44.0, 34.0, 54.0, 82.0
_EXAMPLE = GapRow(
    code="",
    name="",
    kind=Kind.SELF_HIGHER,
    self_score=_OWN,
    perception=_SAID,
    low=_LOW,
    high=_HIGH,
)
_TWO_COLUMNS_FROM = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingWords:
    """``findings`` holds each finding with its word and one sentence on what it means."""

    title: str
    description: str
    self_score: str
    perception: str
    interval: str
    gap: str
    lowest: str
    highest: str
    findings: Sequence[tuple[Kind, str, str]]


@dataclass(frozen=True, slots=True)
class ReadingChart:
    id: str
    width: float
    height: float
    title: str
    description: str
    track: Track
    labels: tuple[Label, ...]
    marks: tuple[Mark, ...]
    leaders: str
    axis: str


def reading(*, words: ReadingWords, width: int, chart_id: str) -> ReadingChart:
    scale = Scale(_EDGE, width - _EDGE)
    gap = _gap(words, scale, width)
    middle = gap.bottom + 34
    below = _below(words, scale, middle + 40)
    ends = _ends(words, width, max(label.bottom for label in below) + 30)
    key, marks, bottom = _key(words, width, max(label.bottom for label in ends) + 20)
    return ReadingChart(
        id=chart_id,
        width=width,
        height=bottom,
        title=words.title,
        description=words.description,
        track=draw_track(_EXAMPLE, scale, middle),
        labels=(gap, *below, *ends, *key),
        marks=tuple(marks),
        leaders=_leaders(scale, middle),
        axis=f"M{short(scale(0))} {short(middle)}H{short(scale(100))}",
    )


def _leaders(scale: Scale, middle: float) -> str:
    """Join each part of the example with its name: two brackets and one line."""
    said, own, low, high = (short(scale(score)) for score in (_SAID, _OWN, _LOW, _HIGH))
    above, below = short(middle - 14), short(middle + 13)
    return f"M{said} {above}v-8H{own}v8M{low} {below}v8H{high}v-8M{own} {below}v12"


def _gap(words: ReadingWords, scale: Scale, width: float) -> Label:
    centre = (scale(_SAID) + scale(_OWN)) / 2
    lines = _STRONG.wrap(words.gap, 2 * (width - centre))
    return _STRONG.label(centre, 14, lines, anchor="middle", css=tone(_EXAMPLE.kind))


def _below(words: ReadingWords, scale: Scale, y: float) -> list[Label]:
    right = scale(_HIGH)
    said = _STRONG.wrap(words.perception, right)
    own = _STRONG.wrap(words.self_score, scale(100) - right - _EDGE)
    name = _STRONG.label(right, y, said, anchor="end", css="fit")
    return [
        name,
        _TEXT.label(right, name.bottom + 18, _TEXT.wrap(words.interval, right), anchor="end"),
        _STRONG.label(scale(100) + _EDGE, y, own, anchor="end"),
    ]


def _ends(words: ReadingWords, width: float, y: float) -> list[Label]:
    ends: list[tuple[float, str, Anchor]] = [
        (0, words.lowest, "start"),
        (width, words.highest, "end"),
    ]
    return [
        _SOFT.label(x, y, _SOFT.wrap(text, width / 2 - 10), anchor=anchor)
        for x, text, anchor in ends
    ]


def _key(words: ReadingWords, width: float, top: float) -> tuple[list[Label], list[Mark], float]:
    columns = 2 if width >= _TWO_COLUMNS_FROM else 1
    room = width / columns - 44
    half = -(-len(words.findings) // columns)
    labels, marks = [], []
    bottom, y = top, top
    for place, (kind, word, meaning) in enumerate(words.findings):
        y = top if place % half == 0 else y
        x = (width / columns + 8) * (place // half)
        name = _STRONG.label(x + 24, y + 16, _STRONG.wrap(word, room), css=tone(kind))
        text = _TEXT.label(x + 24, name.bottom + 18, _TEXT.wrap(meaning, room))
        marks.append(finding_mark(kind, x + 8, y + 11))
        labels += [name, text]
        y = text.bottom + 12
        bottom = max(bottom, y)
    return labels, marks, bottom
