"""Self-scores: entered as a draft, typed or from a file, then sealed by hash.

A run takes sealed sets only, and nobody who may enter scores sees perception before the seal.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app import vietnamese
from survey_app.errors import Refusal
from survey_app.instrument.definition import Framework
from survey_app.models.assessments import COLOURS, SelfScore, SelfScoreSet
from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.queries import assessments
from survey_app.services.spreadsheets import Cell, CellFault, Table, fault, places

HEADINGS: dict[str, Sequence[str]] = {
    "indicator": ("indicator", "mã chỉ số"),
    "colour": ("colour", "màu"),
    "points": ("points", "điểm"),
    "note": ("note", "ghi chú"),
}
COLOUR_NAMES = {name: name for name in COLOURS} | {
    "do": "red",
    "vang": "yellow",
    "xanh": "green",
    "xanh la": "green",
}
MAX_POINTS = 100


@dataclass(frozen=True, slots=True)
class Score:
    """What a unit says of itself on one indicator: a colour, points (0-100), or both."""

    indicator: str
    colour: str | None
    points: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ParsedScores:
    """The scores of a file, and its faults; with any fault, nothing of it is to be stored."""

    scores: tuple[Score, ...]
    faults: tuple[CellFault, ...]


def parse_scores(table: Table, framework: Framework) -> ParsedScores:
    """Read a filled template; every bad cell is named."""
    place = dict(places(table, HEADINGS))
    missing = [name for name in ("indicator", "colour", "points") if place[name] is None]
    if missing:
        absent = (fault(table, 1, 0, "column_missing", HEADINGS[name][0]) for name in missing)
        return ParsedScores((), tuple(absent))
    scores: list[Score] = []
    faults: list[CellFault] = []
    for row, cells in table.rows:
        score, wrong = _score(table, row, cells, place, framework)
        faults += wrong
        if score is not None and score.indicator in {each.indicator for each in scores}:
            faults.append(fault(table, row, place["indicator"] or 0, "repeated", score.indicator))
        elif score is not None:
            scores.append(score)
    if not scores and not faults:
        faults.append(fault(table, 2, 0, "no_scores"))
    return ParsedScores(tuple(scores), tuple(faults))


def _score(
    table: Table,
    row: int,
    cells: tuple[Cell, ...],
    place: dict[str, int | None],
    framework: Framework,
) -> tuple[Score | None, list[CellFault]]:
    def cell(name: str) -> Cell:
        at = place[name]
        return cells[at] if at is not None and at < len(cells) else Cell("")

    def at(name: str, code: str) -> CellFault:
        return fault(table, row, place[name] or 0, code, cell(name).text)

    faults: list[CellFault] = []
    indicator, colour, points = cell("indicator"), _colour(cell("colour")), _points(cell("points"))
    if indicator.is_number:  # Excel turned "1.10" into 1.1, and nobody can tell any more
        faults.append(at("indicator", "code_is_number"))
    elif indicator.text not in framework.indicator_by_code:
        faults.append(at("indicator", "unknown_indicator"))
    if cell("colour").text and colour is None:
        faults.append(at("colour", "unknown_colour"))
    if cell("points").text and points is None:
        faults.append(at("points", "points_out_of_range"))
    if faults or (colour is None and points is None):
        return None, faults
    return Score(indicator.text, colour, points, cell("note").text), []


def _colour(cell: Cell) -> str | None:
    return COLOUR_NAMES.get(vietnamese.fold(cell.text))


def _points(cell: Cell) -> float | None:
    try:
        points = float(cell.text.replace(",", "."))
    except ValueError:
        return None
    return points if 0 <= points <= MAX_POINTS else None


def set_of(session: Session, wave: Wave, unit: Unit) -> SelfScoreSet | None:
    return assessments.score_set(session, wave.id, unit.id)


def is_sealed(session: Session, wave_id: int, unit_id: int) -> bool:
    found = assessments.score_set(session, wave_id, unit_id)
    return found is not None and found.state == "sealed"


def enter_scores(
    session: Session, wave: Wave, unit: Unit, scores: Sequence[Score]
) -> SelfScoreSet:
    """Replace the draft of this unit by these scores."""
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
