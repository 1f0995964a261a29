"""The board: what nobody answered, what the council has, what is under way and what is late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from survey_app.instrument.loading import Library
from survey_app.models.actions import STATES, Action, Review
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.staff import StaffMember
from survey_app.models.units import Unit
from survey_app.queries import actions as queries
from survey_app.queries.actions import Wanted
from survey_app.services import deadlines, definitions, people, reviewing, units
from survey_app.services.people import Reach
from survey_app.services.reviewing import Waiting
from survey_app.web import following_words as say
from survey_app.web import words
from survey_app.web.charts.kinds import Kind, finding_mark
from survey_app.web.charts.shapes import Mark
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language
from survey_app.web.office.actions.lines import ActionLine, action_line
from survey_app.web.results import sentences

MOST_WAITING = 12
PER_PAGE = 40
OVERDUE = "overdue"
PROGRAMME = "programme"  # where on the page the actions begin


@dataclass(frozen=True, slots=True)
class Asked:
    """As the address says it; what means nothing there filters nothing."""

    unit: str = ""
    owner: int | None = None
    state: str = ""
    page: int = 1
    all_waiting: bool = False

    @property
    def in_address(self) -> dict[str, Any]:
        named = {"unit": self.unit, "owner": self.owner, "state": self.state}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, from where, and what they may see."""

    session: Session
    member: StaffMember
    area: Reach
    library: Library
    at: datetime

    @property
    def unit_ids(self) -> frozenset[int] | None:
        return None if self.area.everywhere else self.area.unit_ids

    def may_see(self, unit: Unit) -> Callable[[Wave], bool]:
        """Whoever scores somewhere is asked for each wave; nobody else needs to be."""
        if all(grant.role != "assessor" for grant in self.member.grants):
            return lambda _wave: True
        return lambda wave: people.may_see_perception(self.session, self.member, wave, unit)

    def indicator(self, wave: Wave, code: str) -> str:
        framework = definitions.framework(self.library, wave.campaign.framework)
        return f"{code} {framework.indicator_by_code[code].short.in_(language())}"


@dataclass(frozen=True, slots=True)
class WaitingLine:
    address: str
    indicator: str
    unit: str
    wave: str
    mark: Mark
    finding: str
    numbers: str


@dataclass(frozen=True, slots=True)
class ContestedLine:
    address: str
    indicator: str
    unit: str
    wave: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """An action on the board, with the indicator in words."""

    action: ActionLine
    indicator: str
    wave: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    overdue: int
    overdue_address: str
    waiting: tuple[WaitingLine, ...]
    waiting_total: int
    contested: tuple[ContestedLine, ...]
    counts: tuple[tuple[str, int, str], ...]
    units: tuple[Option, ...]
    owners: tuple[Option, ...]
    states: tuple[Option, ...]
    actions: tuple[Line, ...]
    found: int
    asked: Asked
    later: str
    earlier: str


def read(arguments: Mapping[str, str]) -> Asked:
    state = arguments.get("state", "")
    return Asked(
        unit=arguments.get("unit", ""),
        owner=_number(arguments.get("owner", "")),
        state=state if state in {*STATES, OVERDUE} else "",
        page=max(1, _number(arguments.get("page", "")) or 1),
        all_waiting=arguments.get("waiting") == "all",
    )


def wanted(reader: Reader, asked: Asked) -> Wanted:
    acting = queries.units_with_actions(reader.session, reader.unit_ids)
    unit = next((each for each in acting if each.official_code == asked.unit), None)
    return Wanted(
        unit_ids=reader.unit_ids,
        unit_id=unit.id if unit else None,
        owner_id=asked.owner,
        state="" if asked.state == OVERDUE else asked.state,
        overdue_on=deadlines.day_of(reader.at) if asked.state == OVERDUE else None,
    )


def board_page(reader: Reader, asked: Asked) -> BoardPage:
    session = reader.session
    most = None if asked.all_waiting else MOST_WAITING
    waiting, total = reviewing.waiting(session, reader.unit_ids, limit=most or 500)
    choice = wanted(reader, asked)
    found = queries.count(session, choice)
    return BoardPage(
        overdue=queries.count(session, late(reader)),
        overdue_address=url_for("office.actions", state=OVERDUE, _anchor=PROGRAMME),
        waiting=tuple(_waiting(reader, each) for each in waiting if _visible(reader, each)),
        waiting_total=total,
        contested=tuple(_contested_lines(reader)),
        counts=tuple(_counts(reader)),
        units=_units(reader, asked),
        owners=_owners(reader, asked),
        states=_states(asked),
        actions=tuple(
            _line(reader, each)
            for each in queries.actions(
                session, choice, limit=PER_PAGE, offset=PER_PAGE * (asked.page - 1)
            )
            if reader.may_see(each.unit)(each.wave)
        ),
        found=found,
        asked=asked,
        later=_page(asked, asked.page + 1) if found > PER_PAGE * asked.page else "",
        earlier=_page(asked, asked.page - 1) if asked.page > 1 else "",
    )


def late(reader: Reader) -> Wanted:
    return Wanted(unit_ids=reader.unit_ids, overdue_on=deadlines.day_of(reader.at))


def _visible(reader: Reader, waiting: Waiting) -> bool:
    return reader.may_see(waiting.place.unit)(waiting.wave)


def _waiting(reader: Reader, waiting: Waiting) -> WaitingLine:
    row = waiting.row
    return WaitingLine(
        address=_finding(waiting.wave, waiting.place.official_code, row.indicator),
        indicator=reader.indicator(waiting.wave, row.indicator),
        unit=units.name_alone(waiting.place.unit, language()),
        wave=waiting.wave.title(language()),
        mark=finding_mark(Kind(row.gap_class)),
        finding=words.class_name(row.gap_class),
        numbers=sentences.in_numbers(row),
    )


def _contested_lines(reader: Reader) -> list[ContestedLine]:
    return [
        _contested(reader, review)
        for review in queries.contested(reader.session, reader.unit_ids)
        if reader.may_see(review.unit)(review.wave)
    ]


def _contested(reader: Reader, review: Review) -> ContestedLine:
    place = reader.session.get_one(WaveUnit, (review.wave_id, review.unit_id))
    return ContestedLine(
        address=_finding(review.wave, place.official_code, review.indicator),
        indicator=reader.indicator(review.wave, review.indicator),
        unit=units.name_alone(review.unit, language()),
        wave=review.wave.title(language()),
        by=review.author.display_name,
        at=review.created_at,
    )


def _line(reader: Reader, action: Action) -> Line:
    shown = action_line(reader.session, action, reader.at, reader.may_see(action.unit))
    indicator = reader.indicator(action.wave, action.indicator)
    return Line(shown, indicator, action.wave.title(language()))


def _counts(reader: Reader) -> list[tuple[str, int, str]]:
    found = queries.count_by_state(reader.session, Wanted(unit_ids=reader.unit_ids))
    return [
        (
            say.state(name),
            found.get(name, 0),
            url_for("office.actions", state=name, _anchor=PROGRAMME),
        )
        for name in STATES
    ]


def _units(reader: Reader, asked: Asked) -> tuple[Option, ...]:
    found = queries.units_with_actions(reader.session, reader.unit_ids)
    named = {each.official_code: units.name_alone(each, language()) for each in found}
    return _options(_("All units"), named, asked.unit)


def _owners(reader: Reader, asked: Asked) -> tuple[Option, ...]:
    found = queries.owners_of_actions(reader.session, reader.unit_ids)
    named = {str(each.id): each.display_name for each in found}
    return _options(_("Everybody"), named, str(asked.owner or ""))


def _states(asked: Asked) -> tuple[Option, ...]:
    named = {OVERDUE: _("Overdue"), **{name: say.state(name) for name in STATES}}
    return _options(_("All states"), named, asked.state)


def _options(everything: str, named: dict[str, str], chosen: str) -> tuple[Option, ...]:
    first = Option("", everything, chosen not in named)
    return (first, *(Option(value, text, value == chosen) for value, text in named.items()))


def _finding(wave: Wave, official_code: str, indicator: str) -> str:
    return url_for("office.finding", wave=wave.key, unit=official_code, indicator=indicator)


def _page(asked: Asked, page: int) -> str:
    return url_for("office.actions", **asked.in_address, page=page, _anchor=PROGRAMME)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  digits of a key
