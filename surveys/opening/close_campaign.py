"""Close the box: after this commit no ballot enters, and what is inside is bound by one root."""

from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import Batch, Campaign, CampaignState, Envelope, PublishedLeaf, Token
from surveys.opening.tree import RisingRoot

# Waits for every ballot under way and keeps later ones out until the close is committed.
BARRIER = text("SELECT pg_advisory_xact_lock(7, :campaign_id)")
CHUNK = 10_000


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
    publish_leaves(session, campaign_id=campaign_id)
    n_envelopes, root = published(session, campaign_id=campaign_id)
    campaign.state = CampaignState.CLOSED
    campaign.closed_at = now
    campaign.n_envelopes = n_envelopes
    campaign.root = root
    record(
        session,
        "campaign_closed",
        at=now,
        by=by,
        campaign=campaign_id,
        n_envelopes=n_envelopes,
        root=root.hex(),
    )
    return campaign


def publish_leaves(session: Session, *, campaign_id: int) -> None:
    """Write down the leaves in the campaign's box, sorted; voters wait meanwhile, so in one go."""
    leaves = (
        select(Envelope.leaf, Batch.campaign_id)
        .join(Token, Token.h == Envelope.token_h)
        .join(Batch, Batch.id == Token.batch_id)
        .where(Batch.campaign_id == campaign_id)
        .order_by(Envelope.leaf)
    )
    session.execute(insert(PublishedLeaf).from_select(["leaf", "campaign_id"], leaves))


def published(session: Session, *, campaign_id: int) -> tuple[int, bytes]:
    """How many leaves are published, and their root; of many only some are in memory at a time."""
    leaves = select(PublishedLeaf.leaf).where(PublishedLeaf.campaign_id == campaign_id)
    reached, n = RisingRoot(), 0
    in_order = leaves.order_by(PublishedLeaf.leaf).execution_options(yield_per=CHUNK)
    for leaf in session.scalars(in_order):
        reached.add(leaf)
        n += 1
    return n, reached.root
