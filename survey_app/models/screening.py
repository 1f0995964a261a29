"""What officials ruled about the answers that the door flagged."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base, Moment

# By the registered rule; counted whatever the rule says of the flag; set apart, each of them.
VERDICTS = ("registered", "counted", "set_apart")


class ScreeningRuling(Base):
    """What becomes of the answers with a flag, in the whole wave; of each flag the newest holds."""

    __tablename__ = "screening_ruling"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    flag: Mapped[str] = mapped_column(String(40))
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    author_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Moment)
