"""What the pages of the self-assessment show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from survey_app.instrument.definition import Framework
from survey_app.models.assessments import SelfScoreSet
from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.queries import assessments
from survey_app.services import assessing
from survey_app.services.assessing import FieldFault, Score, TypedScore
from survey_app.services.people import Reach
from survey_app.services.units import name_alone, name_in_sentence
from survey_app.web.access import covers, reach
from survey_app.web.i18n import language, number
from survey_app.web.office.self_assessment.words import sentence


@dataclass(frozen=True, slots=True)
class UnitLine:
    code: str
    name: str
    state: str | None  # draft, sealed, or nothing entered yet
    scores: int


@dataclass(frozen=True, slots=True)
class WaveLine:
    key: str
    title: str
    campaign: str
    is_demonstration: bool
    is_over: bool  # published: nothing is entered any more
    units: list[UnitLine]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One indicator as typed; `faults` are sentences by field."""

    code: str
    name: str
    criteria: dict[str, str]
    typed: TypedScore
    faults: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pillar:
    name: str
    rows: list[ScoreRow]


@dataclass(frozen=True, slots=True)
class ScoresPage:
    wave: str
    wave_title: str
    code: str
    unit: str
    is_demonstration: bool
    pillars: list[Pillar]
    entered: int
    indicators: int
    sealed_at: datetime | None
    sha256: str | None
    may_enter: bool
    may_seal: bool

    @property
    def faulty(self) -> list[ScoreRow]:
        return [row for pillar in self.pillars for row in pillar.rows if row.faults]


@dataclass(frozen=True, slots=True)
class Place:
    """The scores of one unit for one wave, found and allowed."""

    wave: Wave
    unit: Unit
    found: SelfScoreSet | None
    framework: Framework


def wave_lines(session: Session, waves: Iterable[Wave]) -> list[WaveLine]:
    """The waves with units whose scores the member enters or seals, the newest first."""
    area = reach("scores.seal")
    lines = [_wave_line(session, wave, area) for wave in waves if wave.state != "draft"]
    return [line for line in reversed(lines) if line.units]


def scores_page(place: Place, typed: Mapping[str, TypedScore] | None = None) -> ScoresPage:
    """The scores as stored, or as typed with what is wrong."""
    wave, found = place.wave, place.found
    rows = typed if typed is not None else _stored(found)
    is_open = wave.state != "published" and (found is None or found.state == "draft")
    return ScoresPage(
        wave=wave.key,
        wave_title=wave.title(language()),
        code=place.unit.official_code,
        unit=name_in_sentence(place.unit, language()),
        is_demonstration=wave.campaign.is_demonstration,
        pillars=_pillars(place.framework, rows),
        entered=len(found.scores) if found else 0,
        indicators=len(place.framework.indicators),
        sealed_at=found.sealed_at if found else None,
        sha256=found.sha256 if found else None,
        may_enter=is_open and covers("scores.edit", place.unit),
        may_seal=is_open and bool(found and found.scores),
    )


def typed_in(form: MultiDict[str, str], framework: Framework) -> dict[str, TypedScore]:
    """What was typed into the page, for every indicator."""
    return {
        each.code: TypedScore(
            each.code,
            *(form.get(f"{name}-{each.code}", "").strip() for name in assessing.FIELDS[1:]),
        )
        for each in framework.indicators
    }


def scores_in(typed: Mapping[str, TypedScore]) -> list[Score]:
    return [each.checked() for each in typed.values() if not each.is_blank]


def is_faulty(typed: Mapping[str, TypedScore], framework: Framework) -> bool:
    return any(True for each in typed.values() for _fault in assessing.faults_of(each, framework))


def _wave_line(session: Session, wave: Wave, area: Reach) -> WaveLine:
    sets = {found.unit_id: found for found in assessments.score_sets(session, wave.id)}
    return WaveLine(
        key=wave.key,
        title=wave.title(language()),
        campaign=wave.campaign.title(language()),
        is_demonstration=wave.campaign.is_demonstration,
        is_over=wave.state == "published",
        units=[
            _unit_line(place.official_code, place.unit, sets.get(place.unit_id))
            for place in sorted(wave.units, key=lambda place: place.unit.sort_key)
            if place.unit_id in area
        ],
    )


def _unit_line(code: str, unit: Unit, found: SelfScoreSet | None) -> UnitLine:
    return UnitLine(
        code=code,
        name=name_alone(unit, language()),
        state=found.state if found else None,
        scores=len(found.scores) if found else 0,
    )


def _stored(found: SelfScoreSet | None) -> dict[str, TypedScore]:
    return {
        score.indicator: TypedScore(
            score.indicator, score.colour or "", _points(score.points), score.note
        )
        for score in (found.scores if found else ())
    }


def _points(points: float | None) -> str:
    """As many decimals as there are, so that saving again changes nothing."""
    if points is None:
        return ""
    decimals = f"{points:.15g}".partition(".")[2]
    return number(points, len(decimals))


def _pillars(framework: Framework, typed: Mapping[str, TypedScore]) -> list[Pillar]:
    return [
        Pillar(
            f"{pillar.code}. {pillar.name.in_(language())}",
            [
                _row(framework, each.code, typed.get(each.code))
                for each in framework.indicators
                if each.pillar == pillar.code
            ],
        )
        for pillar in framework.pillars
    ]


def _row(framework: Framework, code: str, typed: TypedScore | None) -> ScoreRow:
    indicator = framework.indicator_by_code[code]
    row = typed or TypedScore(code, "", "", "")
    return ScoreRow(
        code=code,
        name=indicator.name.in_(language()),
        criteria={
            colour: getattr(indicator.criteria, colour).in_(language())
            for colour in ("red", "yellow", "green")
        },
        typed=row,
        faults=_by_field(row, list(assessing.faults_of(row, framework))),
    )


def _by_field(row: TypedScore, faults: Sequence[FieldFault]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults:
        value = str(getattr(row, fault.field))
        found.setdefault(fault.field, []).append(sentence(fault.code, value))
    return found
