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
    session: Session, unit_id: int, indicators: Iterable[str], *, is_demonstration: bool
) -> LastResults | None:
    """The leading row of each indicator, in the order given; None where nothing was published."""
    found = publications.newest(session, unit_id, is_demonstration=is_demonstration)
    if found is None:
        return None
    wave, place = found
    run = runs.registered_run(session, wave.id)
    if run is None:
        return None
    headlines = disclosure.released_unit(session, run.id, unit_id).headlines
    by_code = {row.indicator: row for row in headlines}
    rows = [by_code[code] for code in indicators if code in by_code]
    return LastResults(wave, place.official_code, rows) if rows else None
