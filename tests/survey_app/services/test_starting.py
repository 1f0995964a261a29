import pytest
from sqlalchemy.orm import Session

from survey_app.clock import now
from survey_app.errors import Refusal
from survey_app.instrument.loading import Library
from survey_app.queries import campaigns
from survey_app.services.calibrating import Author
from survey_app.services.fielding import CampaignPlan
from survey_app.services.starting import start_campaign
from tests.factories import make_province


def test_a_campaign_by_unknown_indicators_is_refused(session: Session, library: Library) -> None:
    plan = CampaignPlan("a", "A", "A", "B", "B", "1022", "iso-9001", make_province(session).id)
    with pytest.raises(Refusal) as caught:
        start_campaign(session, plan, library, author=Author(None, "x"), reason="y", at=now())
    assert caught.value.code == "framework_unknown"
    assert campaigns.campaigns(session) == []
