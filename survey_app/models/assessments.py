"""Self-assessment: what a unit says of itself, sealed before anybody sees perception."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, Moment
from survey_app.models.units import Unit

COLOURS = ("red", "yellow", "green")


class SelfScoreSet(Base):
    """The self-scores of one unit for one wave: a draft until it is sealed with its hash."""

    __tablename__ = "self_score_set"
    __table_args__ = (
        UniqueConstraint("wave_id", "unit_id"),
        CheckConstraint("state in ('draft', 'sealed')", name="state"),
        CheckConstraint("(state = 'sealed') = (sha256 is not null)", name="sealed_with_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(6))
    sealed_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))

    unit: Mapped[Unit] = relationship()
    scores: Mapped[list["SelfScore"]] = relationship(cascade="all, delete-orphan")


class SelfScore(Base):
    """One indicator's score: points (0-100), a colour, or both; a note says why."""

    __tablename__ = "self_score"
    __table_args__ = (
        CheckConstraint("colour in ('red', 'yellow', 'green')", name="colour"),
        CheckConstraint("points between 0 and 100", name="points"),
        CheckConstraint("colour is not null or points is not null", name="given"),
    )

    set_id: Mapped[int] = mapped_column(ForeignKey("self_score_set.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(8), primary_key=True)
    colour: Mapped[str | None] = mapped_column(String(6))
    points: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text, default="")
