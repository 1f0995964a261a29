"""The attack on a release before it leaves: what is about to be public is tried once more."""

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.queries import runs
from survey_app.services import counting, disclosure


def demand_safe(session: Session, wave: Wave) -> None:
    """Refuse to publish a wave of which somebody could work out what was kept back.

    Raises
    ------
    Refusal
        `release_exposes`, with the number of figures that do.
    """
    figures = exposing_figures(session, wave)
    if figures:
        raise Refusal("release_exposes", figures=figures)


def exposing_figures(session: Session, wave: Wave) -> int:
    """Counts that an attack finds out, and rows whose figures single somebody out."""
    rows = [
        row for run in runs.runs_of_wave(session, wave.id) for row in runs.rows(session, run.id)
    ]
    released = disclosure.release(rows).rows
    exposing = sum(map(disclosure.exposes, rows, released))
    return counting.exposed(session, wave) + exposing
