"""What the page about signs of made-up answers shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.screening import ScreeningRuling
from survey_app.models.staff import StaffMember
from survey_app.queries import runs
from survey_app.services import counting, definitions, people, screening, with_and_without
from survey_app.services.analysing import Workplace
from survey_app.services.estimating import AUDIENCES
from survey_app.services.striking_units import striking_units
from survey_app.services.with_and_without import Shift
from survey_app.web import screening_words, words
from survey_app.web.access import covers
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, number
from survey_app.web.office.waves import access
from survey_app.web.office.waves.words import answers_in_steps
from survey_app.web.results.headings import in_order, unit_name


@dataclass(frozen=True, slots=True)
class SignLine:
    name: str
    threshold: str


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A unit and an audience with flagged answers; counts as words, in steps."""

    unit: str
    audience: str
    answers: str
    set_apart: str
    signs: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RulingLine:
    at: datetime
    author: str
    sign: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A result without and with what is set apart; each with its interval where it has one."""

    indicator: str
    who: str
    set_apart: str
    without: str
    everybody: str
    most: str


@dataclass(frozen=True, slots=True)
class UnitShifts:
    unit: str
    lines: list[ShiftLine]


@dataclass(frozen=True, slots=True)
class ScreeningPage:
    key: str
    title: str
    is_demonstration: bool
    is_frozen: bool
    sha256: str
    signs: list[SignLine]
    grounds: list[str]
    places: list[PlaceLine] | None  # None before the wave opens
    rulings: list[RulingLine]
    may_rule: bool
    needs_analysis: bool
    shifts: list[UnitShifts] | None  # None before the wave is analysed
    striking: list[tuple[str, str]]


def screening_page(session: Session, wave: Wave, member: StaffMember) -> ScreeningPage:
    frozen = screening.rule_of(wave)
    rule = frozen or screening.usual_rule()
    said = screening_words.thresholds(rule)
    grounds = screening.grounds(session, wave) if frozen else rule.set_apart
    seen = [place for place in in_order(wave) if _may_see(session, member, wave, place)]
    run = runs.registered_run(session, wave.id)
    is_fielded = frozen is not None and wave.state in {"open", "closed", "published"}
    return ScreeningPage(
        key=wave.key,
        title=wave.title(language()),
        is_demonstration=wave.campaign.is_demonstration,
        is_frozen=frozen is not None,
        sha256=wave.screening_sha256 or rule.sha256,
        signs=[SignLine(screening_words.sign(flag), said[flag]) for flag in said],
        grounds=screening_words.grounds(grounds),
        places=_places(session, wave) if is_fielded else None,
        rulings=[_ruling(each) for each in reversed(screening.rulings_of(session, wave))],
        may_rule=frozen is not None
        and wave.state in {"open", "closed"}
        and access.manages(wave.campaign),
        needs_analysis=run is not None
        and run.inputs.get("screening") != screening.input_of(session, wave),
        shifts=None if run is None else _shifts(session, wave, seen),
        striking=[] if run is None else _striking(wave, run.dataset_sha256, seen),
    )


def _may_see(session: Session, member: StaffMember, wave: Wave, place: WaveUnit) -> bool:
    """As on the pages of gaps: whoever still scores must not see what people say."""
    return covers("gaps.read", place.unit) and people.may_see_perception(
        session, member, wave, place.unit
    )


def _places(session: Session, wave: Wave) -> list[PlaceLine]:
    found = screening.flagged(session, wave)
    answers = counting.board(session, wave).by_unit
    return [
        PlaceLine(
            unit=unit_name(place),
            audience=words.audience(audience),
            answers=answers_in_steps(answers.get((place.official_code, audience))),
            set_apart=screening_words.set_apart(here.set_apart, here.shown_set_apart),
            signs=[
                (screening_words.sign(flag), screening_words.set_apart(1, shown))
                for flag, shown in sorted(here.shown_by_flag.items())
            ],
        )
        for place in in_order(wave)
        for audience in AUDIENCES
        if (here := found.get((place.official_code, audience))) is not None and here.by_flag
    ]


def _ruling(ruling: ScreeningRuling) -> RulingLine:
    return RulingLine(
        at=ruling.created_at,
        author=ruling.author_name,
        sign=screening_words.sign(ruling.flag),
        verdict=screening_words.VERDICTS[ruling.verdict](),
        reason=ruling.reason,
    )


def _shifts(session: Session, wave: Wave, seen: Sequence[WaveUnit]) -> list[UnitShifts]:
    place = Workplace(instance().library, instance().settings.datasets)
    found = with_and_without.shifts(session, wave, place) if seen else []
    lines: dict[int, list[ShiftLine]] = {}
    for each in found:
        lines.setdefault(each.without.unit_id, []).append(_shift(each, wave))
    return [
        UnitShifts(unit_name(each), lines[each.unit_id]) for each in seen if each.unit_id in lines
    ]


def _shift(shift: Shift, wave: Wave) -> ShiftLine:
    row = shift.without
    framework = definitions.framework(instance().library, wave.campaign.framework)
    short = framework.indicator_by_code[row.indicator].short.in_(language())
    return ShiftLine(
        indicator=f"{row.indicator} {short}",
        who=f"{words.audience(row.audience)}, {words.series(row.series)}",
        set_apart=screening_words.set_apart(1, shift.set_apart),
        without=_mean(row.mean, row.low, row.high),
        everybody=_mean(shift.everybody.mean, shift.everybody.low, shift.everybody.high),
        most=_("%(low)s to %(high)s", low=number(shift.lowest), high=number(shift.highest)),
    )


def _mean(mean: float | None, low: float | None, high: float | None) -> str:
    if mean is None:
        return _("not shown")
    if low is None or high is None:
        return words.whole(mean)
    return _(
        "%(mean)s (%(low)s to %(high)s)",
        mean=words.whole(mean),
        low=words.whole(low),
        high=words.whole(high),
    )


def _striking(wave: Wave, dataset: str, seen: Sequence[WaveUnit]) -> list[tuple[str, str]]:
    asked = definitions.questionnaires_of(instance().library, wave)
    path = instance().settings.datasets / f"{dataset}.parquet"
    names = {place.official_code: unit_name(place) for place in seen}
    return [
        (f"{names[each.unit]} ({words.audience(audience)})", screening_words.CHECKS[each.check]())
        for audience, questionnaire in asked.items()
        for each in striking_units(path, audience, questionnaire.indicators)
        if each.unit in names
    ]
