"""Campaigns and their waves: what is asked where, in which period, under which frozen rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, Moment
from survey_app.models.units import Unit

WAVE_STATES = ("draft", "registered", "open", "closed", "published")


class Worded:
    """A title in Vietnamese and English; what it says in further languages lies together."""

    key: Mapped[str] = mapped_column(String(40), unique=True)
    title_vi: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    # {"title": {"km": "..."}}: a further language is data, not a column.
    wordings: Mapped[dict[str, dict[str, str]]] = mapped_column(
        JSON, default=dict, server_default=text("'{}'")
    )

    def worded(self, name: str, language: str) -> str:
        """The title (or another wording of this name) in a language; nothing where it is missing."""
        own: str | None = getattr(self, f"{name}_{language}", None)
        return self.wordings.get(name, {}).get(language, "") if own is None else own

    def title(self, language: str) -> str:
        """Where there is none in the language, the key, which belongs to no language."""
        return self.worded("title", language) or self.key


class Campaign(Worded, Base):
    """A programme over one framework, run by one unit for itself and the units under it."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_vi: Mapped[str] = mapped_column(String(200))
    organiser_en: Mapped[str] = mapped_column(String(200))
    urgent_contact: Mapped[str] = mapped_column(String(60))  # the number to call, e.g. 1022
    framework: Mapped[str] = mapped_column(String(40))
    owner_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    is_demonstration: Mapped[bool]

    owner_unit: Mapped[Unit] = relationship()
    waves: Mapped[list["Wave"]] = relationship(back_populates="campaign", order_by="Wave.number")


class Wave(Worded, Base):
    """One fielding of a campaign. From opening on, everything but its state is fixed."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint(
            "state in ('draft', 'registered', 'open', 'closed', 'published')", name="state"
        ),
        CheckConstraint("closes_at > opens_at", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    number: Mapped[int]
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))
    channels: Mapped[list[str]]  # which doors are open
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"))
    # Which signs flag an answer, and which flags set it apart; null before that was a rule.
    screening: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    screening_sha256: Mapped[str | None] = mapped_column(String(64))
    registered_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)

    campaign: Mapped[Campaign] = relationship(back_populates="waves")
    units: Mapped[list["WaveUnit"]] = relationship(cascade="all, delete-orphan")
    questionnaires: Mapped[list["WaveQuestionnaire"]] = relationship(cascade="all, delete-orphan")

    def says(self, language: str) -> bool:
        """Whether people can be addressed in this language: who asks, and what it is called."""
        campaign = self.campaign
        words = (self.worded("title", language), campaign.worded("title", language))
        return all((*words, campaign.worded("organiser", language)))


class WaveUnit(Base):
    """A unit of a wave, addressed by the official code that was valid when the wave was made."""

    __tablename__ = "wave_unit"
    __table_args__ = (UniqueConstraint("wave_id", "official_code"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    official_code: Mapped[str] = mapped_column(String(10))

    unit: Mapped[Unit] = relationship()


class WaveQuestionnaire(Base):
    """The questionnaire version that one audience answers; its hash is frozen at registration."""

    __tablename__ = "wave_questionnaire"
    __table_args__ = (CheckConstraint("audience in ('residents', 'businesses')", name="audience"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(10), primary_key=True)
    questionnaire: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(String(64))
