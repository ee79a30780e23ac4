"""Signing the close: the server at once, each officer as that officer's layer comes off.

What was signed is kept in the log of acts with all signatures so far, because the keys are
destroyed at certification; the latest record is what everybody may fetch.
"""

import json
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, Invalid
from surveys.models import Campaign
from surveys.opening.close_statement import close_statement, last_record
from surveys.opening.key_kinds import Key, Role, public_keyring
from surveys.opening.signed_close import (
    SIGNERS,
    CloseStatement,
    Standing,
    canonical,
    close_from_document,
    signatures_from,
)

SIGNED: Final = "close_signed"


def sign_close(
    session: Session, *, campaign_id: int, key: Key, now: datetime, by: int
) -> CloseStatement:
    """Sign the statement with a key of the campaign and keep it; a second time changes nothing.

    Parameters
    ----------
    key : for receipts, or an officer's

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state), ``root_differs`` (campaign)
    Invalid : ``close_signature_wrong`` (by), where the campaign has another key
    """
    signed = kept_close(session, campaign_id=campaign_id).signed(key)
    return keep(session, signed, signer=key.role, now=now, by=by)


def take_signature(
    session: Session, *, campaign_id: int, document: bytes, signer: Role, now: datetime, by: int
) -> CloseStatement:
    """Take an officer's signature from the ``close.json`` that came back with the box.

    Raises
    ------
    Conflict : as `sign_close`
    Invalid : ``close_unreadable``, ``close_differs``, ``close_signature_missing`` (by),
        ``close_signature_wrong`` (by)
    """
    brought = close_from_document(document)
    kept = kept_close(session, campaign_id=campaign_id)
    if brought.signed_bytes != kept.signed_bytes:
        raise Invalid("close_differs")
    if signer not in brought.signatures:
        raise Invalid("close_signature_missing", by=signer.value)
    signatures = {**kept.signatures, signer: brought.signatures[signer]}
    signed = CloseStatement(kept.statement, signatures)
    return keep(session, signed, signer=signer, now=now, by=by)


def kept_close(session: Session, *, campaign_id: int) -> CloseStatement:
    """The statement with the signatures it has; unsigned as the tables tell it if it has none.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state), ``root_differs`` (campaign), where the box is no
        longer the one that was signed
    """
    found = last_record(session, SIGNED, campaign_id=campaign_id)
    if found is None:
        return close_statement(session, campaign_id=campaign_id)
    campaign = session.get_one(Campaign, campaign_id)
    kept = CloseStatement(
        json.loads(found.body["statement"]), signatures_from(json.loads(found.body["signatures"]))
    )
    stated = (kept.statement["root"], kept.statement["n_envelopes"])
    if stated != ((campaign.root or b"").hex(), campaign.n_envelopes):
        raise Conflict("root_differs", campaign=campaign_id)
    return kept


def close_standings(session: Session, *, campaign_id: int) -> dict[Role, Standing]:
    """How it stands with the three signatures; all are wrong where the box is another one by now.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state)
    """
    campaign = session.get_one(Campaign, campaign_id)
    keyring = public_keyring((campaign.manifest or {})["keys"])
    try:
        kept = kept_close(session, campaign_id=campaign_id)
    except Conflict as error:
        if error.code != "root_differs":
            raise
        return dict.fromkeys(SIGNERS, Standing.WRONG)
    return kept.standings(keyring)


def keep(
    session: Session, signed: CloseStatement, *, signer: Role, now: datetime, by: int
) -> CloseStatement:
    """Write the statement with its signatures into the log, unless it stands there already."""
    campaign = session.get_one(Campaign, signed.campaign_id)
    keyring = public_keyring((campaign.manifest or {})["keys"])
    if signed.standing(keyring.part(signer)) is not Standing.GOOD:
        raise Invalid("close_signature_wrong", by=signer.value)
    if signed == kept_close(session, campaign_id=campaign.id):
        return signed
    record(
        session,
        SIGNED,
        at=now,
        by=by,
        campaign=campaign.id,
        signed_by=signer.value,
        signatures=canonical(signed.signature_list()).decode(),
        # As it was signed: what everybody may fetch shall not follow a later change of the tables.
        statement=canonical(signed.statement).decode(),
    )
    return signed
