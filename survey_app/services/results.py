"""The results of a wave: which run is read, what leads, and how the waves follow each other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.models.runs import Run
from survey_app.models.staff import StaffMember
from survey_app.queries import campaigns, runs
from survey_app.services import calibrating, counting, disclosure, people
from survey_app.services.calibrating import Parameters
from survey_app.services.disclosure import Released, ReleasedRow

GAPS = ("self_higher", "perception_higher")
SIGNALS = ("signal_below", "signal_above", "no_signal")
AGREEMENTS = ("aligned", "fits_colour")
# What matters first: findings, signals, open questions by how far they stand out, then agreement.
ORDER = (*GAPS, *SIGNALS, "uncertain", *AGREEMENTS, "no_data", "not_asked")


@dataclass(frozen=True, slots=True)
class Results:
    """One run of a wave, released. `runs` are all that can be read instead, the registered first."""

    wave: Wave
    run: Run
    runs: Sequence[Run]
    released: Released

    @property
    def parameters(self) -> Parameters:
        return calibrating.parameters_of(self.run.calibration)

    @property
    def is_open(self) -> bool:
        """Whether all who answered came by themselves, so that they speak for nobody else."""
        return all(row.evidence == "C" for row in self.released.headlines if row.n is not None)

    @property
    def median_gap(self) -> float | None:
        """The difference of the two scales: over all units and indicators, said before any gap."""
        return median_gap(self.released.headlines)


@dataclass(frozen=True, slots=True)
class Answered:
    """How many answered in one unit in one way, as it may be said; None is kept back."""

    audience: str
    channel: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator in one wave of the campaign."""

    wave: Wave
    row: ReleasedRow | None


def wave_with_results(session: Session, key: str) -> Wave:
    """A closed or published wave; any other is as good as absent to a reader of results."""
    wave = campaigns.wave_by_key(session, key)
    if wave is None or wave.state not in {"closed", "published"}:
        raise Refusal("not_found")
    return wave


def published_wave(session: Session, key: str) -> Wave:
    wave = wave_with_results(session, key)
    if wave.state != "published":
        raise Refusal("not_found")
    return wave


def place_in(wave: Wave, official_code: str) -> WaveUnit:
    for place in wave.units:
        if place.official_code == official_code:
            return place
    raise Refusal("not_found")


def results_of(session: Session, wave: Wave, run_id: int | None = None) -> Results | None:
    """The registered run, or the one asked for; None while the wave has not been analysed."""
    found = runs.runs_of_wave(session, wave.id)
    leading = runs.registered_run(session, wave.id)
    chosen = next((run for run in found if run.id == run_id), leading)
    if chosen is None:
        return None
    return Results(wave, chosen, found, disclosure.released_run(session, chosen.id))


def is_analysed(session: Session, wave: Wave) -> bool:
    return runs.registered_run(session, wave.id) is not None


def demand_perception(session: Session, member: StaffMember, wave: Wave, place: WaveUnit) -> None:
    if not people.may_see_perception(session, member, wave, place.unit):
        raise Refusal("perception_hidden")


def answered(session: Session, wave: Wave, official_code: str) -> list[Answered]:
    """How many people stand behind the results of a unit, by audience and channel."""
    found = counting.board(session, wave).by_door
    return sorted(
        (
            Answered(audience, channel, people)
            for (code, audience, channel), people in found.items()
            if code == official_code
        ),
        key=_residents_first,
    )


def _residents_first(answered: Answered) -> tuple[bool, int, str]:
    return answered.audience != "residents", -(answered.people or 0), answered.channel


def history(
    session: Session, member: StaffMember, wave: Wave, place: WaveUnit, indicator: str
) -> list[Measured]:
    """The indicator's leading row in this wave and those before it, oldest first."""
    return [
        Measured(each, _leading_row(session, each, place.unit_id, indicator))
        for each in (*campaigns.waves_before(session, wave), wave)
        if people.may_see_perception(session, member, each, place.unit)
    ]


def _leading_row(session: Session, wave: Wave, unit_id: int, indicator: str) -> ReleasedRow | None:
    run = runs.registered_run(session, wave.id)
    if run is None:
        return None
    found = disclosure.released_indicator(session, run.id, unit_id, indicator)
    return next(iter(found.headlines), None)


def median_gap(rows: Iterable[ReleasedRow]) -> float | None:
    gaps = [row.gap for row in rows if row.gap is not None]
    return median(gaps) if gaps else None


def typical_half_width(rows: Iterable[ReleasedRow]) -> float | None:
    """Half of the intervals are narrower than this on either side of the average answer."""
    widths = [
        (row.high - row.low) / 2 for row in rows if row.low is not None and row.high is not None
    ]
    return median(widths) if widths else None


def counts(rows: Iterable[ReleasedRow]) -> dict[str, int]:
    """How many rows each class has, in the order of what matters."""
    found = Counter(row.gap_class for row in rows)
    return {name: found[name] for name in ORDER if found[name]}


def by_importance(rows: Iterable[ReleasedRow]) -> list[ReleasedRow]:
    """Findings by the size that is certain; signals as they come, for they carry no rank."""
    return sorted(rows, key=_importance)


def _importance(row: ReleasedRow) -> tuple[int, float]:
    place = ORDER.index(row.gap_class)
    if row.gap_class in GAPS:
        return place, -_certain_size(row)
    if row.gap_class == "uncertain":
        return place, -abs(row.relative_gap or 0.0)
    return place, 0.0


def _certain_size(row: ReleasedRow) -> float:
    """The end of the gap's interval that is nearer to no gap."""
    interval = row.gap_interval
    if interval is None:
        return abs(row.gap or 0.0)
    return min(abs(interval[0]), abs(interval[1]))
