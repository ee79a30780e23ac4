"""What an organizer should look at while voting runs; contents stay sealed.

A meeting fills a batch within minutes, too: nothing here accuses anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from surveys.models import Batch, RaterGroup
from surveys.monitoring.minimums import GroupMinimum
from surveys.monitoring.samples import Sample
from surveys.monitoring.turnout import SMALL, unit_of

CLOSING_SOON: Final = timedelta(hours=3)
WAITED_LONG: Final = timedelta(days=1)
# All of a sudden: this share of a batch between two samples a quarter of an hour apart or less.
SUDDEN_SHARE: Final = 0.6
SUDDEN_WITHIN: Final = timedelta(minutes=15)


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
    samples: Mapping[int, list[Sample]],
    minimums: Mapping[int, GroupMinimum],
    now: datetime,
) -> tuple[Note, ...]:
    """List what to look at, most urgent first.

    Parameters
    ----------
    batches : those issued and valid
    minimums : by the group's id
    """
    known = list(batches)
    notes = [note for batch in known for note in _of_batch(batch, returned, samples, now)]
    notes += _below_minimum(known, minimums, now)
    order = list(Attention)
    return tuple(sorted(notes, key=lambda note: (order.index(note.kind), note.group.position)))


def _of_batch(
    batch: Batch,
    returned: Mapping[int, int],
    samples: Mapping[int, list[Sample]],
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
    if issued is not None and (came := _suddenly(samples.get(batch.id, []), issued)):
        yield Note(Attention.SUDDEN, batch.group, unit, came[1], issued, came[0])


def _suddenly(samples: list[Sample], issued: int) -> tuple[datetime, int] | None:
    """When, and how many, where most of a batch came between two samples."""
    for before, after in pairwise(samples):
        came = after.n_returned - before.n_returned
        if came >= SUDDEN_SHARE * issued and after.at - before.at <= SUDDEN_WITHIN:
            return after.at, came
    return None


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
        n_short = len(minimum.short_unit_ids)
        soon = last is not None and timedelta(0) < last - now <= WAITED_LONG
        kind = Attention.CLOSING_BELOW_MINIMUM if soon else Attention.BELOW_MINIMUM
        yield Note(kind, group, None, n_short, minimum.n_units, last)
