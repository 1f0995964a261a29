"""Datasets and runs: a frozen snapshot of answers, and every number computed from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, Moment
from survey_app.models.calibrations import Calibration
from survey_app.models.indirect import IndirectRow
from survey_app.models.units import Unit


class Dataset(Base):
    """A Parquet file that is named by the hash of its bytes and refused when they differ."""

    __tablename__ = "dataset"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id"), index=True)
    source: Mapped[str] = mapped_column(String(200))  # "wave", or the name of the imported file
    responses: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)


class Run(Base):
    """Dataset x margins x sealed self-scores x calibration x code -> rows. The hash covers all."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("wave_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    sha256: Mapped[str] = mapped_column(String(64))  # of the inputs: same inputs, same run
    results_sha256: Mapped[str] = mapped_column(String(64))
    dataset_sha256: Mapped[str] = mapped_column(ForeignKey("dataset.sha256"))
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"))
    label: Mapped[str] = mapped_column(String(16))  # registered | after_results
    inputs: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(Moment)

    calibration: Mapped[Calibration] = relationship()
    rows: Mapped[list["RunRow"]] = relationship(cascade="all, delete-orphan")
    indirect_rows: Mapped[list[IndirectRow]] = relationship(cascade="all, delete-orphan")


class RunRow(Base):
    """The numbers of one unit, indicator, audience and series. Scores are 0-100; null is absent."""

    __tablename__ = "run_row"
    __table_args__ = (Index(None, "run_id", "unit_id", "headline"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(8), primary_key=True)
    audience: Mapped[str] = mapped_column(String(10), primary_key=True)
    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    headline: Mapped[bool]
    evidence: Mapped[str] = mapped_column(String(1))
    gap_class: Mapped[str] = mapped_column(String(20))
    provisional: Mapped[bool]
    n: Mapped[int]
    n_asked: Mapped[int]
    dont_know_share: Mapped[float | None]
    refused_share: Mapped[float | None]
    mean: Mapped[float | None]
    se: Mapped[float | None]
    df: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    top_two: Mapped[float | None]
    distribution: Mapped[list[float]]  # weighted share of each code among those with an opinion
    effective_n: Mapped[float | None]
    self_score: Mapped[float | None]
    self_low: Mapped[float | None]  # a colour stands for an interval
    self_high: Mapped[float | None]
    self_colour: Mapped[str | None] = mapped_column(String(6))
    gap: Mapped[float | None]
    gap_se: Mapped[float | None]
    p_gap: Mapped[float | None]
    p_aligned: Mapped[float | None]
    relative_gap: Mapped[float | None]
    explaining_correlation: Mapped[float | None]
    blended: Mapped[float | None]
    blended_se: Mapped[float | None]
    blended_low: Mapped[float | None]  # the range over 20-60 % perception
    blended_high: Mapped[float | None]
    share_self: Mapped[float | None]
    share_residents: Mapped[float | None]
    share_reference: Mapped[float | None]
    share_pattern: Mapped[float | None]
    blend_assumed: Mapped[bool]
    calibrated: Mapped[bool]

    unit: Mapped[Unit] = relationship()
