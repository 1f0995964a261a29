"""One indicator of one unit: what was asked, what came back, and what may be said of it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.staff import StaffMember
from survey_app.services import assessing, results
from survey_app.services.changing import last_change
from survey_app.services.disclosure import ReleasedRow
from survey_app.web import words
from survey_app.web.charts.kinds import Kind, finding_mark
from survey_app.web.charts.shapes import Mark
from survey_app.web.charts.trend import TrendChart
from survey_app.web.current import instance
from survey_app.web.i18n import language
from survey_app.web.office.actions.panel import Panel, panel
from survey_app.web.office.gaps import answers
from survey_app.web.office.gaps.answers import Asked, Spread
from survey_app.web.office.gaps.blend_words import Blend, blend
from survey_app.web.office.gaps.change_words import change_sentences
from survey_app.web.office.gaps.pages import View
from survey_app.web.office.gaps.trends import trend_charts
from survey_app.web.results import sentences
from survey_app.web.results.headings import Heading, heading
from survey_app.web.results.indirect import IndirectPart, indirect_parts


@dataclass(frozen=True, slots=True)
class Finding:
    mark: Mark
    name: str
    meaning: str
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class SelfScore:
    """What the unit says of itself; each part is absent where it was not given."""

    points: float | None
    colour: str
    criterion: str
    note: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    heading: Heading
    code: str
    name: str
    pillar: str
    back: str
    finding: Finding
    in_public: tuple[str, ...]
    self_score: SelfScore
    asked: tuple[Asked, ...]
    spreads: tuple[Spread, ...]
    indirect: tuple[IndirectPart, ...]
    row: ReleasedRow
    depends_on_dont_know: bool
    scale_difference: str
    evidence: str
    limits: tuple[str, ...]
    trends: tuple[TrendChart, ...]
    change: tuple[str, ...]
    blend: Blend | None
    follow_up: Panel
    before: Neighbour | None
    after: Neighbour | None


def indicator_page(session: Session, view: View, code: str, member: StaffMember) -> IndicatorPage:
    indicator = view.framework.indicator_by_code.get(code)
    row = _row(view, code)
    if indicator is None or row is None:
        raise Refusal("not_found")
    before, after = _neighbours(view, code)
    margin = view.results.parameters.margin
    wave = view.results.wave
    measured = results.history(session, member, wave, view.place, code)
    return IndicatorPage(
        heading=heading(wave, view.place),
        code=code,
        name=indicator.name.in_(language()),
        pillar=view.framework.pillar_by_code[indicator.pillar].name.in_(language()),
        back=view.address_of_unit(),
        finding=_finding(row),
        in_public=tuple(
            s for s in (sentences.in_numbers(row), sentences.in_public(row, margin)) if s
        ),
        self_score=_self_score(session, view, code),
        asked=tuple(answers.asked(view, code)),
        spreads=tuple(answers.spreads(view, code)),
        indirect=indirect_parts(session, view.results, view.place, code),
        row=row,
        depends_on_dont_know=row.depends_on_dont_know(margin),
        scale_difference=sentences.scale_difference(view.results),
        evidence=words.evidence(row.evidence) if row.mean is not None else "",
        limits=tuple(words.limits([row.evidence])) if row.low is not None else (),
        trends=trend_charts(measured),
        change=change_sentences(
            last_change(session, measured, view.place.unit_id, code, library=instance().library)
        ),
        blend=blend(row),
        follow_up=panel(session, wave, view.place, code),
        before=before,
        after=after,
    )


def _row(view: View, code: str) -> ReleasedRow | None:
    """The row that the filters lead to; the headline where they lead to none."""
    of_indicator = [row for row in view.unit_rows if row.indicator == code]
    asked = [row for row in view.rows if row.indicator == code]
    return next(iter(asked), None) or next((row for row in of_indicator if row.headline), None)


def _finding(row: ReleasedRow) -> Finding:
    return Finding(
        mark=finding_mark(Kind(row.gap_class)),
        name=words.class_in_full(row.gap_class),
        meaning=words.meaning(row.gap_class),
        is_provisional=row.provisional,
    )


def _self_score(session: Session, view: View, code: str) -> SelfScore:
    found = assessing.set_of(session, view.results.wave, view.place.unit)
    sealed = found if found is not None and found.state == "sealed" else None
    for score in assessing.scores_of(sealed) if sealed else ():
        if score.indicator == code:
            criteria = view.framework.indicator_by_code[code].criteria
            criterion = getattr(criteria, score.colour).in_(language()) if score.colour else ""
            return SelfScore(score.points, words.colour(score.colour), criterion, score.note)
    return SelfScore(None, "", "", "")


def _neighbours(view: View, code: str) -> tuple[Neighbour | None, Neighbour | None]:
    """Those before and after it in the list that the reader comes from."""
    codes = [row.indicator for row in view.rows]
    if code not in codes:
        return None, None
    place = codes.index(code)
    before = codes[place - 1] if place > 0 else None
    after = codes[place + 1] if place + 1 < len(codes) else None
    return _neighbour(view, before), _neighbour(view, after)


def _neighbour(view: View, code: str | None) -> Neighbour | None:
    if code is None:
        return None
    short = view.framework.indicator_by_code[code].short.in_(language())
    return Neighbour(f"{code} {short}", view.address(code))
