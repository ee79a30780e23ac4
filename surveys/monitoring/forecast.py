"""How many ballots there will be at the close, if they go on coming as of late.

The recent rate r (ballots an hour over the last 24 hours of samples) is carried on for the h hours
to the close: r·h more, with a spread of 2·√(φ·r·h). Arrivals cluster (meetings, reminders), so the
variance is φ = 4 times a Poisson's. Neither a last day's rush nor a lull at night is foreseen; the
page says so. Never more than the codes that are still out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from surveys.models import Batch
from surveys.monitoring.samples import Sample

LOOK_BACK: Final = timedelta(hours=24)
# Two samples an hour apart say something of a rate; less does not.
SHORTEST: Final = timedelta(hours=1)
OVERDISPERSION: Final = 4.0


@dataclass(frozen=True)
class Forecast:
    """Ballots expected at the close.

    Parameters
    ----------
    expected, low, high : ballots; the range is about 95 %
    closes_at : when the last of the batches closes
    """

    expected: int
    low: int
    high: int
    closes_at: datetime


def forecast(
    batches: Iterable[Batch],
    *,
    since: Mapping[int, Sample],
    returned: Mapping[int, int],
    now: datetime,
) -> Forecast | None:
    """Carry the recent rate of some batches on to their close; None where nothing can be said.

    That is so where a batch has no closing time, or samples reach back less than an hour.

    Parameters
    ----------
    since : by batch its oldest sample of the last 24 hours
    returned : by batch, now
    """
    total = more = variance = low = high = 0.0
    closes: list[datetime] = []
    for batch in batches:
        rate = hourly_rate(since.get(batch.id), n_now=returned.get(batch.id, 0), now=now)
        if batch.closes_at is None or rate is None:
            return None
        hours = max((batch.closes_at - now) / timedelta(hours=1), 0.0)
        n_now = returned.get(batch.id, 0)
        left = float("inf") if batch.open_code else batch.n_issued - n_now
        coming = min(rate * hours, left)
        total += n_now
        more += coming
        variance += OVERDISPERSION * coming
        high += left
        closes.append(batch.closes_at)
    if not closes:
        return None
    spread = 2 * sqrt(variance)
    low = total + max(more - spread, 0.0)
    high = total + min(more + spread, high)
    return Forecast(round(total + more), round(low), round(high), max(closes))


def hourly_rate(since: Sample | None, *, n_now: int, now: datetime) -> float | None:
    """Ballots an hour since a sample; None where it is less than an hour old."""
    if since is None or now - since.at < SHORTEST:
        return None
    return max(n_now - since.n_returned, 0) / ((now - since.at) / timedelta(hours=1))
