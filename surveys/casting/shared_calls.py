"""Voters who come at the same time share one round trip to the box and one commit.

Who finds a lane free asks at once, with those who came in the same moment. Who comes while others
ask waits, and all who waited are asked for together: the more come, the less each costs. Nobody
waits for company. Voters wait in the event loop, which costs no thread; only a pile takes one.
Figures: docs/adr/0020-ballots-share-a-commit.md, docs/adr/0023-voters-in-one-event-loop.md.
"""

import asyncio
from collections.abc import Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.casting.box_call import Asked, BoxFailed, Row, box_rows
from surveys.database.engine import Database

MOST_TOGETHER: Final = 32
PATIENCE_S: Final = 2.0
# As long as piles are answered a hall may wait; the page sends again after 20 s.
LONGEST_S: Final = 10.0
# One pile is written while another waits for the disk.
MOST_PILES: Final = 2
# Piles under way in one process, of all lanes.
THREADS: Final = 16


@dataclass(eq=False, slots=True)
class _Call:
    """One voter's call.

    Parameters
    ----------
    alone : it was in a pile of which one failed, and wants no company again
    until : when its voter is sent home at the latest, by the loop's clock
    """

    asked: Asked
    answer: asyncio.Future[Row | None]
    alone: bool = False
    until: float = 0.0

    def answered(self, row: Row | None) -> None:
        if not self.answer.done():
            self.answer.set_result(row)

    def failed(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Lane:
    """Calls that go to the box in piles; everything but the asking happens in the event loop.

    Waiting is bounded: once somebody waited in vain, nobody waits any more until a pile was
    answered. In vain is what lasts longer than `LONGEST_S`, or than `patience` while no pile was
    answered at all, as when the database stands still.

    Parameters
    ----------
    database : whose public role is used
    threads : where piles are asked for
    piles : under way at a time
    patience : seconds that one waits for those before
    """

    def __init__(
        self,
        database: Database,
        threads: ThreadPoolExecutor,
        *,
        piles: int = MOST_PILES,
        patience: float = PATIENCE_S,
    ) -> None:
        self._database = database
        self._threads = threads
        self._most_piles = piles
        self._patience = patience
        self._piles = 0
        self._waiting: list[_Call] = []
        self._moving = True
        self._answered_at = 0.0

    async def row(self, asked: Asked) -> Row | None:
        """Fetch the one row of a call, or None; when this returns, it is committed.

        Raises
        ------
        sqlalchemy.exc.TimeoutError : the pile before takes longer than one can wait
        as `box_row`
        """
        loop = asyncio.get_running_loop()
        mine = _Call(asked, loop.create_future())
        busy = self._piles == self._most_piles
        if busy and not self._moving:
            raise PoolTimeout("those before take too long")
        self._waiting.append(mine)
        if not busy:
            self._piles += 1
            # All who came in this moment go along.
            loop.call_soon(self._start, loop)
            return await mine.answer
        mine.until = loop.time() + LONGEST_S
        loop.call_later(self._patience, self._give_up, mine, loop)
        return await mine.answer

    def _give_up(self, mine: _Call, loop: asyncio.AbstractEventLoop) -> None:
        """Send home who waited in vain; who was taken along waits on."""
        if mine.answer.done() or mine not in self._waiting:
            return
        now = loop.time()
        if now - self._answered_at < self._patience and now < mine.until:
            loop.call_later(self._patience, self._give_up, mine, loop)
            return
        self._waiting.remove(mine)
        self._moving = False
        mine.failed(PoolTimeout("those before take too long"))

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ask for all who wait, or for one who wants to go alone."""
        together = self._next_pile()
        if not together:
            self._piles -= 1
            return
        pile = self._threads.submit(self._ask, [call.asked for call in together])
        pile.add_done_callback(
            lambda pile: loop.call_soon_threadsafe(self._answered, loop, together, pile)
        )

    def _next_pile(self) -> list[_Call]:
        size = 1 if self._waiting and self._waiting[0].alone else MOST_TOGETHER
        together, self._waiting = self._waiting[:size], self._waiting[size:]
        # All processes lock the rows of codes in one order, so none waits for another in a circle.
        return sorted(together, key=_locked)

    def _ask(self, asked: Sequence[Asked]) -> list[Row | None]:
        with self._database.box() as connection:
            return box_rows(connection, asked)

    def _answered(
        self,
        loop: asyncio.AbstractEventLoop,
        together: list[_Call],
        pile: Future[list[Row | None]],
    ) -> None:
        error = pile.exception()
        if error is None:
            self._answered_at = loop.time()
        # Where the database was busy, the next are sent home instead of waiting for the same again.
        self._moving = not isinstance(error, OperationalError | PoolTimeout)
        if error is None:
            for call, row in zip(together, pile.result(), strict=True):
                call.answered(row)
        elif isinstance(error, BoxFailed) and len(together) > 1:
            # One of those who went together failed, so nothing was stored: each goes again alone.
            for call in together:
                call.alone = True
            self._waiting = [*together, *self._waiting]
        else:
            for call in together if self._moving else [*together, *self._waiting]:
                call.failed(error)
        if not self._moving:
            self._waiting.clear()
        self._start(loop)


def _locked(call: _Call) -> bytes:
    asked, values = call.asked
    return asked.locked(values)


class SharedCalls:
    """The lanes of one process: one for each key, so that none holds up another's.

    Parameters
    ----------
    database : whose public role is used
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lanes: dict[Hashable, Lane] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="box")

    def lane(self, key: Hashable) -> Lane:
        """The lane of a campaign, or of a kind of question."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane(self._database, self._threads)
        return lane

    def close(self) -> None:
        """End the threads, when what they ask is answered."""
        self._threads.shutdown()
