"""One code for everybody in a meeting hall, on the wall, for as long as a meeting takes.

It is an open code: whoever is in the hall may vote with it, as with a poster. So it is no secret,
and the page that shows it is reached by the code itself, which is kept nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.errors import Invalid, NotFound
from surveys.issuing.codes import code_hash, parse_code
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, issue_batch
from surveys.models import (
    Batch,
    BatchState,
    Campaign,
    CampaignState,
    Envelope,
    RaterGroup,
    Token,
    TokenState,
)
from surveys.monitoring.turnout import BatchCount, Count, count_of

LONGEST_MINUTES = 12 * 60


@dataclass(frozen=True)
class HallOrder:
    """What is to be shown.

    Parameters
    ----------
    group_id : of those in the hall; a group with an open code
    starts_at, minutes : from when, and how long the code admits ballots
    """

    campaign_id: int
    group_id: int
    target_ids: tuple[int, ...]
    starts_at: datetime
    minutes: int


@dataclass(frozen=True)
class Hall:
    """What stands on the wall.

    Parameters
    ----------
    sample : invented data, to be marked as such
    seconds_to_start, seconds_left : 0 where that is over
    count : ballots so far; coarse while they are few
    """

    code: str
    campaign: Campaign
    sample: bool
    batch: Batch
    group: RaterGroup
    seconds_to_start: int
    seconds_left: int
    count: Count

    @property
    def admits(self) -> bool:
        """Whether ballots are taken now."""
        return self.voting and not self.seconds_to_start and self.seconds_left > 0

    @property
    def voting(self) -> bool:
        """Whether the campaign and the batch are such that ballots can be taken."""
        return self.campaign.state is CampaignState.OPEN and self.batch.state is BatchState.ISSUED


def open_hall(
    session: Session,
    *,
    order: HallOrder,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    by: int,
) -> IssuedBatch:
    """Issue the code of a hall.

    Raises
    ------
    Invalid : ``bad_minutes`` (minutes, most), ``group_without_open_code``, as `issue_batch`
    Conflict : as `issue_batch`
    """
    if not 1 <= order.minutes <= LONGEST_MINUTES:
        raise Invalid("bad_minutes", minutes=order.minutes, most=LONGEST_MINUTES)
    group = session.get(RaterGroup, order.group_id)
    if group is None or not group.open_code:
        raise Invalid("group_without_open_code")
    batch = BatchOrder(
        order.campaign_id,
        order.group_id,
        order.target_ids,
        n=1,
        opens_at=order.starts_at,
        closes_at=order.starts_at + timedelta(minutes=order.minutes),
    )
    return issue_batch(session, order=batch, random_bytes=random_bytes, now=now, by=by)


def hall_of(session: Session, *, campaign_id: int, code: str, now: datetime) -> Hall:
    """What stands on the wall for a code.

    Raises
    ------
    Invalid : as `parse_code`
    NotFound : ``code_not_of_campaign``; also for a code for one ballot, which is nobody's to show
    """
    token = session.get(Token, code_hash(parse_code(code)))
    batch = None if token is None else session.get(Batch, token.batch_id)
    if token is None or batch is None or batch.campaign_id != campaign_id:
        raise NotFound("code_not_of_campaign")
    if token.state is not TokenState.POSTER:
        raise NotFound("code_not_of_campaign")
    # Of this code alone: the wall asks every few seconds, and the box may be full.
    n_returned = session.scalar(
        select(func.count()).select_from(Envelope).where(Envelope.batch_id == batch.id)
    )
    return Hall(
        code=parse_code(code),
        campaign=batch.campaign,
        sample=batch.campaign.period.sample,
        batch=batch,
        group=batch.group,
        seconds_to_start=seconds_until(batch.opens_at, now),
        seconds_left=seconds_until(batch.closes_at, now),
        count=count_of([BatchCount(batch, n_returned or 0)], coarse_if_small=True),
    )


def seconds_until(moment: datetime | None, now: datetime) -> int:
    """Whole seconds, never fewer than 0."""
    return 0 if moment is None else max(round((moment - now).total_seconds()), 0)
