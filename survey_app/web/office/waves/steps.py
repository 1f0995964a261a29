"""The steps that move a wave on. Each is one service call, and one line in the audit trail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from sqlalchemy.orm import Session

from survey_app.models.calibrations import Calibration
from survey_app.models.campaigns import Wave
from survey_app.services import analysing, fielding
from survey_app.services.analysing import Workplace
from survey_app.web.current import instance
from survey_app.web.i18n import gettext as _

Details = dict[str, object]


@dataclass(frozen=True, slots=True)
class WaveStep:
    """`take` does it and returns what the trail keeps; `state` is where a wave can take it."""

    state: str
    action: str
    take: Callable[[Session, Wave, datetime], Details]
    done: Callable[[], str]


def _register(session: Session, wave: Wave, at: datetime) -> Details:
    fielding.register_wave(session, wave, instance().library, at)
    calibration = session.get_one(Calibration, wave.calibration_id)
    return {
        "calibration": calibration.sha256,
        **{asked.audience: asked.sha256 for asked in wave.questionnaires},
    }


def _open(session: Session, wave: Wave, at: datetime) -> Details:
    fielding.open_wave(session, wave, instance().library, at)
    return {}


def _close(session: Session, wave: Wave, at: datetime) -> Details:
    fielding.close_wave(session, wave, SystemRandom(), at)
    return {}


def _analyse(session: Session, wave: Wave, at: datetime) -> Details:
    place = Workplace(instance().library, instance().settings.datasets)
    run = analysing.analyse_wave(session, wave, place, at)
    return {"run": run.sha256, "dataset": run.dataset_sha256}


def _publish(session: Session, wave: Wave, at: datetime) -> Details:
    fielding.publish_wave(session, wave, at)
    return {}


STEPS = {
    "register": WaveStep(
        "draft",
        "wave_registered",
        _register,
        lambda: _("The wave is registered. Its questionnaires and calibration are frozen."),
    ),
    "open": WaveStep("registered", "wave_opened", _open, lambda: _("The wave is open.")),
    "close": WaveStep("open", "wave_closed", _close, lambda: _("The wave is closed.")),
    "analyse": WaveStep(
        "closed", "wave_analysed", _analyse, lambda: _("The analysis is finished.")
    ),
    "publish": WaveStep(
        "closed", "wave_published", _publish, lambda: _("The results are public now.")
    ),
}
