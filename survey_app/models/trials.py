"""Trial answers: what staff sent while they tried a form. They lie apart and never become answers.

Nothing here is secret: whoever tries a form is told so on every page. The row holds no foreign key
to the plan of its wave, which may change under it as long as the wave is a draft.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base, Moment


class TrialAnswer(Base):
    """A form that was sent as a trial; the key makes every retry the same one."""

    __tablename__ = "trial_answer"

    submission_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_sha256: Mapped[str] = mapped_column(String(64))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    audience: Mapped[str] = mapped_column(String(10))
    questionnaire: Mapped[str] = mapped_column(String(61))  # "residents/v1"
    language: Mapped[str] = mapped_column(String(8))
    block: Mapped[int]
    helped: Mapped[bool]
    answers: Mapped[dict[str, str]]  # item id -> code as text, or the name of a special answer
    open_text: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
