"""Rows for tests: plain functions that make real models with sensible values, and add them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.models.campaigns import Campaign, Wave, WaveQuestionnaire, WaveUnit
from survey_app.models.units import Unit
from survey_app.vietnamese import search_key, sort_key

BOTH_AUDIENCES = {"residents": ("residents", "v1"), "businesses": ("businesses", "v1")}


def make_unit(  # noqa: PLR0917  a unit is these five things
    session: Session,
    code: str = "11413",
    name: tuple[str, str] = ("Phường Hải An", "Hai An Ward"),
    short: tuple[str, str] = ("Hải An", "Hai An"),
    kind: str = "ward",
    parent: Unit | None = None,
) -> Unit:
    unit = Unit(
        official_code=code,
        level="province" if kind in {"city", "province"} else "commune",
        kind=kind,
        name_vi=name[0],
        name_en=name[1],
        short_name_vi=short[0],
        short_name_en=short[1],
        search_key=search_key(short[0]),
        search_name=search_key(name[0]),
        sort_key=sort_key(short[0]),
        parent=parent,
        valid_from=date(2025, 7, 1),
        valid_to=None,
        legal_basis="1669/NQ-UBTVQH15",
    )
    session.add(unit)
    session.flush()
    return unit


def make_province(session: Session) -> Unit:
    name = ("Thành phố Hải Phòng", "Hai Phong City")
    return make_unit(session, "31", name, ("Hải Phòng", "Hai Phong"), kind="city")


def make_units(session: Session) -> list[Unit]:
    """Two wards and a special zone of Hải Phòng."""
    province = make_province(session)
    return [
        make_unit(session, parent=province),
        make_unit(
            session,
            "11411",
            ("Phường Đông Hải", "Dong Hai Ward"),
            ("Đông Hải", "Dong Hai"),
            parent=province,
        ),
        make_unit(
            session,
            "11948",
            ("Đặc khu Bạch Long Vĩ", "Bach Long Vi Special Zone"),
            ("Bạch Long Vĩ", "Bach Long Vi"),
            kind="special_zone",
            parent=province,
        ),
    ]


def make_campaign(session: Session, owner: Unit | None = None, key: str = "hai-phong") -> Campaign:
    owner = owner or make_province(session)
    campaign = Campaign(
        key=key,
        title_vi="Ý kiến người dân Hải Phòng",
        title_en="Hai Phong residents' views",
        organiser_vi="Ủy ban nhân dân thành phố Hải Phòng",
        organiser_en="Hai Phong City People's Committee",
        urgent_contact="1022",
        framework="iso18091-2019",
        owner_unit_id=owner.id,
        is_demonstration=False,
    )
    session.add(campaign)
    session.flush()
    return campaign


def make_wave(
    session: Session,
    state: str = "open",
    *,
    campaign: Campaign | None = None,
    units: Sequence[Unit] = (),
    key: str = "2026-1",
    number: int = 1,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    questionnaires: Mapping[str, tuple[str, str]] = BOTH_AUDIENCES,
) -> Wave:
    """A wave that began yesterday and ends in 30 days, in its own campaign and usual units."""
    units = units or make_units(session)
    campaign = campaign or make_campaign(session, owner=units[0].parent or units[0])
    begun = opens_at or now() - timedelta(days=1)
    wave = Wave(
        campaign=campaign,
        number=number,
        key=key,
        title_vi=f"Đợt {number}",
        title_en=f"Wave {number}",
        opens_at=begun,
        closes_at=closes_at or begun + timedelta(days=31),
        state=state,
        channels=["open"],
        units=[WaveUnit(unit=unit, official_code=unit.official_code) for unit in units],
        questionnaires=[
            WaveQuestionnaire(audience=audience, questionnaire=name, version=version)
            for audience, (name, version) in questionnaires.items()
        ],
    )
    session.add(wave)
    session.flush()
    return wave


def long_ago() -> datetime:
    """A moment before every wave that `make_wave` makes."""
    return datetime(2026, 1, 1, tzinfo=UTC)
