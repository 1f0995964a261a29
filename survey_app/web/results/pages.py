"""What the public pages of a published wave show."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from survey_app.instrument.definition import Framework
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.services import results, screening
from survey_app.services.disclosure import ReleasedRow
from survey_app.services.results import Answered, Results
from survey_app.web import screening_words, words
from survey_app.web.charts.reading import ReadingChart
from survey_app.web.i18n import day
from survey_app.web.i18n import gettext as _
from survey_app.web.results import sentences
from survey_app.web.results.followed import FollowedLine, followed
from survey_app.web.results.gap_chart import Drawing, GapPicture, picture, reading_picture
from survey_app.web.results.headings import Heading, heading, in_order, unit_name
from survey_app.web.results.indirect import IndirectPart, indirect_parts

READINGS = (640, 340)
WIDTH = 1040


@dataclass(frozen=True, slots=True)
class UnitLink:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class WavePage:
    heading: Heading
    period: str
    scale_difference: str
    units: tuple[UnitLink, ...]


@dataclass(frozen=True, slots=True)
class MethodCard:
    asked: tuple[str, ...]
    period: str
    evidence: tuple[str, ...]
    precision: tuple[str, ...]
    margin: str
    calibration: str
    set_apart: list[str]  # empty for waves from before there was a rule
    data_code: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    heading: Heading
    period: str
    scale_difference: str
    what_it_is: str
    findings: tuple[str, ...]
    provisional: str  # empty where the mapping of the two scales is declared
    picture: GapPicture
    readings: tuple[ReadingChart, ...]
    indirect: tuple[IndirectPart, ...]
    method: MethodCard
    other_units: str
    followed: tuple[FollowedLine, ...]


def wave_page(found: Results) -> WavePage:
    wave = found.wave
    return WavePage(
        heading=heading(wave),
        period=_period(wave),
        scale_difference=sentences.scale_difference(found),
        units=tuple(
            UnitLink(
                unit_name(place),
                url_for("results.unit", wave=wave.key, unit=place.official_code),
            )
            for place in in_order(wave)
        ),
    )


def unit_page(session: Session, found: Results, place: WaveUnit, framework: Framework) -> UnitPage:
    of_unit = found.released.of_unit(place.unit_id).headlines
    rows = results.by_importance(_in_framework_order(of_unit, framework))
    grades = sorted({row.evidence for row in rows if row.mean is not None})
    return UnitPage(
        heading=heading(found.wave, place),
        period=_period(found.wave),
        scale_difference=sentences.scale_difference(found),
        what_it_is=sentences.what_the_difference_is(),
        findings=tuple(sentences.findings(rows, framework)),
        provisional=sentences.provisional() if any(row.provisional for row in rows) else "",
        picture=picture(rows, _drawing(found, framework)),
        readings=tuple(reading_picture(max(grades, default="B"), width) for width in READINGS),
        indirect=indirect_parts(session, found, place),
        method=_method(session, found, place, rows),
        other_units=url_for("results.wave", wave=found.wave.key),
        followed=followed(session, found.wave, place, framework),
    )


def _in_framework_order(
    rows: tuple[ReleasedRow, ...], framework: Framework
) -> Iterator[ReleasedRow]:
    by_code = {row.indicator: row for row in rows}
    return (by_code[each.code] for each in framework.indicators if each.code in by_code)


def _drawing(found: Results, framework: Framework) -> Drawing:
    title = _("Self-score and average answer, by indicator")
    return Drawing(framework, title, found.parameters.margin, lambda _code: "", WIDTH)


def _method(
    session: Session, found: Results, place: WaveUnit, rows: list[ReleasedRow]
) -> MethodCard:
    grades = sorted({row.evidence for row in rows if row.mean is not None})
    answered = results.answered(session, found.wave, place.official_code)
    return MethodCard(
        asked=tuple(_asked(each) for each in answered),
        period=_period(found.wave),
        evidence=tuple(words.evidence(grade) for grade in grades),
        precision=_precision(results.typical_half_width(rows), grades),
        margin=_(
            "Differences of up to %(margin)s points are not regarded as material. This was laid"
            " down before the first answer came in.",
            margin=words.points(found.parameters.margin),
        ),
        calibration=_(
            "Version %(version)s of %(day)s, by %(author)s",
            version=found.run.calibration.version,
            day=day(found.run.calibration.created_at),
            author=found.run.calibration.author_name,
        ),
        set_apart=_set_apart(session, found.wave, place),
        data_code=found.run.dataset_sha256,
    )


def _set_apart(session: Session, wave: Wave, place: WaveUnit) -> list[str]:
    if screening.rule_of(wave) is None:
        return []
    flagged = screening.flagged(session, wave)
    return screening_words.said_in_public(
        [here for (code, _who), here in flagged.items() if code == place.official_code],
        screening.grounds(session, wave),
        [
            screening_words.ruling(each.flag, each.verdict)
            for each in screening.rulings_of(session, wave)
        ],
    )


def _asked(answered: Answered) -> str:
    if answered.people is None:
        return _(
            "%(audience)s: number of people not shown (%(channel)s)",
            audience=words.audience(answered.audience),
            channel=words.channel(answered.channel),
        )
    return _(
        "%(audience)s: %(people)s people (%(channel)s)",
        audience=words.audience(answered.audience),
        people=words.people(answered.people),
        channel=words.channel(answered.channel),
    )


def _precision(half_width: float | None, grades: list[str]) -> tuple[str, ...]:
    if half_width is None:
        return (_("No interval is given: the answers speak only for those who gave them."),)
    typical = _(
        "An average answer is typically accurate to about ±%(points)s points (95%% interval).",
        points=words.whole(half_width),
    )
    return (typical, *words.limits(grades))


def _period(wave: Wave) -> str:
    return _(
        "%(first)s to %(last)s",
        first=day(wave.opened_at or wave.opens_at),
        last=day(wave.closed_at or wave.closes_at),
    )
