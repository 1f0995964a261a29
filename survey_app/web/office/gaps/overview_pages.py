"""Which waves have results, and a wave's units side by side: counted, never ranked."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.staff import StaffMember
from survey_app.queries import campaigns
from survey_app.services import people, results
from survey_app.services.people import Reach
from survey_app.services.results import Results
from survey_app.web import words
from survey_app.web.charts.kinds import Kind, finding_mark
from survey_app.web.charts.shapes import Mark
from survey_app.web.office.gaps.pages import run_name
from survey_app.web.results import sentences
from survey_app.web.results.headings import Heading, heading, in_order, unit_name


@dataclass(frozen=True, slots=True)
class UnitLink:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class WaveLine:
    heading: Heading
    state: str
    address: str  # empty while the wave has not been analysed
    units: tuple[UnitLink, ...]


@dataclass(frozen=True, slots=True)
class ClassHead:
    mark: Mark
    name: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """`counts` stand in the order of the heads; None: the member still enters scores here."""

    name: str
    address: str
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class OverviewPage:
    heading: Heading
    scale_difference: str
    run: str
    heads: tuple[ClassHead, ...]
    units: tuple[UnitLine, ...]


def waves_page(session: Session, area: Reach) -> list[WaveLine]:
    """The waves that reach into the member's units, newest first."""
    lines = [_wave_line(session, wave, area) for wave in reversed(campaigns.waves(session))]
    return [line for line in lines if line.units]


def overview_page(
    session: Session, found: Results, member: StaffMember, area: Reach
) -> OverviewPage:
    places = _within(found.wave, area)
    if not places:
        raise Refusal("not_permitted")
    open_to_member = [
        place
        for place in places
        if people.may_see_perception(session, member, found.wave, place.unit)
    ]
    classes = results.counts(
        row for place in open_to_member for row in found.released.of_unit(place.unit_id).headlines
    )
    return OverviewPage(
        heading=heading(found.wave),
        scale_difference=(sentences.scale_difference(found) if open_to_member else ""),
        run=run_name(found.run),
        heads=tuple(
            ClassHead(finding_mark(Kind(name)), words.class_name(name)) for name in classes
        ),
        units=tuple(
            _unit_line(found, place, list(classes), is_open=place in open_to_member)
            for place in places
        ),
    )


def _wave_line(session: Session, wave: Wave, area: Reach) -> WaveLine:
    is_analysed = results.is_analysed(session, wave)
    return WaveLine(
        heading=heading(wave),
        state=wave.state,
        address=url_for("office.gap_wave", wave=wave.key) if is_analysed else "",
        units=tuple(
            UnitLink(unit_name(place), _address(wave, place)) for place in _within(wave, area)
        ),
    )


def _unit_line(
    found: Results, place: WaveUnit, classes: Sequence[str], *, is_open: bool
) -> UnitLine:
    counted = results.counts(found.released.of_unit(place.unit_id).headlines)
    return UnitLine(
        name=unit_name(place),
        address=_address(found.wave, place),
        counts=tuple(counted.get(name, 0) for name in classes) if is_open else None,
    )


def _within(wave: Wave, area: Reach) -> list[WaveUnit]:
    return [place for place in in_order(wave) if place.unit_id in area]


def _address(wave: Wave, place: WaveUnit) -> str:
    return url_for("office.gap_unit", wave=wave.key, unit=place.official_code)
