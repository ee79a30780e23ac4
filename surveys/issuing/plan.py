"""What codes a campaign needs: from its rater groups, the units and who assesses whom."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.issuing.issue_batch import BatchOrder
from surveys.models import Batch, BatchState, Campaign
from surveys.setup.audiences import Audience, audiences, period_lists, planned_size


def suggested_batches(session: Session, *, campaign_id: int) -> list[BatchOrder]:
    """The batches that the campaign's groups ask for and that are not issued yet."""
    campaign = session.get_one(Campaign, campaign_id)
    lists = period_lists(session, campaign.period_id)
    issued = {
        (batch.group_id, Audience(batch.home_unit_id, tuple(batch.target_ids)))
        for batch in session.scalars(
            select(Batch).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED)
        )
    }
    return [
        BatchOrder(campaign_id, group.id, audience.target_ids, size, audience.home_id)
        for group in campaign.groups
        for audience in audiences(group, lists)
        if (size := planned_size(group, audience)) > 0 and (group.id, audience) not in issued
    ]
