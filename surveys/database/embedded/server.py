"""Start, join, share and stop the embedded server."""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from surveys.database.embedded.account import Account, account_for
from surveys.database.embedded.cluster import PATIENCE_S, halt, kill_orphans, launch, make_cluster
from surveys.database.embedded.failure import ServerFailed
from surveys.database.embedded.guardian import post_guardian
from surveys.database.embedded.locks import gate, lock_file, take
from surveys.database.embedded.sockets import PORT, find_socket_dir, is_private


@dataclass(frozen=True)
class Server:
    """A running server and the way to it: a socket only its account and root may use."""

    data_dir: Path
    socket_dir: Path
    port: int

    def url(self, database: str = "gongping", user: str = "postgres") -> str:
        """The SQLAlchemy URL of a database of this server."""
        way = {"host": str(self.socket_dir), "port": str(self.port)}
        made = URL.create("postgresql+psycopg", username=user, database=database, query=way)
        return made.render_as_string(hide_password=False)


def start(data_dir: Path, *, settings: Mapping[str, str] | None = None) -> Server:
    """Start the server, or join the running one; it stays until `stop`.

    Parameters
    ----------
    data_dir : made (mode 0700) when absent; its parent must exist
    settings : laid over the safe ones, for tests and benchmarks; without effect on joining

    Raises
    ------
    ServerFailed : it could not be started; holds the end of the server's log
    """
    data_dir = _prepared(data_dir)
    with gate(data_dir):
        server = _started(data_dir, settings or {})
        with lock_file(data_dir / "kept"):
            return server


def stop(data_dir: Path) -> None:
    """Stop the server, whoever uses it; nothing happens when it does not run."""
    data_dir = data_dir.absolute()
    if (data_dir / "cluster").is_dir():
        with gate(data_dir):
            (data_dir / "kept").unlink(missing_ok=True)
            halt(data_dir, account_for(data_dir))


@contextmanager
def running(data_dir: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Share the server with other processes; the last one to leave stops it.

    A user who dies has left: when he was the last, the guardian stops the server.
    """
    data_dir = _prepared(data_dir)
    with lock_file(data_dir / "users.lock") as users:
        try:
            with gate(data_dir):
                fcntl.flock(users, fcntl.LOCK_SH)
                server = _started(data_dir, settings or {})
                post_guardian(data_dir)
            yield server
        finally:
            with gate(data_dir):
                _halt_when_unused(data_dir, users)


def stop_unused(data_dir: Path, *, post: int) -> bool:
    """Stop the server unless somebody uses it or `start` is to keep it; say whether unused.

    The guardian leaves his `post` inside the gate: who enters next posts a new one.
    """
    with gate(data_dir), lock_file(data_dir / "users.lock") as users:
        if unused := _halt_when_unused(data_dir, users):
            os.close(post)
    return unused


def create_database(server: Server, name: str) -> None:
    """Make a database (UTF-8, code point order) unless there is one of that name."""
    statement = sql.SQL(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
        " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    ).format(sql.Identifier(name))
    with _connected(server) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            try:
                connection.execute(statement)
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return  # another process was faster


def _prepared(data_dir: Path) -> Path:
    data_dir = data_dir.absolute()
    data_dir.mkdir(mode=0o700, exist_ok=True)
    return data_dir


def _started(data_dir: Path, settings: Mapping[str, str]) -> Server:
    account = account_for(data_dir)
    until = time.monotonic() + PATIENCE_S
    with lock_file(data_dir / "alive.lock") as alive:
        while True:
            if server := _found(data_dir, account):
                return server
            if take(alive):
                (data_dir / "kept").unlink(missing_ok=True)
                make_cluster(data_dir, account)
                launch(data_dir, account, settings=settings, alive=alive)
                break
            if time.monotonic() > until:
                raise ServerFailed("probe", f"{data_dir}: its processes live but do not answer")
            # Starting, stopping, or killed and not quite dead.
            kill_orphans(data_dir, account)
            time.sleep(0.05)
    if server := _found(data_dir, account):
        return server
    raise ServerFailed("probe", f"{data_dir}: started, but does not answer")


def _found(data_dir: Path, account: Account) -> Server | None:
    socket_dir = find_socket_dir(data_dir)
    # A folder in /tmp that was cleaned away may be somebody else's by now.
    if not is_private(socket_dir, account):
        return None
    server = Server(data_dir, socket_dir, PORT)
    return server if _answers(server) else None


def _answers(server: Server) -> bool:
    try:
        with _connected(server) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        if "FATAL" in str(error) and "the database system is" not in str(error):
            raise ServerFailed("probe", str(error)) from error
        return False
    return True


def _connected(server: Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(server.socket_dir),
        port=server.port,
        user="postgres",
        dbname="postgres",
        connect_timeout=10,
        autocommit=True,
    )


def _halt_when_unused(data_dir: Path, users: int) -> bool:
    unused = _alone(users)
    if unused and not (data_dir / "kept").exists():
        halt(data_dir, account_for(data_dir))
    return unused


def _alone(users: int) -> bool:
    # Tried again: the guardian may hold the lock for the instant in which it looks.
    for _ in range(4):
        if take(users):
            return True
        time.sleep(0.02)
    return False
