"""Starting a campaign: with its first calibration, so that its waves can be registered."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.instrument.loading import Library
from survey_app.models.campaigns import Campaign
from survey_app.services import calibrating, definitions, fielding
from survey_app.services.calibrating import Author, Parameters
from survey_app.services.fielding import CampaignPlan


def start_campaign(
    session: Session,
    plan: CampaignPlan,
    library: Library,
    *,
    author: Author,
    reason: str,
    at: datetime,
) -> Campaign:
    """A campaign and version 1 of its calibration: the default parameters, and why it has them."""
    framework = definitions.framework(library, plan.framework)
    campaign = fielding.create_campaign(session, plan)
    calibrating.save_version(
        session,
        campaign,
        Parameters(),
        framework=framework,
        reason=reason,
        author=author,
        at=at,
    )
    return campaign
