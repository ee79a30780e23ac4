"""A real web server that is killed, and voters who reach it over HTTP."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from surveys.casting.receipts import leaf_prefix
from surveys.database.engine import Database
from surveys.errors import Conflict
from tests.faults.voters import Slip, Unanswered

HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
RECEIPT = re.compile(r'class="receipt-number">([^<]+)<')
PROGRAM = "from webapp.commands import gongping; gongping()"
PLAIN = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class WebServer:
    """`gongping serve` with two workers, on a free port."""

    environment: dict[str, str]
    program: str = PROGRAM
    port: int = 0
    master: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it until it answers, as a supervisor does: the database may be down just now."""
        self.port = self.port or free_port()
        self._launch()
        until = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < until, "the web server does not answer"
            if self.master is None or self.master.poll() is not None:
                self._launch()
            time.sleep(0.1)

    def _launch(self) -> None:
        command = [sys.executable, "-c", self.program, "serve", "--workers", "2", "--no-worker"]
        self.master = subprocess.Popen(
            [*command, "--port", str(self.port), "--no-migrate"],
            env={**os.environ, **self.environment},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def answers(self) -> bool:
        """Whether somebody takes connections."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def kill_worker(self) -> None:
        """End one worker; its master starts another."""
        for pid in self.workers()[-1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def workers(self) -> list[int]:
        """The processes that serve."""
        assert self.master
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def revive(self) -> None:
        """Start it again if it gave up: two deaths of one worker within seconds end the master."""
        if self.master is None or self.master.poll() is not None:
            self.start()

    def kill_master(self) -> None:
        """End all of it and start it again, as a supervisor does."""
        self.end()
        self.start()

    def end(self) -> None:
        """End the processes of this server, and no other's."""
        assert self.master
        # Workers lead groups of their own; a supervisor ends them by the service's cgroup.
        with suppress(ProcessLookupError):
            os.kill(self.master.pid, signal.SIGSTOP)  # so that it starts no more of them
        family = [self.master.pid, *(self.workers() if self.master.poll() is None else ())]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.master.wait()
        until = time.monotonic() + 10
        while self.answers() and time.monotonic() < until:
            time.sleep(0.02)


def free_port() -> int:
    """A port that nobody uses, of those that no outgoing connection is given meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def serving(database: Database, data_dir: Path, *, program: str = PROGRAM) -> Iterator[WebServer]:
    """A web server over a database, with the keys of `data_dir`."""
    url = database.engine.url.render_as_string(hide_password=False)
    box_url = database.box_engine.url.render_as_string(hide_password=False)
    server = WebServer(
        {
            "GONGPING_DATA_DIR": str(data_dir),
            "GONGPING_DATABASE_URL": url,
            "GONGPING_BOX_DATABASE_URL": box_url,
        },
        program,
    )
    server.start()
    try:
        yield server
    finally:
        server.end()


@dataclass
class Phone:
    """One voter's browser: gets the paper, keeps nonce and answers, sends them until it is told."""

    port: int
    cookie: str = ""
    fields: dict[Slip, dict[str, str]] = field(default_factory=dict)
    connection: HTTPConnection | None = None

    def cast(self, slip: Slip) -> bytes:
        """Send the ballot; the first bytes of its leaf."""
        if slip not in self.fields:
            token = dict(HIDDEN.findall(self.ask("GET", "/b")))["csrf_token"]
            page = self.ask("POST", "/b/paper", {"csrf_token": token, "code": slip.code})
            answers = {"a0_0": "1", "a0_1": "2", "nonce": slip.nonce.decode()}
            self.fields = {slip: {**dict(HIDDEN.findall(page)), "code": slip.code, **answers}}
        found = RECEIPT.search(self.ask("POST", "/b/ballot", self.fields[slip]))
        if found is None:
            raise Unanswered
        return leaf_prefix(found.group(1))

    def hang_up(self) -> None:
        """Leave the server; the next question calls it anew."""
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        """Ask for a page; Conflict where the code is used, Unanswered where there is none."""
        headers = {"Cookie": self.cookie, **(PLAIN if form else {})}
        try:
            if self.connection is None:
                self.connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
            self.connection.request(method, path, urlencode(form or {}), headers)
            answer = self.connection.getresponse()
            page = answer.read().decode()
        except (OSError, HTTPException) as error:
            self.hang_up()
            raise Unanswered from error
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = cookie.partition(";")[0]
        if answer.status == 409:
            raise Conflict("code_used")
        if answer.status != 200:
            raise Unanswered(answer.status)
        return page
