"""Open a campaign with keys that two officers keep, once these are proven."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys.database.interlock import require_safe
from surveys.issuing.open_voting import open_voting, require_ready
from surveys.models import Campaign
from surveys.opening.ceremony import proven_keyring
from surveys.opening.keys import KeyStore


def open_with_officers_keys(
    session: Session, *, campaign_id: int, store: KeyStore, now: datetime, by: int
) -> Campaign:
    """Open the campaign for voting with the keys that were handed in and proven.

    Raises
    ------
    Conflict, Refused : as `open_voting`
    Conflict, NotFound, Invalid : as `proven_keyring`
    """
    require_safe(session.connection())
    require_ready(session, session.get_one(Campaign, campaign_id, with_for_update=True))
    keyring = proven_keyring(session, campaign_id=campaign_id, store=store)
    return open_voting(
        session, campaign_id=campaign_id, keyring=keyring, keys_kept="officers", now=now, by=by
    )
