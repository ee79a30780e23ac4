"""New codes in place of those that nobody used, and unused codes made void.

Codes are kept nowhere, so nothing can be printed again: whoever lost a sheet gets other codes, and
those that were not used yet admit no ballot any more. Ballots that were cast stay in the box.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound
from surveys.issuing.codes import code_hash, new_codes
from surveys.issuing.issue_batch import IssuedBatch, require_issuable
from surveys.models import Batch, BatchState, Envelope, Token, TokenState

# As at the close: no ballot is under way while codes change their meaning.
BARRIER: Final = text("SELECT pg_advisory_xact_lock(7, :campaign_id)")
UNUSED: Final = ~exists().where(Envelope.token_h == Token.h)
LIVE: Final = Token.state.in_((TokenState.ISSUED, TokenState.POSTER))


@dataclass(frozen=True)
class Reprint:
    """Codes that will take the place of a batch's unused ones."""

    batch: Batch
    codes: tuple[str, ...]

    @property
    def issued(self) -> IssuedBatch:
        """As a batch to print."""
        return IssuedBatch(self.batch, self.codes)


def new_codes_of(
    session: Session,
    *,
    campaign_id: int,
    batch_id: int,
    random_bytes: Callable[[int], bytes],
) -> Reprint:
    """Draw as many codes as are unused; nothing changes yet, so nobody waits for the printing.

    Raises
    ------
    NotFound : ``no_batch`` (batch)
    Conflict : ``period_not_frozen``, ``campaign_closed`` (state), ``batch_void``,
        ``nothing_unused``
    """
    batch = standing_batch(session, campaign_id=campaign_id, batch_id=batch_id)
    n = n_unused(session, batch_id=batch_id)
    if n == 0:
        raise Conflict("nothing_unused")
    return Reprint(batch, tuple(new_codes(n, random_bytes=random_bytes)))


def carry_out_reprint(session: Session, *, reprint: Reprint, now: datetime, by: int) -> int:
    """Let the new codes take the place of those that are unused now, and say how many these are.

    Some may have been used while the new ones were printed: the batch then has as many codes more.
    """
    batch = reprint.batch
    session.execute(BARRIER, {"campaign_id": batch.campaign_id})
    session.refresh(batch)
    require_issuable(batch.campaign)
    n_void = void_tokens(session, batch_id=batch.id)
    state = TokenState.POSTER if batch.open_code else TokenState.ISSUED
    hashes = sorted(code_hash(code) for code in reprint.codes)
    session.execute(insert(Token), [{"h": h, "batch_id": batch.id, "state": state} for h in hashes])
    batch.n_issued += len(reprint.codes) - n_void
    batch.n_replaced += n_void
    record(
        session,
        "batch_reprinted",
        at=now,
        by=by,
        campaign=batch.campaign_id,
        batch=batch.id,
        n_void=n_void,
        n_new=len(reprint.codes),
    )
    return n_void


def void_unused(
    session: Session, *, campaign_id: int, batch_id: int, now: datetime, by: int
) -> int:
    """Make void what of a batch nobody used: after a meeting, when the rest is sealed away.

    Returns
    -------
    how many codes admit no ballot any more

    Raises
    ------
    NotFound, Conflict : as `new_codes_of`
    """
    session.execute(BARRIER, {"campaign_id": campaign_id})
    batch = standing_batch(session, campaign_id=campaign_id, batch_id=batch_id)
    n_void = void_tokens(session, batch_id=batch_id)
    if n_void == 0:
        raise Conflict("nothing_unused")
    record(
        session,
        "unused_codes_voided",
        at=now,
        by=by,
        campaign=campaign_id,
        batch=batch.id,
        n_void=n_void,
    )
    return n_void


def standing_batch(session: Session, *, campaign_id: int, batch_id: int) -> Batch:
    """A batch whose codes can be changed."""
    batch = session.get(Batch, batch_id, populate_existing=True)
    if batch is None or batch.campaign_id != campaign_id:
        raise NotFound("no_batch", batch=batch_id)
    require_issuable(batch.campaign)
    if batch.state is BatchState.VOID:
        raise Conflict("batch_void")
    return batch


def n_unused(session: Session, *, batch_id: int) -> int:
    """Codes of a batch that could still admit a ballot."""
    counted = select(func.count()).select_from(Token)
    return session.scalar(counted.where(Token.batch_id == batch_id, LIVE, UNUSED)) or 0


def void_tokens(session: Session, *, batch_id: int) -> int:
    """Make them void."""
    unused = update(Token).where(Token.batch_id == batch_id, LIVE, UNUSED)
    made = session.execute(unused.values(state=TokenState.VOID).returning(Token.h))
    return len(made.all())
