"""The one way to the database: a transaction is opened here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from surveys.database.waiting import WaitingRoom

POOL_SIZE = 32
# Fewer than the threads of a process: some are left to say "come again".
BOX_SEATS = 24
PATIENCE_S = 2
# A request rather answers "busy" than waits for ever: the page tries again with the same nonce.
TIMEOUTS = "-c statement_timeout=5000 -c lock_timeout=2000"
CONNECT_TIMEOUT_S = 3
IDLE_S = 1.0


class Database:
    """Two doors: `transaction()` for the office, `box()` for the public role.

    Parameters
    ----------
    url : ``postgresql+psycopg://…`` of the owner of the tables
    box_url : the same database as the role that may only call the box's functions
    pool_size : connections per process and door
    box_seats : of these, how many the public role may hold at a time
    """

    def __init__(
        self, url: str, *, box_url: str, pool_size: int = POOL_SIZE, box_seats: int = BOX_SEATS
    ) -> None:
        self.engine: Engine = create_engine(url, pool_size=pool_size, pool_pre_ping=True)
        self.box_engine: Engine = create_engine(
            box_url,
            pool_size=box_seats,
            max_overflow=0,
            pool_timeout=PATIENCE_S,
            # Each statement is its own transaction: there is nothing to undo.
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "options": TIMEOUTS,
                "connect_timeout": CONNECT_TIMEOUT_S,
                "prepare_threshold": 0,
            },
        )
        _ask_after_a_rest(self.box_engine)
        self._waiting_room = WaitingRoom(box_seats, patience=PATIENCE_S)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed at the end, rolled back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def box(self) -> Iterator[Connection]:
        """A connection of the public role; each statement is its own transaction.

        Raises
        ------
        sqlalchemy.exc.TimeoutError : all are taken for longer than one can wait
        """
        with self._waiting_room.seat(), self.box_engine.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self.box_engine.dispose()


def _ask_after_a_rest(engine: Engine) -> None:
    """Ask a connection that rested whether it still lives; a busy one would pay a round trip.

    A server that went away within the second is noticed by the statement itself: its page is
    told to come again, and the pool begins anew.
    """

    def rest(_: psycopg.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info["rested_at"] = monotonic()

    def ask(connection: psycopg.Connection, entry: ConnectionPoolEntry, _: object) -> None:
        if monotonic() - entry.info.get("rested_at", monotonic()) < IDLE_S:
            return
        try:
            connection.execute("")
        except psycopg.OperationalError as gone:
            raise InvalidatePoolError from gone

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", ask)
