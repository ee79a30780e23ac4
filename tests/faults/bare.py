"""Servers over a copy of a cluster, started by hand: with another clock, or from a backup."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from surveys.database.embedded import Server
from surveys.database.embedded.account import Account, account_for
from surveys.database.embedded.binaries import binaries_for
from surveys.database.embedded.settings import SAFE

HERE = "/proc/self/cwd"
PORT = 5432
PATIENCE_S = 60


@dataclass
class BareServer:
    """One server, its cluster, and what it is started with.

    Parameters
    ----------
    cluster : owned by the account that may run it
    settings : laid over the safe ones
    environment : of its processes, such as a library that lies about the time
    """

    cluster: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def account(self) -> Account:
        """Who runs it."""
        return account_for(self.cluster.parent)

    @property
    def server(self) -> Server:
        """The way to it."""
        return Server(self.cluster.parent, self.cluster / "socket", PORT)

    def program(self, name: str) -> str:
        """One of PostgreSQL's programs, as the account may run it."""
        return str(binaries_for(self.account) / name)

    def start(self) -> None:
        """Start it, and wait until it serves."""
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        wanted = {**SAFE, "unix_socket_directories": f"{HERE}/socket", **self.settings}
        options = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        account = self.account
        with (self.cluster / "bare.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program("postgres"), "-D", account.name_of(self.cluster), *options],
                cwd=self.cluster,
                env={"PATH": os.defpath, "LC_ALL": "C", **self.environment},
                stdout=log,
                stderr=log,
                user=account.uid if account.other else None,
                group=account.gid if account.other else None,
                extra_groups=() if account.other else None,
                umask=0o077,
            )
        until = time.monotonic() + PATIENCE_S
        while not self.serves():
            assert time.monotonic() < until, "the server does not start"
            assert self.process.poll() is None, (self.cluster / "bare.log").read_text()[-2000:]
            time.sleep(0.05)

    def serves(self) -> bool:
        """Whether it takes writes already."""
        try:
            with self.connected() as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        except psycopg.OperationalError:
            return False
        return row == (False,)

    def connected(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser."""
        where = f"host={self.cluster / 'socket'} port={PORT} user=postgres dbname=postgres"
        return psycopg.connect(f"{where} connect_timeout=3", autocommit=True)

    def stop(self) -> None:
        """Stop it in order."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)


@contextmanager
def started(server: BareServer) -> Iterator[BareServer]:
    """Start it, and stop it at the end."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def copied(cluster: Path, folder: Path) -> Path:
    """A copy of a stopped cluster, owner and all."""
    folder.mkdir(mode=0o700)
    subprocess.run(["cp", "-a", str(cluster), str(folder / "cluster")], check=True)
    return folder / "cluster"


def removed(folder: Path) -> None:
    """Take a copy away: clusters are large."""
    shutil.rmtree(folder, ignore_errors=True)
