"""Open the box: one officer asks, another carries it out; ballots land detached from codes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import SystemRandom
from tempfile import TemporaryFile
from typing import Final
from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.casting.moments import proven_time
from surveys.casting.packing import NOT_RECORDED, BallotBody, unpack
from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.models import (
    Act,
    Ballot,
    Batch,
    Campaign,
    CampaignState,
    Comment,
    Envelope,
    Request,
    Token,
)
from surveys.opening.coarse_times import Moment, kept_times
from surveys.opening.keys import Key, Role, public_keyring
from surveys.opening.records import Records, StoredRecords
from surveys.opening.unsealing import StampedBody, open_layer_a, open_layer_b, require_genuine
from surveys.setup.questionnaires import QuestionnaireContent

Progress = Callable[[str, float], None]

CHUNK: Final = 2000
VERIFIED_SHARE: Final = 0.5
BOTH_OFFICERS = (Role.OFFICER_A, Role.OFFICER_B)


@dataclass(frozen=True)
class OfficerKeys:
    """The two keys that together open a box."""

    a: Key
    b: Key


def request_opening(session: Session, *, campaign_id: int, now: datetime, by: int) -> Request:
    """First officer: ask that the box be opened.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state), ``already_requested``, ``keys_with_officers``
    """
    campaign = closed_campaign(session, campaign_id)
    if keys_with_officers(campaign):
        raise Conflict("keys_with_officers")
    if waiting_request(session, campaign_id=campaign_id) is not None:
        raise Conflict("already_requested")
    request = Request(campaign_id=campaign.id, act=Act.OPEN_BOX, requested_by=by, requested_at=now)
    session.add(request)
    record(session, "opening_requested", at=now, by=by, campaign=campaign.id)
    session.flush()
    return request


def withdraw_request(session: Session, *, campaign_id: int, now: datetime, by: int) -> None:
    """Take a request back before the second officer acted.

    Raises
    ------
    NotFound : ``no_request``
    """
    request = waiting_request(session, campaign_id=campaign_id)
    if request is None:
        raise NotFound("no_request")
    session.delete(request)
    record(session, "opening_withdrawn", at=now, by=by, campaign=campaign_id)


def waiting_request(session: Session, *, campaign_id: int) -> Request | None:
    """The request that waits for a second officer."""
    return session.scalar(
        select(Request).where(
            Request.campaign_id == campaign_id,
            Request.act == Act.OPEN_BOX,
            Request.answered_by.is_(None),
        )
    )


def open_box(
    session: Session,
    *,
    campaign_id: int,
    keys: OfficerKeys,
    now: datetime,
    by: int,
    progress: Progress = lambda _step, _share: None,
) -> int:
    """Second officer: open, shuffle and verify; the ballots land in one transaction.

    Returns
    -------
    number of ballots

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state)
    NotFound : ``no_request``
    Refused : ``same_person``
    Invalid : what `surveys.opening.unsealing` raises, and `store_opened`
    """
    campaign = closed_campaign(session, campaign_id)
    answer_request(session, campaign_id=campaign_id, now=now, by=by)
    # What is still sealed passes through files; of a ballot that is open only the memory knows.
    with TemporaryFile() as outer, TemporaryFile() as inner:
        sealed = StoredRecords(outer).store(sealed_envelopes(session, campaign_id=campaign_id))
        told = part(progress, "outer_layer")
        layers = StoredRecords(inner).store(open_layer_a(sealed, key=keys.a, progress=told))
        stamped = list(open_layer_b(layers, key=keys.b, progress=part(progress, "inner_layer")))
    return store_opened(session, campaign, stamped, now=now, by=by, progress=progress)


def store_opened(
    session: Session,
    campaign: Campaign,
    stamped: Records[StampedBody],
    *,
    now: datetime,
    by: int,
    progress: Progress = lambda _step, _share: None,
) -> int:
    """Verify opened ballots and let them land: all of them, or none.

    Parameters
    ----------
    stamped : gone through three times; of all at once only nonces and comments are kept

    Returns
    -------
    number of ballots

    Raises
    ------
    Invalid : what `surveys.opening.unsealing.require_genuine` raises, ``foreign_ballot`` (n),
        ``time_differs`` (n), ``batch_overfull`` (batch, n, most)
    """
    progress("landing", 0.0)
    keyring = public_keyring((campaign.manifest or {})["keys"])
    require_genuine(
        stamped,
        n_expected=campaign.n_envelopes or 0,
        casting_key=keyring.verifying_key(Role.CASTING),
        campaign=campaign.id,
    )
    progress("landing", VERIFIED_SHARE)
    land(session, campaign, stamped, progress=progress)
    campaign.state = CampaignState.OPENED
    campaign.box_opened_at = now
    record(session, "box_opened", at=now, by=by, campaign=campaign.id, n_ballots=len(stamped))
    progress("landing", 1.0)
    return len(stamped)


def keys_with_officers(campaign: Campaign) -> bool:
    """Whether the officers keep their keys themselves."""
    return bool((campaign.manifest or {}).get("keys_kept") == "officers")


def closed_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign, if it is closed and not yet opened."""
    campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
    if campaign.state is not CampaignState.CLOSED:
        raise Conflict("campaign_not_closed", state=campaign.state.value)
    return campaign


def answer_request(session: Session, *, campaign_id: int, now: datetime, by: int) -> None:
    """Mark the waiting request as carried out by another person."""
    request = waiting_request(session, campaign_id=campaign_id)
    if request is None:
        raise NotFound("no_request")
    if request.requested_by == by:
        raise Refused("same_person")
    request.answered_by = by
    request.answered_at = now


def sealed_envelopes(session: Session, *, campaign_id: int) -> Iterator[bytes]:
    """The envelopes sorted by leaf, the order of the published list; some at a time."""
    return iter(
        session.scalars(
            select(Envelope.sealed)
            .join(Token, Token.h == Envelope.token_h)
            .join(Batch, Batch.id == Token.batch_id)
            .where(Batch.campaign_id == campaign_id)
            .order_by(Envelope.leaf)
            .execution_options(yield_per=CHUNK)
        )
    )


def part(progress: Progress, step: str) -> Callable[[int, int], None]:
    """Turn counts into a share of a named step."""
    return lambda done, total: progress(step, done / total if total else 1.0)


def land(
    session: Session, campaign: Campaign, stamped: Records[StampedBody], *, progress: Progress
) -> None:
    """Write ballots and comments, each under a random identity, comments shuffled apart.

    Of the times only what `coarse_times` keeps is written.
    """
    content = QuestionnaireContent.model_validate((campaign.manifest or {})["questionnaire"])
    targets = {batch.id: batch.target_ids for batch in campaign.batches}
    moments = require_own(session, campaign, opened(stamped), n_answers=rows_of(content, targets))
    times = kept_times(moments)
    comments: list[dict[str, object]] = []
    bodies = opened(stamped)
    n = 0
    while chunk := list(islice(bodies, CHUNK)):
        session.execute(insert(Ballot), [ballot_row(campaign.id, one, times) for one in chunk])
        comments += comment_rows(campaign.id, (one.body for one in chunk), targets, content)
        n += len(chunk)
        progress("landing", VERIFIED_SHARE + (1 - VERIFIED_SHARE) * n / len(stamped))
    # All of them at once: a part of them would lie near their ballots.
    SystemRandom().shuffle(comments)
    for start in range(0, len(comments), CHUNK):
        session.execute(insert(Comment), comments[start : start + CHUNK])


@dataclass(frozen=True, slots=True)
class Opened:
    """A ballot that lies open.

    Parameters
    ----------
    bucket : its time as officer A told it, 0 where nothing was told; None where that is false
    """

    body: BallotBody
    bucket: int | None

    @property
    def moment(self) -> Moment:
        """Its batch, and its time."""
        return self.body.batch, self.bucket or 0


def opened(stamped: Iterable[StampedBody]) -> Iterator[Opened]:
    """What the ballots say."""
    for one in stamped:
        body = unpack(one.body)
        yield Opened(body, proven_time(one.told, batch=body.batch, times=body.times))


def rows_of(content: QuestionnaireContent, targets: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Bytes of answers that a ballot of each batch has."""
    return {batch: content.row_bytes * len(units) for batch, units in targets.items()}


def require_own(
    session: Session,
    campaign: Campaign,
    ballots: Iterable[Opened],
    *,
    n_answers: Mapping[int, int],
) -> Mapping[Moment, int]:
    """Refuse ballots of no batch, more of a batch than it can have, and times that are not theirs.

    Returns
    -------
    how many were cast of each batch in each ten minutes
    """
    found: Counter[Moment] = Counter()
    n_foreign = n_false = 0
    for one in ballots:
        found[one.moment] += 1
        n_foreign += n_answers.get(one.body.batch) != len(one.body.answers)
        n_false += one.bucket is None
    if n_foreign:
        raise Invalid("foreign_ballot", n=n_foreign)
    if n_false:
        raise Invalid("time_differs", n=n_false)
    n_found: Counter[int] = Counter()
    for (batch, _), n in found.items():
        n_found[batch] += n
    require_room(session, campaign, n_found)
    return found


def require_room(session: Session, campaign: Campaign, found: Mapping[int, int]) -> None:
    """Refuse more ballots of a batch than it has codes, or than came in with them.

    The stamps alone would let whoever holds the casting key move ballots between batches.
    """
    counted = select(Envelope.batch_id, func.count().label("n")).where(
        Envelope.batch_id.in_([batch.id for batch in campaign.batches])
    )
    n_cast = {row.batch_id: row.n for row in session.execute(counted.group_by(Envelope.batch_id))}
    n_issued = {batch.id: batch.n_issued for batch in campaign.batches if not batch.open_code}
    for batch, n in sorted(found.items()):
        cast = n_cast.get(batch, 0)
        most = min(cast, n_issued.get(batch, cast))
        if n > most:
            raise Invalid("batch_overfull", batch=batch, n=n, most=most)


def ballot_row(campaign_id: int, ballot: Opened, times: Mapping[Moment, int]) -> dict[str, object]:
    """A row of tally.ballot; what was not recorded is NULL."""
    body = ballot.body
    return {
        "campaign_id": campaign_id,
        "id": uuid4(),
        "batch_id": body.batch,
        "answers": body.answers,
        "bucket": times[ballot.moment] or None,
        "seconds": body.seconds or None,
        "network": None if body.network == NOT_RECORDED else body.network,
        "device": None if body.device == NOT_RECORDED else body.device,
    }


def comment_rows(
    campaign_id: int,
    bodies: Iterable[BallotBody],
    targets: dict[int, list[int]],
    content: QuestionnaireContent,
) -> Iterable[dict[str, object]]:
    """Rows of tally.comment: target, item and text, nothing of the ballot."""
    texts = content.comments
    for body in bodies:
        for comment in body.comments:
            yield {
                "id": uuid4(),
                "campaign_id": campaign_id,
                "target_id": targets[body.batch][comment.field // len(texts)],
                "item": texts[comment.field % len(texts)].code,
                "text": comment.text,
            }
