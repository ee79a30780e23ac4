"""Counts of ballots as the turnout's pages share them: a full box is not counted once per viewer.

Counting reads an index of the whole campaign: milliseconds for a county, seconds for ten million
envelopes. What is cheap is counted for every page; what is not is shown at once as it was a moment
ago, and counted anew beside the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

from surveys.database.engine import Database
from surveys.monitoring.turnout import returned_by_batch

CHEAP_S: Final = 0.05
FRESH_S: Final = 2.0
# Older than this, and the page rather waits.
STALE_S: Final = 30.0


@dataclass
class _Kept:
    returned: Mapping[int, int] = field(default_factory=dict)
    at: float = float("-inf")
    cost: float = 0.0
    counting: Lock = field(default_factory=Lock)


_KEPT: WeakKeyDictionary[Database, dict[int, _Kept]] = WeakKeyDictionary()
_LOCK = Lock()


def counts(database: Database, campaign_id: int) -> Mapping[int, int]:
    """Envelopes by batch, at most a few seconds old."""
    with _LOCK:
        kept = _KEPT.setdefault(database, {}).setdefault(campaign_id, _Kept())
    age = monotonic() - kept.at
    if kept.cost <= CHEAP_S or age > STALE_S:
        with kept.counting:
            _count(database, campaign_id, kept)
    elif age > max(FRESH_S, 2 * kept.cost) and kept.counting.acquire(blocking=False):
        Thread(target=_count_beside, args=(database, campaign_id, kept), daemon=True).start()
    return kept.returned


def _count_beside(database: Database, campaign_id: int, kept: _Kept) -> None:
    try:
        _count(database, campaign_id, kept)
    finally:
        kept.counting.release()


def _count(database: Database, campaign_id: int, kept: _Kept) -> None:
    began = monotonic()
    with database.transaction() as session:
        kept.returned = returned_by_batch(session, campaign_id=campaign_id)
    kept.at = monotonic()
    kept.cost = kept.at - began
