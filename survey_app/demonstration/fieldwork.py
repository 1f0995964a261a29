"""Carries invented sheets through the door that every answer takes: checked, then submitted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from survey_app.demonstration.answering import Filled
from survey_app.demonstration.people import Group
from survey_app.instrument import answers
from survey_app.instrument.blocks import asked_in, indicators_of
from survey_app.instrument.definition import Questionnaire
from survey_app.keys import Keys
from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.services import responding, units

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Field:
    """What stays the same while a group answers, between the two moments."""

    wave: Wave
    unit: Unit
    group: Group
    questionnaire: Questionnaire
    begins: datetime
    ends: datetime


def collect(
    session: Session, keys: Keys, field: Field, sheets: Iterable[Filled], rng: np.random.Generator
) -> int:
    """Submit every sheet at some moment of the period; returns how many there were."""
    period = (field.ends - field.begins).total_seconds()
    submitted = 0
    for filled in sheets:
        moment = field.begins + timedelta(seconds=float(rng.random() * period))
        responding.submit(
            session, sheet_of(field, filled), rng.bytes(KEY_BYTES).hex(), keys, moment
        )
        submitted += 1
    return submitted


def sheet_of(field: Field, filled: Filled) -> responding.Sheet:
    """The sheet as it is kept; one that a person's form would be refused for is a fault of ours."""
    topics = indicators_of(field.questionnaire, filled.block)
    asked = asked_in(field.questionnaire, filled.block)
    checked = answers.check(asked, topics, filled.raw)
    if checked.faults:
        raise ValueError(f"the model makes answers that no form takes: {checked.faults}")
    kind = units.kind_word(field.unit, filled.language)
    return responding.Sheet(
        wave_id=field.wave.id,
        unit_id=field.unit.id,
        audience=field.group.audience,
        channel=field.group.channel,
        questionnaire=f"{field.questionnaire.id}/{field.questionnaire.version}",
        language=filled.language,
        block=filled.block,
        answers=dict(checked.answers),
        text=checked.text.format(unit_kind=kind) if checked.text else None,
        helped=filled.helped,
        duration_class=filled.duration,
        cluster=filled.collector,
    )
