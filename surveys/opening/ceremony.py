"""Two officers bring their own keys: hand in the public parts, open a canary, only then vote.

The server makes the other three keys and never sees the officers' secrets.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.casting.receipts import leaf
from surveys.casting.suites import X25519
from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.models import Campaign, CampaignState, KeyCeremony
from surveys.opening.box_files import BoxFile, Purpose, Step
from surveys.opening.canary import Canary, is_answer, new_canary
from surveys.opening.key_kinds import SIGNING_BYTES
from surveys.opening.keys import (
    OFFICERS,
    SERVER_ROLES,
    Key,
    KeyStore,
    PublicKeyring,
    PublicPart,
    keyring_of,
    public_keyring,
)
from surveys.opening.tree import box_root


def hand_in_keys(
    session: Session,
    *,
    campaign_id: int,
    parts: Sequence[PublicPart],
    store: KeyStore,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    by: int,
) -> KeyCeremony:
    """Take both officers' public parts, make the server's keys, seal a canary.

    Parameters
    ----------
    parts : officer A's and officer B's, in any order

    Raises
    ------
    Conflict : ``campaign_not_draft`` (state), ``keys_handed_in``
    Invalid : as `require_officers_parts`, ``bad_public_key`` (role)
    """
    campaign = draft_campaign(session, campaign_id)
    if session.get(KeyCeremony, campaign_id) is not None:
        raise Conflict("keys_handed_in")
    require_officers_parts(parts, campaign_id=campaign_id)
    casting, *others = server_keys(store, campaign_id=campaign_id)
    keyring = keyring_of([*parts, casting.public_part, *(key.public_part for key in others)])
    canary = new_canary(
        campaign=campaign_id,
        keys=keyring.sealing,
        casting_key=casting.signing_key(),
        random_bytes=random_bytes,
    )
    ceremony = KeyCeremony(
        campaign_id=campaign.id,
        keyring={"keys": keyring.as_json()},
        canary=canary.sealed,
        answer_h=canary.answer_h,
        handed_in_by=by,
        handed_in_at=now,
    )
    session.add(ceremony)
    prints = {role.value: keyring.part(role).fingerprint for role in OFFICERS}
    record(session, "keys_handed_in", at=now, by=by, campaign=campaign_id, **prints)
    session.flush()
    return ceremony


def take_keys_back(session: Session, *, campaign_id: int, now: datetime, by: int) -> None:
    """Begin the ceremony anew, with other keys or with keys on the server.

    Raises
    ------
    Conflict : ``campaign_not_draft`` (state)
    NotFound : ``no_keys_handed_in``
    """
    draft_campaign(session, campaign_id)
    session.delete(ceremony_of(session, campaign_id=campaign_id))
    record(session, "keys_taken_back", at=now, by=by, campaign=campaign_id)
    session.flush()


def ceremony_of(session: Session, *, campaign_id: int) -> KeyCeremony:
    """The campaign's ceremony; NotFound ``no_keys_handed_in``."""
    ceremony = session.get(KeyCeremony, campaign_id)
    if ceremony is None:
        raise NotFound("no_keys_handed_in")
    return ceremony


def keyring_handed_in(ceremony: KeyCeremony) -> PublicKeyring:
    """The public parts of all five keys."""
    return public_keyring(ceremony.keyring["keys"])


def canary_box(ceremony: KeyCeremony) -> BoxFile:
    """The canary as a file for officer A."""
    keyring = keyring_handed_in(ceremony)
    return BoxFile(
        campaign=str(ceremony.campaign_id),
        purpose=Purpose.CANARY,
        step=Step.SEALED,
        root=box_root([leaf(ceremony.canary)]).hex(),
        officers={role: keyring.part(role).fingerprint for role in OFFICERS},
        records=(ceremony.canary,),
    )


def answer_canary(
    session: Session, *, campaign_id: int, answer: str, now: datetime, by: int
) -> KeyCeremony:
    """Prove the keys: what both officers together found in the canary.

    Raises
    ------
    Conflict : ``campaign_not_draft`` (state)
    NotFound : ``no_keys_handed_in``
    Refused : ``same_person``, where the one who handed the keys in answers
    Invalid : ``canary_answer_wrong``
    """
    draft_campaign(session, campaign_id)
    ceremony = ceremony_of(session, campaign_id=campaign_id)
    if ceremony.handed_in_by == by:
        raise Refused("same_person")
    typed = "".join(answer.split()).replace("-", "")
    if not is_answer(Canary(ceremony.canary, ceremony.answer_h), typed):
        raise Invalid("canary_answer_wrong")
    ceremony.proven_by = by
    ceremony.proven_at = now
    record(session, "canary_answered", at=now, by=by, campaign=campaign_id)
    session.flush()
    return ceremony


def proven_keyring(session: Session, *, campaign_id: int, store: KeyStore) -> PublicKeyring:
    """The keys to open voting with.

    Raises
    ------
    NotFound : ``no_keys_handed_in``, ``key_file`` (path)
    Conflict : ``canary_unanswered``
    Invalid : ``wrong_key`` (expected, got), where the server's keys are others by now
    """
    ceremony = ceremony_of(session, campaign_id=campaign_id)
    if ceremony.proven_at is None:
        raise Conflict("canary_unanswered")
    keyring = keyring_handed_in(ceremony)
    for role in SERVER_ROLES:
        store.load(role, campaign_id, expected=keyring.part(role).fingerprint)
    return keyring


def draft_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign, if it is not open yet; locked, so that keys and opening do not cross."""
    campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
    if campaign.state is not CampaignState.DRAFT:
        raise Conflict("campaign_not_draft", state=campaign.state.value)
    return campaign


def require_officers_parts(parts: Sequence[PublicPart], *, campaign_id: int) -> None:
    """One part of each officer, made for this campaign.

    Raises
    ------
    Invalid
        ``role_twice`` (role), ``officer_key_missing`` (role), ``wrong_role`` (role),
        ``key_of_other_campaign`` (got, expected), ``unknown_suite`` (suite), ``bad_public_key``
        (role), where it has no key to sign the close with
    """
    for part in parts:
        if part.role not in OFFICERS:
            raise Invalid("wrong_role", role=part.role.value)
        if part.campaign != str(campaign_id):
            raise Invalid("key_of_other_campaign", got=part.campaign, expected=campaign_id)
        if part.suite != X25519.number:
            raise Invalid("unknown_suite", suite=part.suite)
        if len(part.signing) != SIGNING_BYTES:
            raise Invalid("bad_public_key", role=part.role.value)
    given = keyring_of(parts).parts
    for role in OFFICERS:
        if role not in given:
            raise Invalid("officer_key_missing", role=role.value)


def server_keys(store: KeyStore, *, campaign_id: int) -> list[Key]:
    """The server's own three keys in the order of `SERVER_ROLES`; the missing ones are made."""
    missing = [role for role in SERVER_ROLES if role not in store.roles(campaign_id)]
    if missing:
        store.create(campaign_id, roles=missing)
    return [store.load(role, campaign_id) for role in SERVER_ROLES]
