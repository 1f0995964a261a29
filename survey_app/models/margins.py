"""Population margins: how many adults of each sex and age band live in a unit of a wave."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


class PopulationMargin(Base):
    """One cell of sex by age band; the codes are those of the demographic questions."""

    __tablename__ = "population_margin"
    __table_args__ = (
        # The same ranges as in services/margins.py.
        CheckConstraint("sex in (1, 2)", name="sex"),
        CheckConstraint("age_band between 1 and 5", name="age_band"),
        CheckConstraint("population >= 0", name="population"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    sex: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    age_band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    population: Mapped[int]
