"""A real PostgreSQL for every test: one server, one migrated template, cheap copies of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import disk_usage, rmtree

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.orm import Session

from surveys.database import embedded
from surveys.database.engine import Database
from surveys.database.migrating import upgrade

# A shell's background job ignores Ctrl-C, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MEMORY_DISK = Path("/dev/shm")
ROOM = 4 * 1024**3
IN_MEMORY = "GONGPING_TESTS_IN_MEMORY"
MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"


def pytest_configure() -> None:
    """Choose where the server's files lie: in memory, if there is room.

    Dropping a test's database waits for the disk, ten times as long as the test takes. What tests
    of durability need is on the disk all the same: they start servers of their own.
    """
    if IN_MEMORY in os.environ or not MEMORY_DISK.is_dir():
        return
    for left in MEMORY_DISK.glob("gongping-tests-*"):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            rmtree(left, ignore_errors=True)
    if disk_usage(MEMORY_DISK).free > ROOM:
        os.environ[IN_MEMORY] = str(MEMORY_DISK / f"gongping-tests-{os.getpid()}")


def pytest_unconfigure() -> None:
    """Give the memory back, once all workers are gone."""
    folder = os.environ.get(IN_MEMORY, "")
    if folder.endswith(f"-{os.getpid()}"):
        rmtree(folder, ignore_errors=True)
        del os.environ[IN_MEMORY]


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on which databases may be made, shared by all workers."""
    given = os.environ.get("GONGPING_TEST_SERVER_URL")
    if given:
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    in_memory = os.environ.get(IN_MEMORY)
    with embedded.running(Path(in_memory) if in_memory else root / "postgresql") as server:
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
