"""Self-scores: entered as a draft, typed or from a file, then sealed by hash.

A run takes sealed sets only, and nobody who may enter scores sees perception before the seal.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app import vietnamese
from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework
from survey_app.languages import declared, translations
from survey_app.models.assessments import COLOURS, SelfScore, SelfScoreSet
from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.queries import assessments, runs
from survey_app.services.spreadsheets import Cell, CellFault, Table, fault, places

FIELDS = ("indicator", "colour", "points", "note")
HEADINGS: dict[str, Sequence[str]] = {
    "indicator": ("indicator code", "indicator", "mã chỉ số", "chỉ số"),
    "colour": ("colour", "color", "màu"),
    "points": ("points", "điểm"),
    "note": ("note", "ghi chú"),
}
COLOUR_NAMES = {name: name for name in COLOURS} | {
    "do": "red",
    "vang": "yellow",
    "xanh": "green",
    "xanh la": "green",
}
# What the template of a further language says: its words for these.
TEMPLATE = {"indicator": "Indicator code", "colour": "Colour", "points": "Points", "note": "Note"}
TEMPLATE_COLOURS = {"red": "Red", "yellow": "Yellow", "green": "Green"}
POINTS = re.compile(r"[0-9]{1,3}([.,][0-9]{1,15})?")
MAX_POINTS = 100
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Score:
    """What a unit says of itself on one indicator: a colour, points (0-100), or both."""

    indicator: str
    colour: str | None
    points: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TypedScore:
    """One row as somebody typed it, on the page or into a sheet."""

    indicator: str
    colour: str
    points: str
    note: str

    @property
    def is_blank(self) -> bool:
        return not (self.colour or self.points or self.note)

    def checked(self) -> Score:
        """The score; only of a row without faults, and not of a blank one."""
        points = float(self.points.replace(",", ".")) if self.points else None
        return Score(self.indicator, _colour(self.colour), points, self.note)


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a row; `field` is one of FIELDS.

    Codes: unknown_indicator, unknown_colour, points_out_of_range, note_too_long, note_alone; of a
    file also code_is_number, repeated, uncalculated, column_missing, no_scores.
    """

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class ParsedScores:
    """The scores of a file, and its faults; with any fault, nothing of it is to be stored."""

    scores: tuple[Score, ...]
    faults: tuple[CellFault, ...]


def faults_of(typed: TypedScore, framework: Framework) -> Iterator[FieldFault]:
    """Everything that is wrong with one row: the one rule for the page and for files."""
    if typed.indicator not in framework.indicator_by_code:
        yield FieldFault("indicator", "unknown_indicator")
    if typed.colour and _colour(typed.colour) is None:
        yield FieldFault("colour", "unknown_colour")
    if typed.points and not _are_points(typed.points):
        yield FieldFault("points", "points_out_of_range")
    if len(typed.note) > LONGEST_NOTE:
        yield FieldFault("note", "note_too_long")
    if typed.note and not (typed.colour or typed.points):
        yield FieldFault("note", "note_alone")


def parse_scores(table: Table, framework: Framework) -> ParsedScores:
    """Read a filled template; every bad cell is named."""
    place = dict(places(table, _headings()))
    missing = [name for name in ("indicator", "colour", "points") if place[name] is None]
    if missing:
        row = table.header_row
        absent = (fault(table, row, 0, "column_missing", name) for name in missing)
        return ParsedScores((), tuple(absent))
    faults: list[CellFault] = []
    found: dict[str, TypedScore] = {}
    for row, cells in table.rows:
        at = {name: _cell_at(cells, place[name]) for name in FIELDS}
        typed = TypedScore(**{name: cell.text for name, cell in at.items()})
        for wrong in _row_faults(typed, at, found, framework):
            value = at[wrong.field].text
            faults.append(fault(table, row, place[wrong.field] or 0, wrong.code, value))
        found.setdefault(typed.indicator, typed)
    filled = [typed for typed in found.values() if not typed.is_blank]
    if not filled and not faults:
        faults.append(fault(table, table.header_row + 1, 0, "no_scores"))
    return ParsedScores(
        () if faults else tuple(typed.checked() for typed in filled), tuple(faults)
    )


def _row_faults(
    typed: TypedScore, cells: dict[str, Cell], above: dict[str, TypedScore], framework: Framework
) -> list[FieldFault]:
    empty = [name for name, cell in cells.items() if cell.is_uncalculated]
    found = [each for each in faults_of(typed, framework) if each.field not in empty]
    found += [FieldFault(name, "uncalculated") for name in empty]
    if cells["indicator"].is_number:  # Excel turned "1.10" into 1.1, and nobody can tell any more
        found = [each for each in found if each.field != "indicator"]
        return [FieldFault("indicator", "code_is_number"), *found]
    if typed.indicator in above:
        return [FieldFault("indicator", "repeated"), *found]
    return found


def _cell_at(cells: tuple[Cell, ...], place: int | None) -> Cell:
    return cells[place] if place is not None and place < len(cells) else Cell("")


def _colour(text: str) -> str | None:
    typed = vietnamese.fold(text)
    return COLOUR_NAMES.get(typed) or next(
        (
            colour
            for colour, name in TEMPLATE_COLOURS.items()
            if typed in {vietnamese.fold(each) for each in _in_every_language(name)}
        ),
        None,
    )


def _headings() -> dict[str, Sequence[str]]:
    return {
        name: (*known, *_in_every_language(TEMPLATE[name])) for name, known in HEADINGS.items()
    }


def _in_every_language(message: str) -> Iterator[str]:
    return (translations(code).ugettext(message) for code in declared())


def _are_points(text: str) -> bool:
    return bool(POINTS.fullmatch(text)) and float(text.replace(",", ".")) <= MAX_POINTS


def set_of(session: Session, wave: Wave, unit: Unit) -> SelfScoreSet | None:
    return assessments.score_set(session, wave.id, unit.id)


def is_sealed(session: Session, wave_id: int, unit_id: int) -> bool:
    found = assessments.score_set(session, wave_id, unit_id)
    return found is not None and found.state == "sealed"


def enter_scores(
    session: Session, wave: Wave, unit: Unit, scores: Sequence[Score]
) -> SelfScoreSet:
    """Replace the draft of this unit by these scores.

    Raises
    ------
    Refusal
        `unit_not_in_wave`, `scores_too_late` (results have been computed), `scores_sealed`.
    """
    if unit.id not in {place.unit_id for place in wave.units}:
        raise Refusal("unit_not_in_wave")
    _demand_before_results(session, wave)
    found = set_of(session, wave, unit)
    if found is None:
        found = SelfScoreSet(wave_id=wave.id, unit_id=unit.id, state="draft")
        session.add(found)
    _demand_draft(found)
    found.scores.clear()
    session.flush()
    found.scores = [
        SelfScore(
            indicator=score.indicator,
            colour=score.colour,
            points=score.points,
            note=score.note,
        )
        for score in scores
    ]
    session.flush()
    return found


def seal(session: Session, found: SelfScoreSet, member_id: int | None, at: datetime) -> None:
    """From here on the scores stand; an empty set is refused."""
    _demand_before_results(session, session.get_one(Wave, found.wave_id))
    _demand_draft(found)
    if not found.scores:
        raise Refusal("scores_missing")
    found.sha256 = scores_sha256(found)
    found.state = "sealed"
    found.sealed_at = at
    found.sealed_by_id = member_id
    session.flush()


def scores_sha256(found: SelfScoreSet) -> str:
    """Of wave, unit and every score in the order of their codes."""
    said = [found.wave_id, found.unit_id, [asdict(score) for score in scores_of(found)]]
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def scores_of(found: SelfScoreSet) -> list[Score]:
    return [
        Score(score.indicator, score.colour, score.points, score.note)
        for score in sorted(found.scores, key=lambda score: score.indicator)
    ]


def _demand_draft(found: SelfScoreSet) -> None:
    if found.state != "draft":
        raise Refusal("scores_sealed")


def _demand_before_results(session: Session, wave: Wave) -> None:
    """Once a run exists, somebody may have read it: what a unit says of itself came too late."""
    if runs.runs_of_wave(session, wave.id):
        raise Refusal("scores_too_late")
