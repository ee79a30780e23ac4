"""What an organizer should look at while voting runs; contents stay sealed.

A meeting fills a batch within minutes, too: nothing here accuses anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from surveys.models import Batch, RaterGroup
from surveys.monitoring.minimums import GroupMinimum
from surveys.monitoring.samples import Sudden
from surveys.monitoring.turnout import SMALL, unit_of

CLOSING_SOON: Final = timedelta(hours=3)
WAITED_LONG: Final = timedelta(days=1)


class Attention(StrEnum):
    """What there is to be looked at, most urgent first."""

    MORE_THAN_ISSUED = "more_than_issued"
    CLOSING_BELOW_MINIMUM = "closing_below_minimum"
    CLOSING_SOON = "closing_soon"
    SUDDEN = "sudden"
    NOTHING_YET = "nothing_yet"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True)
class Note:
    """One thing to look at.

    Parameters
    ----------
    kind : what it is
    group : whose ballots
    unit_id : the unit the batch is shown under, or None
    n, of : ballots (units for the minimum), and out of how many; `of` is None for posters
    at : when a batch closes, or when the ballots came
    """

    kind: Attention
    group: RaterGroup
    unit_id: int | None = None
    n: int = 0
    of: int | None = None
    at: datetime | None = None


def attention(
    batches: Iterable[Batch],
    *,
    returned: Mapping[int, int],
    sudden: Mapping[int, Sudden],
    minimums: Mapping[int, GroupMinimum],
    now: datetime,
) -> tuple[Note, ...]:
    """List what to look at, most urgent first.

    Parameters
    ----------
    batches : those issued and valid
    returned, sudden : by batch
    minimums : by the group's id
    """
    known = list(batches)
    notes = [note for batch in known for note in _of_batch(batch, returned, sudden, now)]
    notes += _below_minimum(known, minimums, now)
    order = list(Attention)
    return tuple(sorted(notes, key=lambda note: (order.index(note.kind), note.group.position)))


def _of_batch(
    batch: Batch,
    returned: Mapping[int, int],
    sudden: Mapping[int, Sudden],
    now: datetime,
) -> Iterator[Note]:
    n, issued = returned.get(batch.id, 0), None if batch.open_code else batch.n_issued
    unit = unit_of(batch)
    if issued is not None and n > issued:
        yield Note(Attention.MORE_THAN_ISSUED, batch.group, unit, n, issued)
    # Of a small batch nobody shall learn how many came, and when.
    if (n if issued is None else issued) < SMALL:
        return
    if (
        batch.closes_at
        and timedelta(0) < batch.closes_at - now <= CLOSING_SOON
        and (issued is None or n < issued)
    ):
        yield Note(Attention.CLOSING_SOON, batch.group, unit, n, issued, batch.closes_at)
    if not n and now - max(batch.issued_at, batch.opens_at or batch.issued_at) > WAITED_LONG:
        yield Note(Attention.NOTHING_YET, batch.group, unit, 0, issued)
    if came := sudden.get(batch.id):
        yield Note(Attention.SUDDEN, batch.group, unit, came.n, issued, came.at)


def _below_minimum(
    batches: list[Batch], minimums: Mapping[int, GroupMinimum], now: datetime
) -> Iterator[Note]:
    groups = {batch.group.id: batch.group for batch in batches}
    for group_id, group in groups.items():
        minimum = minimums.get(group_id)
        if minimum is None or minimum.reached:
            continue
        ends = [batch.closes_at for batch in batches if batch.group_id == group_id]
        last = max((end for end in ends if end), default=None) if all(ends) else None
        n_short = len(minimum.short_ids)
        soon = last is not None and timedelta(0) < last - now <= WAITED_LONG
        kind = Attention.CLOSING_BELOW_MINIMUM if soon else Attention.BELOW_MINIMUM
        yield Note(kind, group, None, n_short, minimum.n_units, last)
