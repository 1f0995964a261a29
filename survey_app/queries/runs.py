"""Datasets, runs and their rows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from survey_app.models.indirect import EVERYWHERE, IndirectRow
from survey_app.models.runs import Dataset, Run, RunRow


def dataset_of_wave(session: Session, wave_id: int) -> Dataset | None:
    return session.scalar(select(Dataset).where(Dataset.wave_id == wave_id))


def dataset_hashes(session: Session) -> Sequence[str]:
    """Of waves and of imported microdata."""
    return session.scalars(select(Dataset.sha256).order_by(Dataset.sha256)).all()


def run_by_inputs(session: Session, wave_id: int, sha256: str) -> Run | None:
    return session.scalar(select(Run).where(Run.wave_id == wave_id, Run.sha256 == sha256))


def runs_of_wave(session: Session, wave_id: int) -> Sequence[Run]:
    """The registered run first, then those after results, oldest first."""
    return session.scalars(
        select(Run)
        .where(Run.wave_id == wave_id)
        .options(selectinload(Run.calibration))
        .order_by(Run.label.desc(), Run.id)
    ).all()


def registered_run(session: Session, wave_id: int) -> Run | None:
    """The run that leads: the newest of those made by the registered calibration."""
    return session.scalar(
        select(Run)
        .where(Run.wave_id == wave_id, Run.label == "registered")
        .options(selectinload(Run.calibration))
        .order_by(Run.id.desc())
        .limit(1)
    )


def rows(session: Session, run_id: int, unit_id: int | None = None) -> Sequence[RunRow]:
    """All rows of a run, or of one of its units."""
    wanted = select(RunRow).where(RunRow.run_id == run_id)
    if unit_id is not None:
        wanted = wanted.where(RunRow.unit_id == unit_id)
    return session.scalars(
        wanted.order_by(RunRow.unit_id, RunRow.indicator, RunRow.headline.desc())
    ).all()


def rows_of_indicator(
    session: Session, run_id: int, unit_id: int, indicator: str
) -> Sequence[RunRow]:
    return session.scalars(
        select(RunRow)
        .where(RunRow.run_id == run_id, RunRow.unit_id == unit_id, RunRow.indicator == indicator)
        .order_by(RunRow.headline.desc(), RunRow.audience, RunRow.series)
    ).all()


def indirect_rows(session: Session, run_id: int) -> Sequence[IndirectRow]:
    """All of them, those of all units together first."""
    return session.scalars(
        select(IndirectRow)
        .where(IndirectRow.run_id == run_id)
        .order_by(IndirectRow.place != EVERYWHERE, IndirectRow.place, IndirectRow.evidence)
    ).all()
