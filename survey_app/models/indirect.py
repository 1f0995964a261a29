"""What indirect questions say: part of a run, one row per place and series."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base

EVERYWHERE = ""


class IndirectRow(Base):
    """The share for whom a list's sensitive statement is true, 0-1; null is absent.

    `place` is a unit's official code, or `EVERYWHERE` for all units of the wave together.
    """

    __tablename__ = "indirect_row"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(10), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)
    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(8))
    evidence: Mapped[str] = mapped_column(String(1))
    n_control: Mapped[int]
    n_treated: Mapped[int]
    n_refused: Mapped[int]
    collectors: Mapped[int]  # that were clusters; 0: everybody answered on their own
    difference: Mapped[float | None]
    se: Mapped[float | None]
    df: Mapped[float | None]
    share: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    p_design: Mapped[float | None]  # of "no design effect"; of all units together
    control: Mapped[list[float]]  # share of each count
    treated: Mapped[list[float]]
