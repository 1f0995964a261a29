"""What officials answer to a gap, what the council decides, and the actions that follow."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, Moment
from survey_app.models.campaigns import Wave
from survey_app.models.evidence import EvidenceFile
from survey_app.models.staff import StaffMember
from survey_app.models.units import Unit

ANSWERS = ("accept", "contest", "explain")
DECISIONS = ("stands", "upheld")  # the finding stands; the objection is upheld
STATES = ("received", "planned", "under_way", "done", "verified")
EXPECTATIONS = ("rise", "hold")

review_file = Table(
    "review_file",
    Base.metadata,
    Column("review_id", ForeignKey("review.id"), primary_key=True),
    Column("file_id", ForeignKey("evidence_file.id"), primary_key=True),
)
action_file = Table(
    "action_file",
    Base.metadata,
    Column("action_id", ForeignKey("action.id"), primary_key=True),
    Column("file_id", ForeignKey("evidence_file.id"), primary_key=True),
)


class Review(Base):
    """An official's answer to a gap. Answers are only ever added; the highest version holds."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("wave_id", "unit_id", "indicator", "version"),
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_unit.wave_id", "wave_unit.unit_id"]),
        CheckConstraint("answer in ('accept', 'contest', 'explain')", name="answer"),
        Index(None, "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    indicator: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    answer: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    author: Mapped[StaffMember] = relationship()
    wave: Mapped[Wave] = relationship()
    unit: Mapped[Unit] = relationship()
    decision: Mapped["CouncilDecision | None"] = relationship(back_populates="review")
    files: Mapped[list[EvidenceFile]] = relationship(
        secondary=review_file, order_by=EvidenceFile.created_at
    )


class CouncilDecision(Base):
    """What the council says to a contested finding: once, for its key is the review's."""

    __tablename__ = "council_decision"
    __table_args__ = (CheckConstraint("decision in ('stands', 'upheld')", name="decision"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    author: Mapped[StaffMember] = relationship()
    review: Mapped[Review] = relationship(back_populates="decision")


class Action(Base):
    """Something that a unit does about a finding, and what it is expected to change.

    `version` counts the steps: whoever read an older one is told before anything is overwritten.
    """

    __tablename__ = "action"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_unit.wave_id", "wave_unit.unit_id"]),
        CheckConstraint(
            "state in ('received', 'planned', 'under_way', 'done', 'verified')", name="state"
        ),
        CheckConstraint("expected in ('rise', 'hold')", name="expected"),
        CheckConstraint("expected_points between 0 and 100", name="points"),
        CheckConstraint("(state = 'verified') = (verified_by_id is not null)", name="verified"),
        CheckConstraint("verified_by_id <> owner_id", name="verified_by_another"),
        Index(None, "wave_id", "unit_id", "indicator"),
        Index(None, "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    indicator: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    title_vi: Mapped[str] = mapped_column(String(200))  # what the public reads
    title_en: Mapped[str] = mapped_column(String(200))  # may be empty
    department: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    due: Mapped[date | None]  # a day in Viet Nam
    expected: Mapped[str] = mapped_column(String(4))
    expected_points: Mapped[float]  # at least so much more; 0: any rise that chance does not make
    budget_note: Mapped[str] = mapped_column(Text)
    evidence_note: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    wave: Mapped[Wave] = relationship()
    unit: Mapped[Unit] = relationship()
    owner: Mapped[StaffMember | None] = relationship(foreign_keys=[owner_id])
    verified_by: Mapped[StaffMember | None] = relationship(foreign_keys=[verified_by_id])
    steps: Mapped[list["ActionStep"]] = relationship(order_by="ActionStep.version")
    files: Mapped[list[EvidenceFile]] = relationship(
        secondary=action_file, order_by=EvidenceFile.created_at
    )


class ActionStep(Base):
    """Who did what to an action, when, and what stood there before. Steps are only ever added."""

    __tablename__ = "action_step"

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deed: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]]  # field: [before, after]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))  # from then on
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    author: Mapped[StaffMember] = relationship(foreign_keys=[author_id])
