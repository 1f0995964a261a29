from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.demonstration.fieldwork import Field
from survey_app.demonstration.model import load_model
from survey_app.demonstration.people import Group
from survey_app.demonstration.stuffing import stuff
from survey_app.instance import Instance
from survey_app.instrument.screening import is_set_apart
from survey_app.models.responses import InboxEntry
from survey_app.services.screening import split, usual_rule
from tests.factories import make_wave


@pytest.mark.parametrize("fast", [True, False])
def test_a_burst_is_noticed_as_the_rule_has_it(
    session: Session, instance: Instance, *, fast: bool
) -> None:
    """The usual rule finds each sheet; one that knows no haste only those that fill in everything."""
    wave = make_wave(session)
    field = Field(
        wave=wave,
        unit=wave.units[0].unit,
        group=Group(0, 0, "residents", "open", 0),
        questionnaire=instance.library.questionnaires["residents", "v1"],
        begins=wave.opens_at,
        ends=wave.closes_at,
    )
    rule = usual_rule().model_copy(update={} if fast else {"fast_seconds": 0.1})
    stuffing = load_model().stuffing
    rng = np.random.default_rng(1)
    keys = replace(instance.keys)
    assert stuff(session, keys, field, stuffing, sheets=20, rule=rule, rng=rng) == 20
    entries = session.scalars(select(InboxEntry)).all()
    apart = [is_set_apart(rule.set_apart, split(each.flags)) for each in entries]
    assert sum(apart) == (20 if fast else 10)
    assert {tuple(each.answers.values()) for each in entries} == {("5",) * 8}
