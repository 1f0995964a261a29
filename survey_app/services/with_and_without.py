"""What the answers set apart do to the results, and the most that so many could do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from analysis import disclosure
from analysis.integrity import maximum_shift
from survey_app.errors import Refusal
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.runs import RunRow
from survey_app.queries import runs
from survey_app.services import calibrating, run_inputs, run_rows
from survey_app.services.analysing import Workplace
from survey_app.services.disclosure import ReleasedRow, release, released_count

MIDDLE = 50.0  # any place on the scale: the bounds do not depend on it


@dataclass(frozen=True, slots=True)
class Shift:
    """One result, as it may be seen, without and with the answers that are set apart.

    `set_apart`: how many, in steps of five. `lowest`, `highest`: the mean if all of them stood at
    that end of the scale, everybody counting for one.
    """

    without: ReleasedRow
    everybody: ReleasedRow
    set_apart: int
    lowest: float
    highest: float


def shifts(session: Session, wave: Wave, place: Workplace) -> list[Shift]:
    """Of every result with ten answers or more set apart: fewer could be told from the difference.

    Raises
    ------
    Refusal
        `not_analysed` while the wave has no dataset.
    """
    dataset = runs.dataset_of_wave(session, wave.id)
    if dataset is None or wave.calibration_id is None:
        raise Refusal("not_analysed", wave=wave.key)
    calibration = session.get_one(Calibration, wave.calibration_id)
    inputs = run_inputs.gather(
        session,
        wave,
        dataset,
        calibrating.parameters_of(calibration),
        library=place.library,
        folder=place.folder,
    )
    if not inputs.set_apart:
        return []
    kept = {_place(row): row for row in run_rows.compute(inputs, place.engine)}
    everybody = run_rows.compute(replace(inputs, set_apart=()), place.engine)
    return list(_shifts(kept, everybody))


def _shifts(kept: dict[tuple[int, str, str, str], RunRow], rows: list[RunRow]) -> Iterator[Shift]:
    for row in rows:
        without = kept.get(_place(row))
        if without is None or without.mean is None or disclosure.hidden(row.n - without.n):
            continue
        ours, theirs = release([without, row]).rows
        if ours.mean is None or theirs.mean is None:
            continue
        apart = row.n - without.n
        most = maximum_shift([without.mean, MIDDLE], [without.n, apart], [False, True])
        yield Shift(
            without=ours,
            everybody=theirs,
            set_apart=released_count(apart) or 0,
            lowest=most.without + most.down,
            highest=most.without + most.up,
        )


def _place(row: RunRow) -> tuple[int, str, str, str]:
    return row.unit_id, row.indicator, row.audience, row.series
