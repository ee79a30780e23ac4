"""A real PostgreSQL for every test: one server, one migrated template, cheap copies of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
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
MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"


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


def template_name() -> str:
    """Named after the migrations: once they change, a server that was given makes another one."""
    text = b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("*.py")))
    return f"gongping_template_{sha256(text).hexdigest()[:12]}"


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """A migrated database from which the others are copied."""
    name = template_name()
    with administration(server_url) as connection:
        # Only one worker at a time; the lock ends with the connection.
        connection.execute(text("SELECT pg_advisory_lock(7, 7)"))
        made = text("SELECT 1 FROM pg_database WHERE datname = :name AND datistemplate")
        if connection.scalar(made, {"name": name}) is None:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name}"))
            engine = create_engine(make_url(server_url).set(database=name))
            upgrade(engine)
            engine.dispose()
            connection.execute(text(f"ALTER DATABASE {name} IS_TEMPLATE true"))
    return name


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
