"""The people of the office, what each may do and where, and what each has done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, Moment
from survey_app.models.units import Unit

ROLES = ("assessor", "official", "expert", "administrator")


class StaffMember(Base):
    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool]
    is_active: Mapped[bool]
    loopback_only: Mapped[bool]  # the demonstration's accounts: no use from another machine

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="member", cascade="all, delete-orphan"
    )


class RoleGrant(Base):
    """A role in one unit; it reaches the units under it. Without a unit: the whole instance."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("member_id", "role", "unit_id"),
        CheckConstraint(
            "role in ('assessor', 'official', 'expert', 'administrator')", name="role"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    member: Mapped[StaffMember] = relationship(back_populates="grants")
    unit: Mapped[Unit | None] = relationship()


class StaffSession(Base):
    """A signed-in browser. Only a hash of its id is stored; ending it is deleting the row."""

    __tablename__ = "staff_session"

    id_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)

    member: Mapped[StaffMember] = relationship()


class AuditEntry(Base):
    """Who did what, to what, when. Entries are only ever added."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]]
