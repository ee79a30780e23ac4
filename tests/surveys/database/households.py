"""Those who run an embedded server: root, and an ordinary user, each in processes of their own."""

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg

from surveys.database.embedded import Server, running, start, stop

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Household:
    """A person with a folder closed to all others, in which lies a ready-made cluster."""

    uid: int
    folder: Path

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def cluster(self) -> Path:
        return self.data_dir / "cluster"

    @property
    def server_uid(self) -> int:
        return self.cluster.stat().st_uid

    @property
    def postmaster(self) -> int:
        """The number in the pid file; 0 when there is none."""
        try:
            return int((self.cluster / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return 0

    def call(self, function: Callable[..., Any], *facts: object) -> Any:
        """What a function answers in a process of this person."""
        return self.begin(function, *facts).answer()

    def begin(self, function: Callable[..., Any], *facts: object) -> "Errand":
        """Have a function run in a process of this person meanwhile."""
        here, there = _FORK.Pipe()
        process = _FORK.Process(
            target=_become_and_do, args=(self.uid, there, function, facts), daemon=True
        )
        process.start()
        there.close()
        return Errand(process, here)

    @contextmanager
    def visitor(self, data_dir: Path | None = None) -> Iterator["Errand"]:
        """A process of this person that uses the server until told to leave."""
        here, there = _FORK.Pipe()
        facts = (data_dir or self.data_dir, there)
        process = _FORK.Process(
            target=_become_and_do, args=(self.uid, there, _visit, facts), daemon=True
        )
        process.start()
        there.close()
        errand = Errand(process, here)
        assert errand.hear() == "in"
        yield errand
        if process.is_alive():
            errand.leave()

    def kill_postmaster(self) -> None:
        os.kill(self.postmaster, signal.SIGKILL)


@dataclass(frozen=True)
class Errand:
    """A process under way."""

    process: multiprocessing.context.ForkProcess
    pipe: Connection

    def hear(self) -> object:
        if not self.pipe.poll(60):
            raise TimeoutError
        match self.pipe.recv():
            case Failure(trace):
                raise AssertionError(trace)
            case said:
                return said

    def answer(self) -> object:
        """The function's answer; raises when it failed."""
        said = self.hear()
        self.process.join(60)
        self.pipe.close()
        return said

    def leave(self) -> None:
        self.pipe.send("leave")
        self.answer()


@dataclass(frozen=True)
class Failure:
    trace: str


def ask(data_dir: Path, question: str) -> str:
    """Start or join the server and ask one question."""
    return ask_server(start(data_dir), question)


def ask_server(server: Server, question: str, database: str = "postgres") -> str:
    """The only field of the only row."""
    with psycopg.connect(way(server, database), autocommit=True) as connection:
        cursor = connection.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""


def way(server: Server, database: str = "postgres") -> str:
    """libpq's form of the URL."""
    return server.url(database).replace("postgresql+psycopg", "postgresql")


def eventually(holds: Callable[[], bool], *, within_s: float = 20) -> bool:
    """Whether it comes to hold."""
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def may_be_entered(uid: int) -> Path:
    """A new folder of this user, whose parents everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="household-", dir="/tmp"))
    os.chown(folder, uid, -1)
    return folder


def ordinary_uid() -> int:
    """Ourselves, or as root somebody who is not the account root's servers run as."""
    return os.geteuid() or pwd.getpwnam("daemon").pw_uid


def furnish(template: Household) -> Household:
    """A household of the same person with a copy of the template's stopped cluster."""
    folder = may_be_entered(template.uid)
    subprocess.run(["cp", "-a", template.data_dir, folder / "data"], check=True)
    return Household(template.uid, folder)


def clear(household: Household) -> None:
    if household.cluster.exists():
        household.call(stop, household.data_dir)
    shutil.rmtree(household.folder)


def _visit(data_dir: Path, pipe: Connection) -> None:
    with running(data_dir):
        pipe.send("in")
        pipe.recv()


def _become_and_do(
    uid: int, pipe: Connection, function: Callable[..., Any], facts: tuple[object, ...]
) -> None:
    try:
        if uid != os.geteuid():
            os.setgroups([])
            os.setgid(pwd.getpwuid(uid).pw_gid)
            os.setuid(uid)
        pipe.send(function(*facts))
    except BaseException:  # noqa: BLE001 (it is raised again on the other side)
        pipe.send(Failure(traceback.format_exc()))
