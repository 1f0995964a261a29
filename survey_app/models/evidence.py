"""Files that show what was done: known by a random name, read by nobody without a role."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, Moment, random_key
from survey_app.models.staff import StaffMember


class EvidenceFile(Base):
    """What was uploaded, by whom, and the hash of its bytes, which lie in the instance's folder.

    `name` is what the uploader called it: shown and sent along, never used as a path.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=random_key)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(5))  # pdf, png, jpeg, docx, xlsx: as its bytes say
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    author: Mapped[StaffMember] = relationship()
