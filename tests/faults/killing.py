"""Ways to end a server's processes; only of the server that is given, by their numbers."""

import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from surveys.database.embedded import Server, running
from surveys.database.embedded.locks import held

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = 'gongping_box'"


@dataclass(frozen=True)
class Victim:
    """A server that is killed and started again.

    Parameters
    ----------
    settings : laid over the safe ones at every start
    """

    server: Server
    settings: Mapping[str, str]

    def start(self) -> None:
        """Start it again if it is dead."""
        with running(self.server.data_dir, settings=self.settings):
            pass

    def kill_postmaster(self) -> None:
        """End the whole server as the kernel does when memory runs out."""
        os.kill(self.postmaster(), signal.SIGKILL)
        self.start()

    def postmaster(self) -> int:
        """The number of the server's first process."""
        return int((self.server.data_dir / "cluster" / "postmaster.pid").read_text().split()[0])

    def end(self, pid: int) -> None:
        """End every process of the server, given its first one, and leave it so."""
        os.kill(pid, signal.SIGSTOP)  # so that it has no more children
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until = time.monotonic() + 10
        while held(self.server.data_dir / "alive.lock") and time.monotonic() < until:
            time.sleep(0.02)

    def kill_backend(self) -> None:
        """End one connection's process; PostgreSQL then starts all over."""
        self._signal(signal.SIGKILL)

    def terminate_backend(self) -> None:
        """End one connection in order."""
        self._signal(signal.SIGTERM)

    def freeze_backend(self) -> None:
        """Let one connection's process stand still for a moment."""
        if pid := self._signal(signal.SIGSTOP):
            time.sleep(random.uniform(0.05, 0.4))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _signal(self, number: int) -> int:
        pids = self.backends()
        for pid in random.sample(pids, min(1, len(pids))):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            return pid
        return 0

    def backends(self) -> list[int]:
        """Processes of voters' connections; none while the server recovers."""
        where = f"host={self.server.socket_dir} port={self.server.port} user=postgres"
        try:
            with psycopg.connect(f"{where} dbname=postgres connect_timeout=3") as connection:
                return [int(row[0]) for row in connection.execute(BACKENDS)]
        except psycopg.OperationalError:
            return []

    @property
    def kills(self) -> list[Callable[[], None]]:
        """All that can be done to it."""
        return [
            self.kill_postmaster,
            self.kill_backend,
            self.terminate_backend,
            self.freeze_backend,
        ]
