"""Invitation codes of drawn people: known by a keyed hash, spent or not, and by nothing else.

Who got which code is stored nowhere; when one was spent neither. The table has no rowid on SQLite
and is written in the order of the hashes, so that no place says which letter came first.
"""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


class Invitation(Base):
    """What one code opens: the form of one place and audience, once."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_unit.wave_id", "wave_unit.unit_id"]),
        CheckConstraint("audience in ('residents', 'businesses')", name="audience"),
        Index(None, "wave_id", "unit_id", "audience"),
        {"sqlite_with_rowid": False},
    )

    token_mac: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[int]
    unit_id: Mapped[int]
    audience: Mapped[str] = mapped_column(String(10))
    stratum: Mapped[str] = mapped_column(String(40))
    spent: Mapped[bool] = mapped_column(server_default=false())
