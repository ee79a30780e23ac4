"""Voters who come at the same time share one round trip to the box and one commit.

Who finds a lane free asks at once, alone. Who comes while others ask waits, and all who waited are
asked for together: the more come, the less each costs. Nobody waits for company.
Figures: docs/adr/0020-ballots-share-a-commit.md.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.casting.box_call import BoxCall, BoxFailed, Row, box_row, box_rows
from surveys.database.engine import Database

MOST_TOGETHER: Final = 32
PATIENCE_S: Final = 2.0
# One pile is written while another waits for the disk.
MOST_LEADERS: Final = 2


@dataclass(eq=False, slots=True)
class _Call:
    """One voter's call: asked for by this thread, answered by whichever leads."""

    call: BoxCall
    values: Sequence[bytes]
    bell: Lock = field(default_factory=Lock)
    leads: bool = False
    in_company: bool = False
    row: Row | None = None
    error: Exception | None = field(default_factory=lambda: PoolTimeout("nobody answered"))


class Lane:
    """Calls that go to the box in piles.

    Waiting is bounded: once somebody waited in vain, as when the database stands still, nobody
    waits any more until a pile was answered.

    Parameters
    ----------
    database : whose public role is used
    leaders : piles under way at a time
    patience : seconds that one waits for those before
    """

    def __init__(
        self, database: Database, *, leaders: int = MOST_LEADERS, patience: float = PATIENCE_S
    ) -> None:
        self._database = database
        self._patience = patience
        self._lock = Lock()
        self._waiting: list[_Call] = []
        self._most_leaders = leaders
        self._leaders = 0
        self._moving = True

    def row(self, call: BoxCall, values: Sequence[bytes]) -> Row | None:
        """Fetch the one row of a call, or None; when this returns, it is committed.

        Raises
        ------
        sqlalchemy.exc.TimeoutError : the pile before takes longer than one can wait
        as `box_row`
        """
        mine = _Call(call, values)
        mine.bell.acquire()
        with self._lock:
            mine.leads = self._leaders < self._most_leaders
            if mine.leads:
                self._leaders += 1
            else:
                self._waiting.append(mine)
        if not mine.leads:
            self._wait(mine)
        if mine.leads:
            self._lead(mine)
        return self._outcome(mine)

    def _wait(self, mine: _Call) -> None:
        """Sleep until somebody rings: with an answer, or to take the lead."""
        if mine.bell.acquire(timeout=self._patience if self._moving else 0):
            return
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                self._moving = False
                raise PoolTimeout("those before take too long")
        # It was taken along, or is to lead, since a moment ago.
        mine.bell.acquire()

    def _lead(self, mine: _Call) -> None:
        """Ask for all who wait, then ring one of the next to do the same.

        Where the database was busy, the next are sent home instead of waiting for the same again.
        """
        with self._lock:
            together = [mine, *self._waiting[: MOST_TOGETHER - 1]]
            del self._waiting[: MOST_TOGETHER - 1]
        try:
            self._ask(together)
        finally:
            with self._lock:
                if not self._moving:
                    together += self._waiting
                    self._waiting.clear()
                heir = self._waiting.pop(0) if self._waiting else None
                if heir is None:
                    self._leaders -= 1
                else:
                    heir.leads = True
            if heir is not None:
                heir.bell.release()
            for other in together[1:]:
                other.bell.release()

    def _ask(self, together: list[_Call]) -> None:
        # All processes lock the rows of codes in one order, so none waits for another in a circle.
        in_order = sorted(together, key=lambda each: each.call.locked(each.values))
        for each in together:
            each.in_company = len(together) > 1
        try:
            with self._database.box() as connection:
                rows = box_rows(connection, [(each.call, each.values) for each in in_order])
        except Exception as error:  # noqa: BLE001 - each of them meets it in its own thread
            self._moving = not isinstance(error, OperationalError | PoolTimeout)
            for each in together:
                each.error = error
        else:
            self._moving = True
            for each, row in zip(in_order, rows, strict=True):
                each.row, each.error = row, None

    def _outcome(self, mine: _Call) -> Row | None:
        if mine.error is None:
            return mine.row
        if not (mine.in_company and isinstance(mine.error, BoxFailed)):
            raise mine.error
        # One of those who went together failed, so nothing was stored: each goes again alone.
        with self._database.box() as connection:
            return box_row(connection, mine.call, mine.values)


class SharedCalls:
    """The lanes of one process: one for each key, so that none holds up another's.

    Parameters
    ----------
    database : whose public role is used
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lanes: dict[Hashable, Lane] = {}
        self._lock = Lock()

    def lane(self, key: Hashable) -> Lane:
        """The lane of a campaign, or of a kind of question."""
        lane = self._lanes.get(key)
        if lane is None:
            with self._lock:
                lane = self._lanes.setdefault(key, Lane(self._database))
        return lane
