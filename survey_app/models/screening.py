"""What officials ruled about the answers that the door flagged."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base, Moment


class ScreeningRuling(Base):
    """From here on a flag sets answers of the wave apart, or no longer does; the newest holds."""

    __tablename__ = "screening_ruling"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    flag: Mapped[str] = mapped_column(String(40))
    set_apart: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    author_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Moment)
