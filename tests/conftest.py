"""A real PostgreSQL for every test: one server, one migrated template, cheap copies of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.orm import Session

from surveys.database import embedded
from surveys.database.engine import Database
from surveys.database.migrating import upgrade

# A shell's background job ignores Ctrl-C, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEMPLATE = "gongping_template"


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on which databases may be made, shared by all workers."""
    given = os.environ.get("GONGPING_TEST_SERVER_URL")
    if given:
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with embedded.running(root / "postgresql") as server:
        yield server.url("postgres")


@contextmanager
def administration(server_url: str) -> Iterator[Connection]:
    """A connection that may create and drop databases."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one worker at a time."""
    with path.open("w") as handle:
        flock(handle, LOCK_EX)
        yield
        flock(handle, LOCK_UN)


@pytest.fixture(scope="session")
def template(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database from which the others are copied."""
    with (
        locked(tmp_path_factory.getbasetemp().parent / "template.lock"),
        administration(server_url) as connection,
    ):
        made = text("SELECT 1 FROM pg_database WHERE datname = :name AND datistemplate")
        if connection.scalar(made, {"name": TEMPLATE}) is None:
            connection.execute(text(f"DROP DATABASE IF EXISTS {TEMPLATE}"))
            connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
            engine = create_engine(make_url(server_url).set(database=TEMPLATE))
            upgrade(engine)
            engine.dispose()
            connection.execute(text(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true"))
    return TEMPLATE


@contextmanager
def copied_database(server_url: str, template: str) -> Iterator[Database]:
    """A fresh copy of the template, dropped afterwards."""
    name = f"gongping_{token_hex(6)}"
    with administration(server_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        url = make_url(server_url).set(database=name)
        database = Database(
            url.render_as_string(hide_password=False),
            box_url=url.set(username="gongping_box").render_as_string(hide_password=False),
        )
        yield database
        database.dispose()
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def database(server_url: str, template: str) -> Iterator[Database]:
    """A database of this test's own, in which it may commit."""
    with copied_database(server_url, template) as copy:
        yield copy


@pytest.fixture(scope="session")
def worker_database(server_url: str, template: str) -> Iterator[Database]:
    """The database in which this worker's rolled-back sessions live."""
    with copied_database(server_url, template) as copy:
        yield copy


@pytest.fixture
def session(worker_database: Database) -> Iterator[Session]:
    """A session whose work is undone after the test."""
    with worker_database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def now() -> datetime:
    """The moment at which all tests happen."""
    return NOW
