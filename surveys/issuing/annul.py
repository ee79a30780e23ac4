"""Annul one code and issue another in its place: one person asks, a second one carries it out.

For the voter who stands there with a slip and reads "already used". What was cast with the code
leaves the count unread; how often this happened stands in the close statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound, Refused
from surveys.issuing.codes import code_hash, new_codes, parse_code
from surveys.models import (
    Act,
    AnnulledBallot,
    Batch,
    BatchState,
    Campaign,
    CampaignState,
    Envelope,
    Request,
    Token,
    TokenState,
)
from surveys.opening.close_campaign import BARRIER


@dataclass(frozen=True)
class Replacement:
    """The new code, which exists only here, and whether a ballot was annulled."""

    batch: Batch
    code: str
    n_ballots: int


def request_annulment(
    session: Session, *, campaign_id: int, code: str, now: datetime, by: int
) -> Request:
    """First person: ask that a code be annulled. Only its hash is kept.

    Parameters
    ----------
    code : as scanned or typed

    Raises
    ------
    Conflict : ``annulled_only_while_open`` (state), ``already_requested_annulment``,
        ``batch_void``, ``code_annulled``, ``poster_not_annulled``
    NotFound : ``code_not_of_campaign``
    Invalid : as `parse_code`
    """
    require_voting(session.get_one(Campaign, campaign_id))
    token, _batch = annullable(session, campaign_id=campaign_id, h=code_hash(parse_code(code)))
    if waiting_annulment(session, campaign_id=campaign_id) is not None:
        raise Conflict("already_requested_annulment")
    request = Request(
        campaign_id=campaign_id,
        act=Act.ANNUL_CODE,
        requested_by=by,
        requested_at=now,
        code_h=token.h,
    )
    session.add(request)
    record(
        session, "annulment_requested", at=now, by=by, campaign=campaign_id, batch=token.batch_id
    )
    session.flush()
    return request


def withdraw_annulment(session: Session, *, campaign_id: int, now: datetime, by: int) -> None:
    """Take the request back; NotFound ``no_annulment``."""
    request = waiting_annulment(session, campaign_id=campaign_id)
    if request is None:
        raise NotFound("no_annulment")
    session.delete(request)
    record(session, "annulment_withdrawn", at=now, by=by, campaign=campaign_id)


def waiting_annulment(session: Session, *, campaign_id: int) -> Request | None:
    """The request that waits for a second person."""
    return session.scalar(
        select(Request).where(
            Request.campaign_id == campaign_id,
            Request.act == Act.ANNUL_CODE,
            Request.answered_by.is_(None),
        )
    )


def confirm_annulment(
    session: Session,
    *,
    campaign_id: int,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    by: int,
) -> Replacement:
    """Second person: annul the code, take its ballot out of the box, make another code.

    The new code belongs to the same batch: a batch of its own would be a group of one.

    Raises
    ------
    Conflict, NotFound : as `request_annulment`; ``no_annulment``
    Refused : ``same_person``
    """
    # As at the close: no ballot is under way while a code changes its meaning.
    session.execute(BARRIER, {"campaign_id": campaign_id})
    require_voting(session.get_one(Campaign, campaign_id, populate_existing=True))
    request = answered(session, campaign_id=campaign_id, now=now, by=by)
    token, batch = annullable(session, campaign_id=campaign_id, h=request.code_h or b"")
    request.code_h = None
    token.state = TokenState.VOID
    batch.n_replaced += 1
    n_ballots = take_out(session, token)
    (code,) = new_codes(1, random_bytes=random_bytes)
    session.execute(
        insert(Token), {"h": code_hash(code), "batch_id": batch.id, "state": TokenState.ISSUED}
    )
    record(
        session,
        "code_annulled",
        at=now,
        by=by,
        campaign=campaign_id,
        batch=batch.id,
        n_ballots=n_ballots,
    )
    session.flush()
    return Replacement(batch, code, n_ballots)


def require_voting(campaign: Campaign) -> None:
    """Before voting a whole batch can be made void; after the close nothing changes any more."""
    if campaign.state is not CampaignState.OPEN:
        raise Conflict("annulled_only_while_open", state=campaign.state.value)


def annullable(session: Session, *, campaign_id: int, h: bytes) -> tuple[Token, Batch]:
    """The code and its batch, if it is one that can be annulled."""
    token = session.get(Token, h, populate_existing=True)
    batch = None if token is None else session.get(Batch, token.batch_id)
    if token is None or batch is None or batch.campaign_id != campaign_id:
        raise NotFound("code_not_of_campaign")
    if batch.open_code:
        raise Conflict("poster_not_annulled")
    if batch.state is BatchState.VOID:
        raise Conflict("batch_void")
    if token.state is TokenState.VOID:
        raise Conflict("code_annulled")
    return token, batch


def answered(session: Session, *, campaign_id: int, now: datetime, by: int) -> Request:
    """The waiting request, marked as carried out by another person."""
    request = waiting_annulment(session, campaign_id=campaign_id)
    if request is None:
        raise NotFound("no_annulment")
    if request.requested_by == by:
        raise Refused("same_person")
    request.answered_by = by
    request.answered_at = now
    return request


def take_out(session: Session, token: Token) -> int:
    """Take the code's ballot out of the box, if there is one, and say how many: 0 or 1."""
    envelope = session.get(Envelope, token.h, populate_existing=True)
    if envelope is None:
        return 0
    # What was sealed is not kept: with the code known, opening it would name a voter.
    session.add(AnnulledBallot(token_h=token.h, batch_id=token.batch_id, leaf=envelope.leaf))
    session.delete(envelope)
    return 1
