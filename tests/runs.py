"""Waves with answers for tests of runs: from the door every answer takes to the stored figures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.models.margins import PopulationMargin
from survey_app.models.units import Unit
from survey_app.services import assessing, calibrating, fielding, responding
from survey_app.services.analysing import Workplace
from survey_app.services.assessing import Score
from survey_app.services.calibrating import Author, Parameters
from survey_app.services.responding import Sheet
from tests.factories import make_wave

FRAMEWORK = "iso18091-2019"
ASKED = ("1.3", "1.5", "1.6", "1.7", "1.8", "1.9", "2.6", "3.5")  # residents' block 0
ASKED_BUSINESSES = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.10", "2.5")  # theirs


def place_of(instance: Instance) -> Workplace:
    return Workplace(instance.library, instance.settings.datasets)


def seeded(seed: int = 18091) -> Random:
    """A shuffle that can be repeated."""
    return Random(seed)  # noqa: S311  a shuffle to be repeated, not a secret


def soon(wave: Wave) -> datetime:
    """A moment at which the wave takes answers."""
    return wave.opens_at + timedelta(hours=1)


def sheet(
    wave: Wave,
    answers: Mapping[str, str],
    *,
    unit: int = 0,
    audience: str = "residents",
    channel: str = "open",
    cluster: str = "",
    text: str | None = None,
) -> Sheet:
    return Sheet(
        wave_id=wave.id,
        unit_id=wave.units[unit].unit_id,
        audience=audience,
        channel=channel,
        questionnaire=f"{audience}/v1",
        language="vi",
        block=0,
        answers=dict(answers),
        text=text,
        helped=False,
        duration_class="usual",
        cluster=cluster,
    )


def collect(session: Session, instance: Instance, wave: Wave, sheets: Iterable[Sheet]) -> None:
    for number, each in enumerate(sheets):
        responding.submit(session, each, f"{number:032x}", instance.keys, soon(wave))


def calibrate(
    session: Session, instance: Instance, wave: Wave, parameters: Parameters
) -> Calibration:
    return calibrating.save_version(
        session,
        wave.campaign,
        parameters,
        framework=instance.library.frameworks[FRAMEWORK],
        reason="agreed in council",
        author=Author(None, "Lan"),
        at=wave.opens_at,
    )


def open_wave(
    session: Session,
    instance: Instance,
    *,
    channels: Sequence[str] = ("open",),
    units: Sequence[Unit] = (),
) -> Wave:
    """An open wave with its registered calibration, in the usual units."""
    wave = make_wave(session, units=units)
    wave.channels = list(channels)
    wave.calibration_id = calibrate(session, instance, wave, Parameters()).id
    session.flush()
    return wave


def close(session: Session, wave: Wave) -> None:
    fielding.close_wave(session, wave, seeded(), wave.opens_at + timedelta(days=2))


def score(
    session: Session, wave: Wave, scores: Sequence[Score], *, unit: int = 0, sealed: bool = True
) -> None:
    entered = assessing.enter_scores(session, wave, wave.units[unit].unit, scores)
    if sealed:
        assessing.seal(session, entered, None, soon(wave))


def populate(
    session: Session, wave: Wave, people: Mapping[tuple[int, int], int], *, unit: int = 0
) -> None:
    """How many people of (sex, age band) live in a unit."""
    session.add_all(
        PopulationMargin(
            wave_id=wave.id,
            unit_id=wave.units[unit].unit_id,
            sex=sex,
            age_band=band,
            population=number,
        )
        for (sex, band), number in people.items()
    )
    session.flush()


def opinions(*ratings: str, asked: Sequence[str] = ASKED) -> list[dict[str, str]]:
    """One person's answers for each rating, the same on everything they are asked."""
    return [dict.fromkeys(asked, rating) for rating in ratings]


def assisted(wave: Wave, ratings: Iterable[str], *, unit: int = 0) -> list[Sheet]:
    """Residents whose answers five collectors brought in, in turn."""
    return [
        sheet(wave, answers, unit=unit, channel="assisted", cluster=f"c{number % 5}")
        for number, answers in enumerate(opinions(*ratings))
    ]


def usual_wave(session: Session, instance: Instance) -> Wave:
    """A closed wave: 40 assisted residents in the first unit, 12 open ones in the second, nobody
    in the third; 12 businesses in the first; sealed self-scores of the first two.
    """
    wave = open_wave(session, instance, channels=("assisted", "open"))
    sheets = assisted(wave, "12345" * 8)
    sheets += [sheet(wave, each, unit=1) for each in opinions(*"112233445512")]
    sheets += [
        sheet(wave, each, audience="businesses")
        for each in opinions(*"3" * 12, asked=ASKED_BUSINESSES)
    ]
    collect(session, instance, wave, sheets)
    for unit in (0, 1):
        score(session, wave, [Score(code, None, 90.0) for code in ASKED], unit=unit)
    close(session, wave)
    return wave
