"""After certification nobody may open a ballot again: the keys of the campaigns are destroyed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound
from surveys.models import Campaign, Publication
from surveys.opening.keys import KeyStore


def destroy_keys(
    session: Session, *, period_id: int, store: KeyStore, now: datetime, by: int
) -> int:
    """Destroy what keys of a certified period's campaigns are in the store.

    To be called after the second signature is committed: destroyed keys do not come back, a
    transaction may. May be called again; keys that are gone already are no error.

    Returns
    -------
    number of keys destroyed now

    Raises
    ------
    Conflict : ``second_signature_missing``
    """
    signed = session.scalar(
        select(Publication.second_certifier).where(Publication.period_id == period_id)
    )
    if signed is None:
        raise Conflict("second_signature_missing")
    n = sum(
        destroyed(store, campaign_id)
        for campaign_id in session.scalars(
            select(Campaign.id).where(Campaign.period_id == period_id).order_by(Campaign.id)
        )
    )
    if n:
        record(session, "keys_destroyed", at=now, by=by, period=period_id, n_keys=n)
    return n


def destroyed(store: KeyStore, campaign_id: int) -> int:
    """Destroy a campaign's keys and say how many there were."""
    try:
        return len(store.destroy(campaign_id))
    except NotFound:
        return 0
