"""Keys that lie on the server: made once, and proven before a campaign may open with them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.database.interlock import require_safe
from surveys.errors import Conflict
from surveys.issuing.open_voting import open_voting, require_ready
from surveys.models import Campaign, KeyCeremony
from surveys.opening.canary import check_canary, new_canary, open_canary_a, open_canary_b
from surveys.opening.keys import Key, KeyStore, PublicKeyring, Role, keyring_of


def open_with_keys_on_server(
    session: Session,
    *,
    campaign_id: int,
    store: KeyStore,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    by: int,
) -> Campaign:
    """Make and prove the five keys on the server, then open the campaign for voting.

    If it fails half-way it can be called again: keys that are there already are taken.

    Raises
    ------
    Conflict, Refused : as `open_voting`; Conflict ``keys_handed_in``
    Invalid, NotFound : as `prove_keys`
    """
    require_safe(session.connection())
    # Two persons who open at once wait for each other here, before any key is made.
    require_ready(session, session.get_one(Campaign, campaign_id, with_for_update=True))
    if session.get(KeyCeremony, campaign_id) is not None:
        # Whoever handed in officers' keys counts on their being used.
        raise Conflict("keys_handed_in")
    keyring = prove_keys(store, campaign_id=campaign_id, random_bytes=random_bytes)
    return open_voting(
        session, campaign_id=campaign_id, keyring=keyring, keys_kept="server", now=now, by=by
    )


def prove_keys(
    store: KeyStore, *, campaign_id: int, random_bytes: Callable[[int], bytes]
) -> PublicKeyring:
    """Make the keys that are missing, then seal a secret and open it with both officers' keys.

    Returns
    -------
    the public parts of all five

    Raises
    ------
    Invalid : ``canary_silent``, or what reading a key and opening a layer raise
    """
    missing = [role for role in Role if role not in store.roles(campaign_id)]
    if missing:
        store.create(campaign_id, roles=missing)
    keys = {role: store.load(role, campaign_id) for role in Role}
    keyring = keyring_of(key.public_part for key in keys.values())
    answer_canary(keys, keyring, random_bytes=random_bytes)
    return keyring


def answer_canary(
    keys: dict[Role, Key], keyring: PublicKeyring, *, random_bytes: Callable[[int], bytes]
) -> None:
    """Seal a canary as the voters' ballots will be, and open it as the officers will."""
    casting = keys[Role.CASTING]
    canary = new_canary(
        campaign=casting.campaign,
        keys=keyring.sealing,
        casting_key=casting.signing_key(),
        random_bytes=random_bytes,
    )
    layer = open_canary_a(canary.sealed, key=keys[Role.OFFICER_A])
    check_canary(canary, open_canary_b(layer, key=keys[Role.OFFICER_B]))
