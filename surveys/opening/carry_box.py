"""The box on its way to officers who keep their own keys, and back.

The envelopes go out, officer A hands in a result, officer B's result lands. Whoever hands in A's
cannot land B's, and B's must have been made from A's.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.casting.receipts import leaf
from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.models import Act, Campaign, Request
from surveys.opening.box_files import BoxFile, Purpose, Step
from surveys.opening.close_signatures import kept_close, take_signature
from surveys.opening.keys import OFFICERS, Role, public_keyring
from surveys.opening.open_box import (
    answer_request,
    closed_campaign,
    keys_with_officers,
    sealed_envelopes,
    store_opened,
    waiting_request,
)
from surveys.opening.records import Passing
from surveys.opening.take_layer_off import StampedBodies
from surveys.opening.tree import RisingRoot

Progress = Callable[[str, float], None]


def export_box(session: Session, *, campaign_id: int) -> BoxFile:
    """The envelopes of a closed box in the order of their leaves, for officer A.

    They are read while they are written, once, and the session must last so long.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state), ``root_differs`` (campaign), also at the end
    """
    campaign = closed_campaign(session, campaign_id)
    keyring = public_keyring((campaign.manifest or {})["keys"])
    return BoxFile(
        campaign=str(campaign_id),
        purpose=Purpose.BALLOTS,
        step=Step.SEALED,
        root=root_of(campaign),
        officers={role: keyring.part(role).fingerprint for role in OFFICERS},
        records=Passing(campaign.n_envelopes or 0, published_envelopes(session, campaign)),
        close=kept_close(session, campaign_id=campaign_id).document(),
    )


def published_envelopes(session: Session, campaign: Campaign) -> Iterator[bytes]:
    """The envelopes; Conflict ``root_differs`` (campaign) once they are not those of the close."""
    reached = RisingRoot()
    for envelope in sealed_envelopes(session, campaign_id=campaign.id):
        try:
            reached.add(leaf(envelope))
        except Invalid:
            raise Conflict("root_differs", campaign=campaign.id) from None
        yield envelope
    # The list was published at the close: a box that changed since goes nowhere.
    if reached.root != campaign.root:
        raise Conflict("root_differs", campaign=campaign.id)


def hand_in_layer(
    session: Session, *, campaign_id: int, box: BoxFile, now: datetime, by: int
) -> Request:
    """First person: hand in what officer A made. Its SHA-256 is kept, the file goes to officer B.

    Officer A's signature under the close comes with it, and is kept too.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state), ``keys_on_server``, ``already_requested``
    Invalid : as `require_file` and `take_signature`
    """
    campaign = closed_campaign(session, campaign_id)
    require_officers(campaign)
    require_file(campaign, box, step=Step.LAYER_B)
    if waiting_request(session, campaign_id=campaign_id) is not None:
        raise Conflict("already_requested")
    sign(session, campaign_id=campaign_id, box=box, signer=Role.OFFICER_A, now=now, by=by)
    request = Request(
        campaign_id=campaign_id,
        act=Act.OPEN_BOX,
        requested_by=by,
        requested_at=now,
        layer_h=bytes.fromhex(box.digest),
    )
    session.add(request)
    record(
        session, "opening_requested", at=now, by=by, campaign=campaign_id, layer_sha256=box.digest
    )
    session.flush()
    return request


def import_box(
    session: Session,
    *,
    campaign_id: int,
    box: BoxFile,
    now: datetime,
    by: int,
    progress: Progress = lambda _step, _share: None,
) -> int:
    """Second person: verify what officer B made, and let the ballots land in one transaction.

    Returns
    -------
    number of ballots

    Raises
    ------
    Conflict, NotFound, Refused, Invalid : as `require_importable`, and what `store_opened` raises
    """
    campaign = require_importable(session, campaign_id=campaign_id, box=box, by=by)
    answer_request(session, campaign_id=campaign_id, now=now, by=by)
    sign(session, campaign_id=campaign_id, box=box, signer=Role.OFFICER_B, now=now, by=by)
    stamped = StampedBodies(box.records)
    return store_opened(session, campaign, stamped, now=now, by=by, progress=progress)


def sign(
    session: Session, *, campaign_id: int, box: BoxFile, signer: Role, now: datetime, by: int
) -> None:
    """Keep the signature under the close that came with an officer's result."""
    take_signature(
        session, campaign_id=campaign_id, document=box.close, signer=signer, now=now, by=by
    )


def require_importable(session: Session, *, campaign_id: int, box: BoxFile, by: int) -> Campaign:
    """Refuse at once what need not be verified first.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state), ``keys_on_server``
    NotFound : ``no_layer``
    Refused : ``same_person``
    Invalid : ``layer_differs`` (expected, got), and as `require_file`
    """
    campaign = closed_campaign(session, campaign_id)
    require_officers(campaign)
    require_file(campaign, box, step=Step.OPENED)
    request = waiting_request(session, campaign_id=campaign_id)
    if request is None or request.layer_h is None:
        raise NotFound("no_layer")
    if request.requested_by == by:
        raise Refused("same_person")
    if box.layer != request.layer_h.hex():
        raise Invalid("layer_differs", expected=request.layer_h.hex(), got=box.layer)
    return campaign


def require_officers(campaign: Campaign) -> None:
    """Where the keys lie on the server, nothing needs to travel."""
    if not keys_with_officers(campaign):
        raise Conflict("keys_on_server")


def require_file(campaign: Campaign, box: BoxFile, *, step: Step) -> None:
    """Refuse a file of something else.

    Raises
    ------
    Invalid
        ``box_file_canary``, ``box_file_campaign`` (got, expected), ``box_file_step`` (got,
        expected), ``box_file_root``, ``count_differs`` (expected, got)
    """
    if box.campaign != str(campaign.id):
        raise Invalid("box_file_campaign", got=box.campaign, expected=campaign.id)
    if box.purpose is not Purpose.BALLOTS:
        raise Invalid("box_file_canary")
    if box.step is not step:
        raise Invalid("box_file_step", got=box.step.value, expected=step.value)
    if box.root != root_of(campaign):
        raise Invalid("box_file_root")
    if len(box.records) != campaign.n_envelopes:
        raise Invalid("count_differs", expected=campaign.n_envelopes, got=len(box.records))


def root_of(campaign: Campaign) -> str:
    """The root of a closed campaign, hexadecimal."""
    return (campaign.root or b"").hex()
