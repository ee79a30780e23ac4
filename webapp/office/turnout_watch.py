"""What is to be seen of a turnout, shared by its pages: a full box is not counted for each viewer.

Counting reads an index of the whole campaign: milliseconds for a county, a second for ten million
envelopes. What is cheap is counted for every page; what is not is shown at once as it was a moment
ago, and counted anew beside the page: so that a process spends a fifteenth of one core on it,
however many look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import select

from surveys.database.engine import Database
from surveys.models import Campaign
from surveys.monitoring.turnout import returned_by_batch
from surveys.monitoring.watch import Watch, watch

Clock = Callable[[], datetime]

CHEAP_S: Final = 0.05
FRESH_S: Final = 2.0
# Between two counts at least so many times as long as one takes.
REST: Final = 15
# Older than this, and the page rather waits; of a box that takes longer to count, twice its rest.
STALE_S: Final = 30.0


@dataclass
class _Kept:
    watch: Watch | None = None
    at: float = float("-inf")
    cost: float = 0.0
    counting: Lock = field(default_factory=Lock)

    @property
    def rest(self) -> float:
        return max(FRESH_S, REST * self.cost)

    @property
    def stale(self) -> float:
        return max(STALE_S, 2 * self.rest)


_KEPT: WeakKeyDictionary[Database, dict[int, _Kept]] = WeakKeyDictionary()
_LOCK = Lock()


def seen(database: Database, campaign_id: int, *, clock: Clock, patience: float = 0.0) -> Watch:
    """The turnout, at most some seconds old; it says of which moment it is.

    Parameters
    ----------
    patience : seconds that it may be old even where counting is cheap
    """
    with _LOCK:
        kept = _KEPT.setdefault(database, {}).setdefault(campaign_id, _Kept())
    asked = monotonic()
    watch, age = kept.watch, asked - kept.at
    if watch is not None and age <= patience:
        return watch
    if watch is None or kept.cost <= CHEAP_S or age > kept.stale or _moved_on(database, watch):
        with kept.counting:
            # Of twenty who wait for one count, nineteen take it.
            if kept.watch is not None and kept.at > asked:
                return kept.watch
            return _count(database, campaign_id, kept, clock)
    if age > kept.rest and kept.counting.acquire(blocking=False):
        Thread(target=_count_beside, args=(database, campaign_id, kept, clock), daemon=True).start()
    return watch


def _moved_on(database: Database, watch: Watch) -> bool:
    """Whether the campaign was opened or closed meanwhile: then other numbers may be shown."""
    campaign = watch.turnout.campaign
    with database.transaction() as session:
        state = session.scalar(select(Campaign.state).where(Campaign.id == campaign.id))
    return state is not campaign.state


def _count_beside(database: Database, campaign_id: int, kept: _Kept, clock: Clock) -> None:
    try:
        _count(database, campaign_id, kept, clock)
    finally:
        kept.counting.release()


def _count(database: Database, campaign_id: int, kept: _Kept, clock: Clock) -> Watch:
    began, now = monotonic(), clock()
    with database.transaction() as session:
        returned = returned_by_batch(session, campaign_id=campaign_id)
        found = watch(session, campaign_id=campaign_id, returned=returned, now=now)
    kept.watch, kept.at = found, monotonic()
    kept.cost = kept.at - began
    return found
