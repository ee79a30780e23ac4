"""Whom a period's newest scores leave without a total, as a signer names them."""

from sqlalchemy.orm import Session

from surveys.publishing.certify import latest_run
from surveys.publishing.without_total import without_total


def left_open(session: Session, period_id: int) -> set[int]:
    """The ids; none before the period is scored."""
    run = latest_run(session, period_id=period_id, leaves_out_excluded=True)
    return set() if run is None else {each.id for each in without_total(session, run=run)}
