"""Issue codes: only their hashes stay here, the codes go out on paper once and are forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, Invalid
from surveys.issuing.codes import code_hash, new_codes
from surveys.issuing.targets import targets_of
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

MOST_CODES = 100_000


@dataclass(frozen=True)
class BatchOrder:
    """What to issue.

    Parameters
    ----------
    target_ids : units or members on the ballot, in the order in which they will stand there
    home_unit_id : the unit whose people get the codes, or None
    n : 1..100 000 codes; with open codes one poster, whatever n
    opens_at, closes_at : the batch's own window, or None for the campaign's
    """

    campaign_id: int
    group_id: int
    target_ids: tuple[int, ...]
    n: int
    home_unit_id: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class IssuedBatch:
    """The codes of a batch, in no order that means anything. They exist only here."""

    batch: Batch
    codes: tuple[str, ...]


def issue_batch(
    session: Session,
    *,
    order: BatchOrder,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    by: int,
) -> IssuedBatch:
    """Make the codes of one batch, store their hashes, and record it.

    Raises
    ------
    Conflict : ``period_not_frozen``, ``campaign_closed`` (state)
    Invalid : ``bad_batch_size`` (n, most), ``bad_targets`` (target_ids), ``bad_group`` (group_id),
        ``bad_window``
    """
    issued = make_batch(session, order=order, random_bytes=random_bytes, now=now, by=by)
    record_issue(session, issued.batch)
    return issued


def record_issue(session: Session, batch: Batch) -> None:
    """Note in the log that a batch was issued."""
    record(
        session,
        "batch_issued",
        at=batch.issued_at,
        by=batch.issued_by,
        campaign=batch.campaign_id,
        batch=batch.id,
        n_issued=batch.n_issued,
    )


def make_batch(
    session: Session,
    *,
    order: BatchOrder,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    by: int,
) -> IssuedBatch:
    """Make the codes of one batch and store their hashes; errors of `issue_batch`."""
    campaign = session.get_one(Campaign, order.campaign_id)
    require_issuable(campaign)
    group = require_fitting(session, campaign, order)
    n = 1 if group.open_code else order.n
    batch = Batch(
        campaign_id=campaign.id,
        group_id=group.id,
        home_unit_id=order.home_unit_id,
        target_ids=list(order.target_ids),
        n_issued=n,
        open_code=group.open_code,
        opens_at=order.opens_at,
        closes_at=order.closes_at,
        issued_at=now,
        issued_by=by,
    )
    session.add(batch)
    session.flush()
    codes = new_codes(n, random_bytes=random_bytes)
    state = TokenState.POSTER if group.open_code else TokenState.ISSUED
    # Sorted by hash: the order of storage tells nothing of the order on paper.
    hashes = sorted(code_hash(code) for code in codes)
    session.execute(insert(Token), [{"h": h, "batch_id": batch.id, "state": state} for h in hashes])
    SystemRandom().shuffle(codes)
    return IssuedBatch(batch, tuple(codes))


def require_issuable(campaign: Campaign) -> None:
    """Codes are issued from the freeze until the close."""
    if campaign.period.frozen_at is None:
        raise Conflict("period_not_frozen")
    if campaign.state not in {CampaignState.DRAFT, CampaignState.OPEN}:
        raise Conflict("campaign_closed", state=campaign.state.value)


def require_fitting(session: Session, campaign: Campaign, order: BatchOrder) -> RaterGroup:
    """The order's group, if the whole order makes sense in this campaign."""
    group = session.get(RaterGroup, order.group_id)
    if group is None or group.campaign_id != campaign.id:
        raise Invalid("bad_group", group_id=order.group_id)
    if not 1 <= order.n <= MOST_CODES:
        raise Invalid("bad_batch_size", n=order.n, most=MOST_CODES)
    known = targets_of(campaign).keys()
    targets = set(order.target_ids)
    if not targets or len(targets) != len(order.target_ids) or not targets <= known:
        raise Invalid("bad_targets", target_ids=order.target_ids)
    if order.opens_at and order.closes_at and order.opens_at >= order.closes_at:
        raise Invalid("bad_window")
    return group


def void_batch(session: Session, *, batch_id: int, now: datetime, by: int) -> int:
    """Void a batch whose sheets were lost; ballots already cast with it stay in the box.

    Returns
    -------
    number of codes that no longer admit a ballot

    Raises
    ------
    Conflict : ``batch_void``, ``campaign_closed`` (state)
    """
    batch = session.get_one(Batch, batch_id, with_for_update=True)
    require_issuable(batch.campaign)
    if batch.state is BatchState.VOID:
        raise Conflict("batch_void")
    n_cast = len(
        session.scalars(
            select(Envelope.token_h)
            .join(Token, Token.h == Envelope.token_h)
            .where(Token.batch_id == batch_id)
        ).all()
    )
    batch.state = BatchState.VOID
    record(session, "batch_voided", at=now, by=by, campaign=batch.campaign_id, batch=batch.id)
    return batch.n_issued - n_cast
