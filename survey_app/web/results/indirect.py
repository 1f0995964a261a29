"""A list experiment in words, a picture and a table: what a reader may know, and how it is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.services import definitions, indirect
from survey_app.services.indirect import Indirect, ReleasedShare
from survey_app.services.results import Results
from survey_app.services.units import name_in_sentence
from survey_app.web import words
from survey_app.web.charts.trend import TrendChart, TrendPoint, TrendWords, trend
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, percent
from survey_app.web.words import Word

WIDTHS = (560, 340)
OPEN = "C"
# By the id of the item.
HEADINGS: Mapping[str, Word] = {
    "unofficial": lambda: _("Unofficial costs, asked indirectly"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    place: str
    share: str
    interval: str
    people: str


@dataclass(frozen=True, slots=True)
class IndirectPart:
    """What a page says of one list. Without figures there is no picture and no table."""

    heading: str
    statement: str
    language: str  # of the statement
    said: tuple[str, ...]
    method: str
    warning: str
    figures: tuple[Figure, ...]
    charts: tuple[TrendChart, ...]


def indirect_parts(
    session: Session, found: Results, place: WaveUnit, indicator: str | None = None
) -> tuple[IndirectPart, ...]:
    """Those of the unit's page; of one indicator where it is named."""
    told = indirect.of_unit(session, found.run.id, place.official_code)
    return tuple(
        _part(found.wave, place, each)
        for each in told
        if indicator is None or each.indicator == indicator
    )


def _part(wave: Wave, place: WaveUnit, told: Indirect) -> IndirectPart:
    unit = name_in_sentence(place.unit, language())
    shown = [
        (name, each)
        for name, each in ((unit, told.here), (_("All units"), told.everywhere))
        if each is not None
    ]
    statement, spoken = _statement(wave, told)
    return IndirectPart(
        heading=HEADINGS.get(told.item, lambda: _("Asked indirectly"))(),
        statement=statement,
        language=spoken,
        said=tuple(_said(unit, told)),
        method=_(
            "How this is known: by chance, half of the forms showed four other statements, and half"
            " showed the same four with this one among them. Everybody said only how many of them"
            " were true. The difference between the two average numbers is the share for which this"
            " statement is true; no single answer says which ones are."
        ),
        warning=_(
            "A test finds that the two lists do not fit each other: the added statement seems to"
            " have changed how the others were counted. Please read the figure with great care."
        )
        if told.contradicted and shown
        else "",
        figures=tuple(_figure(name, each) for name, each in shown),
        charts=_charts(shown),
    )


def _statement(wave: Wave, told: Indirect) -> tuple[str, str]:
    asked = definitions.questionnaires_of(instance().library, wave)[told.audience]
    spoken = definitions.spoken_in(asked, language())
    statements = asked.items[told.item].statements
    return next(each.text.in_(spoken) for each in statements if each.sensitive), spoken


def _said(unit: str, told: Indirect) -> list[str]:
    if told.here is None and told.everywhere is None:
        return [_("Too few businesses answered one of the two lists for a figure to be shown.")]
    said = []
    if told.here is not None:
        said.append(_of_unit(unit, told.here))
    else:
        said.append(
            _(
                "In %(unit)s too few businesses answered for a figure of its own; the figure of all"
                " units of this wave stands in its place.",
                unit=unit,
            )
        )
    if told.everywhere is not None:
        said.append(_of_all(told.everywhere))
    if told.evidence == OPEN:
        said.append(
            _(
                "This speaks only for the businesses that chose to answer. The interval covers the"
                " chance by which the two lists were dealt, not who took part."
            )
        )
    return said


def _of_unit(unit: str, shown: ReleasedShare) -> str:
    return _(
        "In %(unit)s this is true for about %(share)s of the businesses (95%% interval: %(low)s to"
        " %(high)s).",
        unit=unit,
        **_in_words(shown),
    )


def _of_all(shown: ReleasedShare) -> str:
    return _(
        "In all units of this wave together it is true for about %(share)s of the businesses"
        " (95%% interval: %(low)s to %(high)s).",
        **_in_words(shown),
    )


def _in_words(shown: ReleasedShare) -> dict[str, str]:
    ends = {"share": shown.share, "low": shown.low, "high": shown.high}
    return {name: percent(value) for name, value in ends.items()}


def _figure(name: str, shown: ReleasedShare) -> Figure:
    said = _in_words(shown)
    return Figure(
        place=name,
        share=said["share"],
        interval=_("%(low)s to %(high)s", low=said["low"], high=said["high"]),
        people=words.people(shown.people),
    )


def _charts(shown: list[tuple[str, ReleasedShare]]) -> tuple[TrendChart, ...]:
    """One per width. Places are no sequence: no line joins them."""
    points = [
        TrendPoint(
            name=name,
            series=name,
            value=100 * each.share,
            low=100 * each.low,
            high=100 * each.high,
        )
        for name, each in shown
    ]
    said = TrendWords(
        title=_("Share of the businesses for which this is true"),
        description=_("For each place: a circle for the share, a line for its interval."),
        absent="",
    )
    return tuple(
        trend(
            points,
            words=said,
            width=width,
            number=lambda value: percent(value / 100),
            chart_id=f"indirect-{width}",
        )
        for width in WIDTHS
        if points
    )
