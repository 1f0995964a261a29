"""What changed between two waves: a unit's indicators are one family of tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from analysis import WaveScores, wave_change
from survey_app.engine.kernel import SCORES
from survey_app.instrument.loading import Library
from survey_app.instrument.series import wording_sha256
from survey_app.models.campaigns import Wave, WaveQuestionnaire
from survey_app.models.runs import RunRow
from survey_app.queries import runs
from survey_app.services.results import Measured

NOT_MATERIAL = 5.0  # points; declared here, before anybody looks
OPEN = "C"


@dataclass(frozen=True, slots=True)
class Change:
    """How an indicator's average answer moved since an earlier wave.

    `kind` is a class of `analysis.WaveChange`; the figures are None where it is not comparable.
    """

    earlier: Wave
    kind: str
    points: float | None
    low: float | None
    high: float | None


def last_change(
    session: Session,
    measured: Sequence[Measured],
    unit_id: int,
    indicator: str,
    *,
    library: Library | None = None,
) -> Change | None:
    """Between the last two waves whose figures may be seen, if the last is this one.

    Nothing where people came through an open link: they are others each time. With the library, a
    series goes on over two forms that ask the indicator in the same words; without, in one form.
    """
    seen = [each for each in measured if each.row is not None and each.row.mean is not None]
    if len(seen) < 2 or seen[-1] is not measured[-1]:  # noqa: PLR2004  two waves make a change
        return None
    earlier, later = (each.wave for each in seen[-2:])
    if any(each.row is None or each.row.evidence == OPEN for each in seen[-2:]):
        return None
    before, now = _leading(session, earlier, unit_id), _leading(session, later, unit_id)
    indicators = sorted(before.keys() & now.keys())
    found = wave_change(
        _scores(earlier, [before[each] for each in indicators], library),
        _scores(later, [now[each] for each in indicators], library),
        equivalence_margin=NOT_MATERIAL,
    )
    at = 0, indicators.index(indicator)
    return Change(
        earlier,
        str(found.classes[at]),
        *(_figure(values[at]) for values in (found.change, found.low, found.high)),
    )


def _leading(session: Session, wave: Wave, unit_id: int) -> dict[str, RunRow]:
    run = runs.registered_run(session, wave.id)
    rows = runs.rows(session, run.id, unit_id) if run else ()
    return {row.indicator: row for row in rows if row.headline}


def _scores(wave: Wave, rows: Sequence[RunRow], library: Library | None) -> WaveScores:
    """One wave of one unit, as (1, indicator)."""
    forms = {each.audience: each for each in wave.questionnaires}
    return WaveScores(
        means=_row([row.mean for row in rows]),
        mean_squares=_row([_mean_square(row) for row in rows]),
        effective_n=_row([row.effective_n for row in rows]),
        evidence=[[row.evidence for row in rows]],
        series=[[f"{row.audience} {row.series}" for row in rows]],
        version=[[_wording(forms.get(row.audience), row.indicator, library) for row in rows]],
        n=_row([float(row.n) for row in rows]),
    )


def _mean_square(row: RunRow) -> float | None:
    return float(SCORES**2 @ np.array(row.distribution)) if row.mean is not None else None


def _wording(form: WaveQuestionnaire | None, indicator: str, library: Library | None) -> str:
    if form is None:
        return ""
    found = library.questionnaires.get((form.questionnaire, form.version)) if library else None
    if found is None or indicator not in found.items or form.sha256 not in {None, found.sha256}:
        return form.sha256 or form.version
    return wording_sha256(found, indicator)


def _row(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([[np.nan if value is None else value for value in values]])


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 1)
