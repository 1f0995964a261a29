"""Sheets that a program sends through the open link: what the door notices, on the pages to see."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from survey_app.demonstration.answering import Filled
from survey_app.demonstration.fieldwork import KEY_BYTES, Field, sheet_of
from survey_app.demonstration.model import Stuffing
from survey_app.instrument.blocks import indicators_of
from survey_app.instrument.screening import Rule, Signs, flags_of
from survey_app.keys import Keys
from survey_app.services import responding

SECONDS = 4  # from one sheet to the next, and from its first question to its last


def stuff(
    session: Session,
    keys: Keys,
    field: Field,
    stuffing: Stuffing,
    *,
    sheets: int,
    rule: Rule,
    rng: np.random.Generator,
) -> int:
    """Submit so many sheets in one burst; returns how many."""
    topics = indicators_of(field.questionnaire, stuffing.block)
    answers = dict.fromkeys(topics, stuffing.answer)
    begun = field.begins + (field.ends - field.begins) / 2
    for number in range(sheets):
        filled = Filled(
            stuffing.block, answers, "vi", helped=False, duration="under_2", collector=""
        )
        flags = flags_of(rule, _signs(number, tuple(answers.values())))
        submitted_at: datetime = begun + timedelta(seconds=SECONDS * number)
        responding.submit(
            session,
            replace(sheet_of(field, filled), flags=flags),
            rng.bytes(KEY_BYTES).hex(),
            keys,
            submitted_at,
        )
    return sheets


def _signs(number: int, ratings: tuple[str, ...]) -> Signs:
    """What the door knows of the sheet after so many others; every other one fills in everything."""
    return Signs(
        honeypot=number % 2 == 1,
        from_network=number,
        seconds=SECONDS,
        answered=len(ratings),
        ratings=ratings,
        same_sheets=number,
        text=None,
        same_texts=0,
    )
