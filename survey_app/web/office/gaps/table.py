"""The rows of a page as one table, from which both downloads are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from survey_app.instrument.definition import Framework
from survey_app.services.disclosure import ReleasedRow
from survey_app.web import words
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.results.headings import Heading

Cell = str | float | None  # None is absent: an empty cell
ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """`about` says in pairs what the figures are and where they come from."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    about: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    cell: Callable[[ReleasedRow], Cell]


def table(
    rows: Sequence[ReleasedRow],
    framework: Framework,
    heading: Heading,
    about: Sequence[tuple[str, str]],
) -> Table:
    columns = [
        *_naming(framework, heading),
        *_comparing(),
        *_resting_on(),
        *_spread(),
        *_blending(),
    ]
    return Table(
        name=f"{heading.wave_key}-{heading.unit_code}",
        heads=tuple(column.head for column in columns),
        rows=tuple(tuple(column.cell(row) for column in columns) for row in rows),
        about=tuple(about),
    )


def _naming(framework: Framework, heading: Heading) -> list[_Column]:
    indicators, lang = framework.indicator_by_code, language()
    columns = [
        # One text of code and name: by itself a spreadsheet would read "1.10" as a number or a day.
        _Column(
            _("Indicator"),
            lambda row: f"{row.indicator} {indicators[row.indicator].name.in_(lang)}",
        ),
        _Column(
            _("Pillar"),
            lambda row: framework.pillar_by_code[indicators[row.indicator].pillar].name.in_(lang),
        ),
        _Column(_("Unit"), lambda _row: heading.unit),
        _Column(_("Wave"), lambda _row: heading.wave),
    ]
    if heading.is_demonstration:
        columns.append(_Column(_("Data"), lambda _row: _("Demonstration data")))
    return columns


def _comparing() -> list[_Column]:
    return [
        _Column(_("Finding"), lambda row: words.class_in_full(row.gap_class)),
        _Column(_("Provisional"), lambda row: _("yes") if row.provisional else _("no")),
        _Column(_("Self-score"), lambda row: row.self_score),
        _Column(_("Colour of the self-score"), lambda row: words.short_colour(row.self_colour)),
        _Column(_("Average answer"), lambda row: row.mean),
        _Column(_("Interval (95%), from"), lambda row: row.low),
        _Column(_("Interval (95%), to"), lambda row: row.high),
        _Column(_("Gap"), lambda row: row.gap),
        _Column(_("Relative gap"), lambda row: None if row.evidence == "C" else row.relative_gap),
    ]


def _resting_on() -> list[_Column]:
    return [
        _Column(_("Asked"), _audience),
        _Column(_("Series"), lambda row: words.series(row.series)),
        _Column(_("Evidence"), lambda row: row.evidence),
        _Column(_("Answers, rounded to 5"), _answers),
        _Column(_("Share who do not know"), lambda row: row.dont_know_share),
    ]


def _spread() -> list[_Column]:
    return [
        _Column(
            _("Share of answer %(place)s of 5 (1 is worst)", place=place + 1), _share_of(place)
        )
        for place in range(ANSWERS)
    ] + [_Column(_("Answers counted together"), _together)]


def _blending() -> list[_Column]:
    return [
        _Column(_("Blended score"), lambda row: row.blended),
        _Column(_("Blended score if people count 20–60%, from"), lambda row: row.blended_low),
        _Column(_("Blended score if people count 20–60%, to"), lambda row: row.blended_high),
    ]


def _audience(row: ReleasedRow) -> str:
    return "" if row.gap_class == "not_asked" else words.audience(row.audience)


def _answers(row: ReleasedRow) -> Cell:
    if row.gap_class == "not_asked":
        return None
    return words.people(None) if row.n is None else row.n


def _share_of(place: int) -> Callable[[ReleasedRow], Cell]:
    return lambda row: row.share_of(place)


def _together(row: ReleasedRow) -> Cell:
    said = [f"{part.first + 1}–{part.last + 1}: {words.share(part.share)}" for part in row.joined]
    return words.listed(said) or None
