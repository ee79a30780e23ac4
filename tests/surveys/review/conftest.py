"""A campaign with stuffed ballots, examined."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.examining.examine_campaign import examine_campaign
from surveys.models import Finding
from tests.surveys.review.stuffed import StuffedCampaign, build_stuffed_campaign


@dataclass(frozen=True)
class Examined:
    """The campaign and its clearest finding, which is about the stuffed ballots."""

    campaign: StuffedCampaign
    finding: Finding

    @property
    def first(self) -> int:
        return self.campaign.county.organizer.id

    @property
    def second(self) -> int:
        return self.campaign.second.id


@pytest.fixture
def examined(session: Session, now: datetime) -> Examined:
    campaign = build_stuffed_campaign(session, now=now)
    examine_campaign(session, campaign_id=campaign.campaign_id, seed=7, now=now, by=None)
    finding = session.scalars(select(Finding).order_by(Finding.position)).first()
    assert finding is not None
    return Examined(campaign, finding)
