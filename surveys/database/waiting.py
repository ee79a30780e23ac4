"""Bounded waiting: who cannot be served soon is told so at once, and comes again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class WaitingRoom:
    """So many seats; others wait for one, but nobody waits once somebody did so in vain.

    A server that stands still would otherwise hold every thread of the process, and the threads
    are needed to say "come again". As soon as one guest was served, waiting is worth while again.

    Parameters
    ----------
    seats : at least 1
    patience : seconds that one waits while seats become free
    """

    def __init__(self, seats: int, *, patience: float) -> None:
        self._seats = BoundedSemaphore(seats)
        self._patience = patience
        self._moving = True

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Hold a seat; TimeoutError of SQLAlchemy where none became free."""
        if not self._seats.acquire(timeout=self._patience if self._moving else 0):
            self._moving = False
            raise PoolTimeout("every connection is taken")
        try:
            yield
        except OperationalError:
            # A seat that became free by a timeout tells no waiting guest that things move.
            self._moving = False
            raise
        else:
            self._moving = True
        finally:
            self._seats.release()
