"""Released rows as the gap chart, its table and the picture that explains how to read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from survey_app.instrument.definition import Framework, Indicator
from survey_app.services.disclosure import ReleasedRow
from survey_app.web import words
from survey_app.web.charts.gap_rows import GapRow, GapWords
from survey_app.web.charts.gap_table import GapTable, gap_table
from survey_app.web.charts.gaps import NARROW, DumbbellChart, dumbbell
from survey_app.web.charts.kinds import Kind
from survey_app.web.charts.reading import ReadingChart, ReadingWords, reading
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, number, signed

READING_WIDTH = 640
# What a reader meets most, in the order of the picture's two columns.
EXPLAINED = ("self_higher", "perception_higher", "aligned", "uncertain")
EXPLAINED_OPEN = ("signal_below", "signal_above", "no_signal", "uncertain")

Address = Callable[[str], str]  # of an indicator's page; "" where it has none


@dataclass(frozen=True, slots=True)
class GapPicture:
    """The same rows three times: two layouts of the chart, of which one is shown, and the table."""

    wide: DumbbellChart
    narrow: DumbbellChart
    table: GapTable


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the rows alone do not say."""

    framework: Framework
    title: str
    margin: float
    address: Address
    width: int  # of the wide layout: the room its page has


def picture(rows: Sequence[ReleasedRow], drawing: Drawing) -> GapPicture:
    said = _words(rows, drawing.title)
    drawn = [_row(row, drawing, table=False) for row in rows]
    wide, narrow = (
        dumbbell(drawn, words=said, width=width, number=number, chart_id=name)
        for name, width in (("gap-wide", drawing.width), ("gap-narrow", NARROW))
    )
    in_table = [_row(row, drawing, table=True) for row in rows]
    in_full = replace(said, classes={kind: words.class_name(kind) for kind in Kind})
    table = gap_table(in_table, words=in_full, number=number, caption=drawing.title)
    return GapPicture(wide, narrow, table)


def _words(rows: Sequence[ReleasedRow], title: str) -> GapWords:
    return GapWords(
        title=title,
        description=_(
            "Each line is an indicator: the self-score and the average answer on one scale from 0"
            " to 100. The table below has the same figures."
        ),
        indicator=_("Indicator"),
        self_score=_("Self-score"),
        perception=_perception(rows),
        gap=_("Gap"),
        finding=_("Finding"),
        interval=_("Interval (95%)"),
        perception_interval=_("Average answer and its interval (95%)"),
        colour_range=_("Self-score given as a colour"),
        classes={kind: words.class_in_chart(kind) for kind in Kind},
    )


def reading_picture(grade: str, width: int = READING_WIDTH) -> ReadingChart:
    explained = EXPLAINED_OPEN if grade == "C" else EXPLAINED
    said = ReadingWords(
        title=_("How to read the chart"),
        description=_(
            "One line of the chart: a square for the self-score, a circle with a line for the"
            " average answer and its interval, and the distance between them, the gap."
        ),
        self_score=_("Self-score"),
        perception=_("Average answer"),
        interval=_("Interval (95%)"),
        gap=_("Gap"),
        lowest=_("0: worst"),
        highest=_("100: best"),
        findings=[(Kind(name), words.class_name(name), words.meaning(name)) for name in explained],
    )
    return reading(words=said, width=width, chart_id=f"reading-{width}")


def name_of(indicator: Indicator) -> str:
    return indicator.name.in_(language())


def _row(row: ReleasedRow, drawing: Drawing, *, table: bool) -> GapRow:
    indicator = drawing.framework.indicator_by_code[row.indicator]
    name = indicator.name if table else indicator.short
    has_range = row.self_score is not None and row.is_colour
    return GapRow(
        code=row.indicator,
        name=name.in_(language()),
        kind=Kind(row.gap_class),
        self_score=None if has_range else row.self_score,
        self_range=(row.self_low or 0.0, row.self_high or 0.0) if has_range else None,
        self_colour=row.self_colour if has_range else None,  # type: ignore[arg-type]  # checked by the table
        self_word=words.short_colour(row.self_colour) if has_range else "",
        perception=row.mean,
        low=row.low,
        high=row.high,
        gap=row.gap,
        note=_table_note(row, drawing) if table else _chart_note(row, drawing),
        href=drawing.address(row.indicator),
    )


def _chart_note(row: ReleasedRow, drawing: Drawing) -> str:
    if row.gap_class not in {"not_asked", "no_data"} and row.n is None:
        return _("under 10 answers")
    if row.n is not None and row.mean is None:
        return _("not shown")
    if row.depends_on_dont_know(drawing.margin):
        return _("depends on those who do not know")
    return ""


def _table_note(row: ReleasedRow, drawing: Drawing) -> str:
    if row.gap_class == "not_asked":
        return ""
    parts = [
        _(
            "%(audience)s: %(n)s answers",
            audience=words.audience(row.audience),
            n=words.people(row.n),
        )
    ]
    if row.relative_gap is not None and row.evidence != "C":
        parts.append(_("relative gap %(gap)s", gap=signed(row.relative_gap)))
    if row.depends_on_dont_know(drawing.margin):
        parts.append(_("depends on those who do not know"))
    return " · ".join(parts)


def _perception(rows: Sequence[ReleasedRow]) -> str:
    return _("Those who answered") if _only_open(rows) else _("Average answer")


def _only_open(rows: Sequence[ReleasedRow]) -> bool:
    return bool(rows) and all(row.evidence == "C" for row in rows)
