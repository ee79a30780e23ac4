"""Keep how turnout grows: every ten minutes, and only what the page shows anyway.

Of the last hour all samples are kept, of the day before one an hour, older ones not at all; but
for those between which most of a batch came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.models import Batch, BatchState, Campaign, CampaignState, TurnoutSample
from surveys.monitoring.turnout import SMALL, returned_by_batch

# A little less than the ten minutes after which they are asked for: clocks are not that exact.
APART: Final = timedelta(minutes=9)
# All of a sudden: this share of a batch between two samples a quarter of an hour apart or less.
SUDDEN_SHARE: Final = 0.6
SUDDEN_WITHIN: Final = timedelta(minutes=15)
ALL_KEPT: Final = timedelta(hours=1)
HOURLY_KEPT: Final = timedelta(hours=25)

_ONE_AT_A_TIME: Final = text("SELECT pg_try_advisory_xact_lock(11, :campaign_id)")
# One look into the key for each batch, however many samples there are.
_FIRST_SINCE: Final = text("""
    SELECT b.id AS batch_id, s.at, s.n_returned
    FROM public.batch b CROSS JOIN LATERAL (
        SELECT t.at, t.n_returned FROM public.turnout_sample t
        WHERE t.batch_id = b.id AND t.at >= :since ORDER BY t.at LIMIT 1
    ) s
    WHERE b.campaign_id = :campaign_id
""")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a batch showed at a moment."""

    at: datetime
    n_returned: int


@dataclass(frozen=True, slots=True)
class Sudden:
    """So many ballots of a batch came within a quarter of an hour, until a moment."""

    at: datetime
    n: int


def sample_open_campaigns(session: Session, *, now: datetime) -> int:
    """Sample every campaign in which ballots come in; return how many were sampled."""
    opened = select(Campaign.id).where(Campaign.state == CampaignState.OPEN).order_by(Campaign.id)
    return sum(
        bool(sample_campaign(session, campaign_id=campaign_id, now=now))
        for campaign_id in session.scalars(opened)
    )


def sample_campaign(session: Session, *, campaign_id: int, now: datetime) -> int:
    """Count a campaign's ballots and keep what was counted, unless it was done just now.

    Returns
    -------
    how many batches were sampled; 0 where the last samples are less than nine minutes old, or
    somebody else is at it
    """
    if not session.scalar(_ONE_AT_A_TIME, {"campaign_id": campaign_id}):
        return 0
    last = last_moment(session, campaign_id=campaign_id)
    if last is not None and now - last < APART:
        return 0
    returned = returned_by_batch(session, campaign_id=campaign_id)
    return take_samples(session, campaign_id=campaign_id, returned=returned, now=now, last_at=last)


def last_moment(session: Session, *, campaign_id: int) -> datetime | None:
    """When a campaign was sampled the last time."""
    return session.scalar(
        select(func.max(TurnoutSample.at))
        .join(Batch, Batch.id == TurnoutSample.batch_id)
        .where(Batch.campaign_id == campaign_id)
    )


def take_samples(
    session: Session,
    *,
    campaign_id: int,
    returned: Mapping[int, int],
    now: datetime,
    last_at: datetime | None,
) -> int:
    """Keep the counts of a campaign's batches, and forget what is not needed any more.

    Batches of fewer than 20 codes, and posters with fewer than 20 ballots, are left out: their
    exact counts are shown to nobody while voting runs.

    Parameters
    ----------
    last_at : moment of the samples before

    Returns
    -------
    how many batches were sampled
    """
    batches = session.scalars(
        select(Batch).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED)
    )
    before = samples_at(session, last_at) if last_at and now - last_at <= SUDDEN_WITHIN else {}
    rows = [
        {
            "batch_id": batch.id,
            "at": now,
            "n_returned": (n := returned.get(batch.id, 0)),
            "n_sudden": suddenly(batch, n, before.get(batch.id)),
        }
        for batch in batches
        if (returned.get(batch.id, 0) if batch.open_code else batch.n_issued) >= SMALL
    ]
    if rows:
        session.execute(insert(TurnoutSample).on_conflict_do_nothing(), rows)
    thin_out(session, campaign_id=campaign_id, now=now)
    return len(rows)


def samples_at(session: Session, at: datetime) -> dict[int, int]:
    """Ballots by batch, as they were sampled at a moment."""
    rows = select(TurnoutSample.batch_id, TurnoutSample.n_returned).where(TurnoutSample.at == at)
    return {row.batch_id: row.n_returned for row in session.execute(rows)}


def suddenly(batch: Batch, n_returned: int, n_before: int | None) -> int | None:
    """How many ballots came since the sample before, where that is most of a batch."""
    if batch.open_code or n_before is None:
        return None
    came = n_returned - n_before
    return came if came >= SUDDEN_SHARE * batch.n_issued else None


def thin_out(session: Session, *, campaign_id: int, now: datetime) -> None:
    """Forget samples older than an hour, but for one an hour of the last day."""
    mine = (
        TurnoutSample.batch_id.in_(select(Batch.id).where(Batch.campaign_id == campaign_id)),
        TurnoutSample.n_sudden.is_(None),
    )
    moments = session.scalars(
        select(TurnoutSample.at)
        .where(*mine, TurnoutSample.at < now - ALL_KEPT)
        .distinct()
        .order_by(TurnoutSample.at)
    ).all()
    hours: set[datetime] = set()
    dropped = []
    for at in moments:
        hour = at.replace(minute=0, second=0, microsecond=0)
        if hour in hours or at < now - HOURLY_KEPT:
            dropped.append(at)
        hours.add(hour)
    if dropped:
        session.execute(delete(TurnoutSample).where(*mine, TurnoutSample.at.in_(dropped)))


def first_samples(session: Session, *, campaign_id: int, since: datetime) -> dict[int, Sample]:
    """By batch its oldest sample since a moment."""
    rows = session.execute(_FIRST_SINCE, {"campaign_id": campaign_id, "since": since})
    return {row.batch_id: Sample(row.at, row.n_returned) for row in rows}


def sudden_arrivals(session: Session, *, campaign_id: int) -> dict[int, Sudden]:
    """By batch when most of it came within a quarter of an hour."""
    rows = session.execute(
        select(TurnoutSample.batch_id, TurnoutSample.at, TurnoutSample.n_sudden)
        .join(Batch, Batch.id == TurnoutSample.batch_id)
        .where(Batch.campaign_id == campaign_id, TurnoutSample.n_sudden.is_not(None))
    )
    return {row.batch_id: Sudden(row.at, row.n_sudden or 0) for row in rows}
