"""Close the box: after this commit no ballot enters, and what is inside is bound by one root."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import Batch, Campaign, CampaignState, Envelope, Token
from surveys.opening.tree import box_root

# Waits for every ballot under way and keeps later ones out until the close is committed.
BARRIER = text("SELECT pg_advisory_xact_lock(7, :campaign_id)")
PUBLISH_LEAVES = text(
    "INSERT INTO box.published_leaf (leaf, campaign_id) VALUES (:leaf, :campaign)"
)


def close_campaign(session: Session, *, campaign_id: int, now: datetime, by: int) -> Campaign:
    """Close a campaign and publish its sorted leaves and their RFC 9162 root.

    Raises
    ------
    Conflict : ``campaign_not_open`` (state)
    """
    session.execute(BARRIER, {"campaign_id": campaign_id})
    campaign = session.get_one(Campaign, campaign_id, populate_existing=True)
    if campaign.state is not CampaignState.OPEN:
        raise Conflict("campaign_not_open", state=campaign.state.value)
    leaves = sorted(leaves_of(session, campaign_id=campaign_id))
    campaign.state = CampaignState.CLOSED
    campaign.closed_at = now
    campaign.n_envelopes = len(leaves)
    campaign.root = box_root(leaves)
    if leaves:
        session.execute(
            PUBLISH_LEAVES, [{"leaf": leaf, "campaign": campaign_id} for leaf in leaves]
        )
    record(
        session,
        "campaign_closed",
        at=now,
        by=by,
        campaign=campaign_id,
        n_envelopes=len(leaves),
        root=campaign.root.hex(),
    )
    return campaign


def leaves_of(session: Session, *, campaign_id: int) -> list[bytes]:
    """The leaves in a campaign's box, in no order that means anything."""
    return list(
        session.scalars(
            select(Envelope.leaf)
            .join(Token, Token.h == Envelope.token_h)
            .join(Batch, Batch.id == Token.batch_id)
            .where(Batch.campaign_id == campaign_id)
        )
    )
