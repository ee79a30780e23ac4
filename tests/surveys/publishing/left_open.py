"""Whom a period's newest scores leave without a total, as a signer names them, and signing so."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.models import Publication
from surveys.publishing.certify import latest_run
from surveys.publishing.without_total import without_total


def left_open(session: Session, period_id: int) -> set[int]:
    """The ids; none before the period is scored."""
    run = latest_run(session, period_id=period_id, leaves_out_excluded=True)
    return set() if run is None else {each.id for each in without_total(session, run=run)}


def sign(
    step: Callable[..., Publication], session: Session, *, period_id: int, now: datetime, by: int
) -> Publication:
    """Certify or countersign, and state everybody who is left without a total."""
    left = left_open(session, period_id)
    return step(session, period_id=period_id, without_total=left, now=now, by=by)
