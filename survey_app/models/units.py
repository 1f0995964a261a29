"""Administrative units, dated: official codes were reused in 2025, so no code alone names a unit."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base


class Unit(Base):
    """A province, a former district, or a commune-level unit in one period of validity.

    `valid_to` is the first day on which it no longer exists; a rename or change of kind is a new row.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("official_code", "valid_from"),
        CheckConstraint("level in ('province', 'district', 'commune')", name="level"),
        Index(None, "search_key"),
        Index(None, "level", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    official_code: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(
        String(20)
    )  # ward, commune, special_zone, province, city, ...
    name_vi: Mapped[str] = mapped_column(String(120))  # with its kind: "Phường Hải An"
    name_en: Mapped[str] = mapped_column(String(120))
    short_name_vi: Mapped[str] = mapped_column(String(120))
    short_name_en: Mapped[str] = mapped_column(String(120))
    search_key: Mapped[str] = mapped_column(String(120))  # folded: no tones, đ = d
    sort_key: Mapped[str] = mapped_column(
        String(400)
    )  # Vietnamese alphabet, same on every database
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(String(200))

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])


class UnitSuccession(Base):
    """Which unit went (wholly or in part) into which: many to many, with shares where known."""

    __tablename__ = "unit_succession"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    happened_on: Mapped[date]
    extent: Mapped[str] = mapped_column(String(5))  # whole | part
    share_population: Mapped[float | None]
