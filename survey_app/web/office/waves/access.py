"""Which waves the current member may see, and which they may change."""

from sqlalchemy.orm import Session

from survey_app.errors import Refusal
from survey_app.models.campaigns import Campaign, Wave
from survey_app.queries import campaigns
from survey_app.web.access import covers, demand, reach
from survey_app.web.office.home.pages import is_within


def readable_waves(session: Session) -> list[Wave]:
    area = reach("waves.read")
    return [wave for wave in campaigns.waves(session) if is_within(wave, area)]


def readable_wave(session: Session, key: str) -> Wave:
    """One of those; any other is refused in the same way as none."""
    wave = campaigns.wave_by_key(session, key)
    if wave is None or not is_within(wave, reach("waves.read")):
        raise Refusal("not_found")
    return wave


def managed_wave(session: Session, key: str) -> Wave:
    wave = readable_wave(session, key)
    demand("waves.manage", wave.campaign.owner_unit)
    return wave


def managed_campaign(session: Session, key: str) -> Campaign:
    campaign = campaigns.campaign_by_key(session, key)
    if campaign is None:
        raise Refusal("not_found")
    demand("waves.manage", campaign.owner_unit)
    return campaign


def manages(campaign: Campaign) -> bool:
    return covers("waves.manage", campaign.owner_unit)
