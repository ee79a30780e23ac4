"""Keep how turnout grows: at most every ten minutes, and only what the page shows anyway."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.models import Batch, BatchState, TurnoutSample
from surveys.monitoring.turnout import SMALL

APART: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sample:
    """What a batch showed at a moment."""

    at: datetime
    n_returned: int


def take_samples(
    session: Session, *, campaign_id: int, returned: Mapping[int, int], now: datetime
) -> int:
    """Keep the counts of a campaign's batches, unless the last ones are less than 10 minutes old.

    Batches of fewer than 20 codes, and posters with fewer than 20 ballots, are left out: their
    exact counts are shown to nobody while voting runs.

    Returns
    -------
    how many batches were sampled
    """
    batches = session.scalars(
        select(Batch).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED)
    ).all()
    last = session.scalar(
        select(func.max(TurnoutSample.at)).where(
            TurnoutSample.batch_id.in_(batch.id for batch in batches)
        )
    )
    if last is not None and now - last < APART:
        return 0
    rows = [
        {"batch_id": batch.id, "at": now, "n_returned": returned.get(batch.id, 0)}
        for batch in batches
        if (returned.get(batch.id, 0) if batch.open_code else batch.n_issued) >= SMALL
    ]
    if rows:
        session.execute(insert(TurnoutSample).on_conflict_do_nothing(), rows)
    return len(rows)


def samples_of(session: Session, *, campaign_id: int) -> dict[int, list[Sample]]:
    """By batch, oldest first."""
    rows = session.execute(
        select(TurnoutSample.batch_id, TurnoutSample.at, TurnoutSample.n_returned)
        .join(Batch, Batch.id == TurnoutSample.batch_id)
        .where(Batch.campaign_id == campaign_id)
        .order_by(TurnoutSample.at)
    )
    found: dict[int, list[Sample]] = defaultdict(list)
    for batch_id, at, n_returned in rows:
        found[batch_id].append(Sample(at, n_returned))
    return dict(found)
