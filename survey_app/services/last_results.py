"""What was published last about a unit, on some of the topics: shown to who has just answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave
from survey_app.queries import publications, runs
from survey_app.services import disclosure
from survey_app.services.disclosure import ReleasedRow


@dataclass(frozen=True, slots=True)
class LastResults:
    """Rows that the public page of the wave has too, and no others."""

    wave: Wave
    official_code: str
    rows: Sequence[ReleasedRow]


def last_results(
    session: Session,
    unit_id: int,
    indicators: Iterable[str],
    *,
    audience: str,
    is_demonstration: bool,
) -> LastResults | None:
    """One row of each indicator, in the order given; None where nothing was published.

    It is of the audience asked for where that has a figure, else the leading row; of what
    several series found, the best evidence.
    """
    found = publications.newest(session, unit_id, is_demonstration=is_demonstration)
    if found is None:
        return None
    wave, place = found
    run = runs.registered_run(session, wave.id)
    if run is None:
        return None
    released = disclosure.released_unit(session, run.id, unit_id)
    known = [row for row in released.rows if row.headline or row.audience == audience]
    # The first choice comes last, and stays.
    known.sort(key=lambda row: _rank(row, audience), reverse=True)
    by_code = {row.indicator: row for row in known}
    rows = [by_code[code] for code in indicators if code in by_code]
    return LastResults(wave, place.official_code, rows) if rows else None


def _rank(row: ReleasedRow, audience: str) -> tuple[bool, bool, bool, str]:
    return row.mean is None, row.audience != audience, not row.headline, row.evidence
