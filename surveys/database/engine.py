"""The one way to the database: a transaction is opened here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session

POOL_SIZE = 32
# A request rather answers "busy" than waits for ever: the page tries again with the same nonce.
TIMEOUTS = "-c statement_timeout=5000 -c lock_timeout=2000"


class Database:
    """Two doors: `transaction()` for the office, `box()` for the public role.

    Parameters
    ----------
    url : ``postgresql+psycopg://…`` of the owner of the tables
    box_url : the same database as the role that may only call the box's functions
    pool_size : connections per process and door
    """

    def __init__(self, url: str, *, box_url: str, pool_size: int = POOL_SIZE) -> None:
        self.engine: Engine = create_engine(url, pool_size=pool_size, pool_pre_ping=True)
        self.box_engine: Engine = create_engine(
            box_url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=4,
            pool_pre_ping=True,
            isolation_level="AUTOCOMMIT",
            connect_args={"options": TIMEOUTS},
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed at the end, rolled back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def box(self) -> Iterator[Connection]:
        """A connection of the public role; each statement is its own transaction."""
        with self.box_engine.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self.box_engine.dispose()
