"""Administrative units, dated: official codes were reused in 2025, so no code alone names a unit."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base


class Unit(Base):
    """A province, a former district, or a commune-level unit in one period of validity.

    `valid_to` is the first day on which it no longer exists; a rename or change of kind is a new
    row. Children keep their `parent_id` when only the parent's kind changes, so a parent on a day
    is found by its code: queries/units.py.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("official_code", "valid_from"),
        CheckConstraint("level in ('province', 'district', 'commune')", name="level"),
        CheckConstraint("valid_to > valid_from", name="period"),
        Index(None, "search_key"),
        Index(None, "level", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    official_code: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(10))
    # province, city, rural_district, urban_district, town, ward, commune, township, special_zone
    kind: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str] = mapped_column(String(120))  # with its kind: "Phường Hải An"
    name_en: Mapped[str] = mapped_column(String(120))
    short_name_vi: Mapped[str] = mapped_column(String(120))
    short_name_en: Mapped[str] = mapped_column(String(120))
    search_key: Mapped[str] = mapped_column(String(120))  # short name, no tones: "hai an"
    search_name: Mapped[str] = mapped_column(String(120))  # with its kind: "phuong hai an"
    sort_key: Mapped[str] = mapped_column(String(400))  # Vietnamese alphabet on every database
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(String(200))

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])


class UnitSuccession(Base):
    """Which unit went (wholly or in part) into which: many to many.

    `share_population` is the share of the predecessor's people that went to this successor:
    1 where it went wholly, empty where it was divided and nobody published how.
    """

    __tablename__ = "unit_succession"
    __table_args__ = (CheckConstraint("extent in ('whole', 'part')", name="extent"),)

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    happened_on: Mapped[date]
    extent: Mapped[str] = mapped_column(String(5))
    share_population: Mapped[float | None]
