"""An analysed wave as pages meet it, with enough, too few and no answers."""

from datetime import timedelta

from sqlalchemy.orm import Session

from survey_app.instance import Instance
from survey_app.models.campaigns import Wave
from survey_app.services import analysing
from survey_app.services.assessing import Score
from tests.runs import (
    ASKED,
    ASKED_BUSINESSES,
    assisted,
    close,
    collect,
    open_wave,
    opinions,
    place_of,
    score,
    sheet,
)

MANY, FEW, NOBODY = "11413", "11411", "11948"


def make_results(
    session: Session,
    instance: Instance,
    *,
    published: bool = False,
    is_demonstration: bool = False,
) -> Wave:
    """40 residents and 12 businesses in the first unit, 7 residents in the second, nobody in the
    third. The first scores itself 90 where residents say 50; the second 61.5, the third a colour.
    """
    wave = open_wave(session, instance, channels=("assisted", "open"))
    wave.campaign.is_demonstration = is_demonstration
    sheets = assisted(wave, "12345" * 8) + assisted(wave, "2222223", unit=1)
    sheets += [
        sheet(wave, each, audience="businesses", channel="assisted", cluster="c1")
        for each in opinions(*"4" * 12, asked=ASKED_BUSINESSES)
    ]
    collect(session, instance, wave, sheets)
    score(session, wave, [Score(code, None, 90.0, "Có biên bản") for code in ASKED])
    score(session, wave, [Score(code, None, 61.5, "") for code in ASKED], unit=1)
    score(session, wave, [Score(code, "green", None, "") for code in ASKED], unit=2)
    _analyse(session, instance, wave)
    wave.state = "published" if published else "closed"
    session.flush()
    return wave


def open_results(session: Session, instance: Instance) -> Wave:
    """40 residents of the first unit, who all came through the open link."""
    wave = open_wave(session, instance)
    collect(session, instance, wave, (sheet(wave, each) for each in opinions(*"12345" * 8)))
    score(session, wave, [Score(code, None, 90.0, "") for code in ASKED])
    _analyse(session, instance, wave)
    return wave


def _analyse(session: Session, instance: Instance, wave: Wave) -> None:
    close(session, wave)
    analysing.analyse_wave(session, wave, place_of(instance), wave.opens_at + timedelta(days=3))
