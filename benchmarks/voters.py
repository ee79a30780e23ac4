"""Voters over real HTTP: bare sockets and one epoll loop per process, so that they cost little.

A voter opens the door (``GET /b``), sends the code (``POST /b/paper``), reads token, nonce and
moment off the page, and sends ten answers (``POST /b/ballot``). Only a receipt counts.
"""

import random
import select
import socket
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context

from benchmarks.ballot_form import N_ITEMS

HEAD = (
    "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
    "User-Agent: Mozilla/5.0 (sample)\r\nSec-Fetch-Site: same-origin\r\n"
)
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
ANSWERS = b"".join(b"&a0_%d=2" % item for item in range(N_ITEMS))
# How the page names its hidden fields.
HIDDEN = {
    name: f'name="{name}" value="'.encode() for name in ("csrf_token", "nonce", "shown", "batch")
}
RECEIPT = b'class="receipt-number"'


@dataclass(frozen=True)
class Visit:
    """What one process of voters does.

    Parameters
    ----------
    port : of the server
    codes : one for each ballot
    connections : voters at a time
    seconds : after which nobody begins anew
    rate : voters arriving a second at random, each with a connection of its own; 0: as many as
        the connections manage
    door : every voter comes through the door; else each connection did so once
    path : instead of voting, fetch this path again and again
    """

    port: int
    codes: tuple[str, ...]
    connections: int
    seconds: float
    rate: float = 0
    door: bool = False
    path: str = ""


@dataclass
class Seen:
    """What the voters saw: seconds of each request, of each whole visit; refusals by status.

    `stored` receipts came within `elapsed` seconds.
    """

    requests: list[float] = field(default_factory=list)
    ballots: list[float] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    stored: int = 0
    elapsed: float = 0
    spent: float = 0

    def add(self, other: "Seen") -> None:
        """Take another process's in."""
        self.requests += other.requests
        self.ballots += other.ballots
        self.visits += other.visits
        self.stored += other.stored
        self.elapsed = max(self.elapsed, other.elapsed)
        self.spent += other.spent
        for status, n in other.refused.items():
            self.refused[status] = self.refused.get(status, 0) + n


class Connection:
    """One browser: what it asked last, and what has come of the answer."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.socket = socket.create_connection(("127.0.0.1", visit.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.received = b""
        self.missing = 0
        self.cookie = b""
        self.token = b""
        self.code = b""
        self.step = ""
        self.asked_at = 0.0
        self.began_at = 0.0

    def ask(self, step: str, body: bytes = b"") -> None:
        """Send the next request."""
        self.step = step
        self.received, self.missing = b"", 0
        self.asked_at = time.perf_counter()
        paths = {"door": "/b", "paper": "/b/paper", "ballot": "/b/ballot"}
        method = "POST" if step in {"paper", "ballot"} else "GET"
        path = paths.get(step, self.visit.path)
        head = HEAD.format(method=method, path=path, port=self.visit.port).encode()
        if self.cookie:
            head += b"Cookie: " + self.cookie + b"\r\n"
        if method == "POST":
            head += FORM.encode() + b"Content-Length: %d\r\n" % len(body)
        self.socket.sendall(head + b"\r\n" + body)

    def hear(self) -> bool:
        """Take in what has come; True when the answer is whole."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self.received += data
        if not self.missing:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            length = _between(self.received[:end].lower(), b"content-length: ", b"\r\n")
            self.missing = end + 4 + int(length or 0)
        return len(self.received) >= self.missing

    def status(self) -> int:
        """The answer's status."""
        return int(self.received[9:12])

    def enter(self) -> None:
        """Keep the door's cookie and token."""
        self.cookie = _between(self.received, b"set-cookie: ", b";") or self.cookie
        self.token = _between(self.received, HIDDEN["csrf_token"], b'"')

    def paper(self, code: bytes) -> None:
        """Send a code."""
        self.code = code
        self.ask("paper", b"csrf_token=" + self.token + b"&code=" + code)

    def ballot(self) -> None:
        """Answer the paper that came."""
        page = self.received
        hidden = b"&".join(
            name.encode() + b"=" + _between(page, mark, b'"') for name, mark in HIDDEN.items()
        )
        self.ask("ballot", hidden + b"&code=" + self.code + b"&seconds=61" + ANSWERS)


def _between(text: bytes, before: bytes, after: bytes) -> bytes:
    start = text.find(before)
    if start < 0:
        return b""
    start += len(before)
    end = text.find(after, start)
    return text[start:end] if end >= 0 else text[start:]


class Crowd:
    """The voters of one process."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.codes = iter([code.encode() for code in visit.codes])
        self.epoll = select.epoll()
        self.open: dict[int, Connection] = {}
        self.seen = Seen()
        self.began = time.perf_counter()
        self.next_arrival = 0.0

    def run(self) -> Seen:
        """Vote until the time is over and every answer has come."""
        spent = time.process_time()
        if not self.visit.rate:
            for _ in range(self.visit.connections):
                self.arrive()
        while self.open or (self.visit.rate and self.in_time()):
            self.let_in()
            for number, _ in self.epoll.poll(0.002 if self.visit.rate else 1):
                self.attend(self.open[number])
        self.seen.elapsed = time.perf_counter() - self.began
        self.seen.spent = time.process_time() - spent
        return self.seen

    def in_time(self) -> bool:
        return time.perf_counter() - self.began < self.visit.seconds

    def let_in(self) -> None:
        """Let voters arrive as a Poisson stream."""
        while self.visit.rate and self.in_time():
            if time.perf_counter() - self.began < self.next_arrival:
                return
            self.next_arrival += random.expovariate(self.visit.rate)
            self.arrive()

    def arrive(self) -> None:
        connection = Connection(self.visit)
        number = connection.socket.fileno()
        self.open[number] = connection
        self.epoll.register(number, select.EPOLLIN)
        connection.began_at = time.perf_counter()
        connection.ask("door" if not self.visit.path else "path")

    def leave(self, connection: Connection) -> None:
        del self.open[connection.socket.fileno()]
        connection.socket.close()

    def attend(self, connection: Connection) -> None:
        try:
            whole = connection.hear()
        except OSError:
            self.seen.refused[0] = self.seen.refused.get(0, 0) + 1
            self.leave(connection)
            return
        if whole:
            self.seen.requests.append(time.perf_counter() - connection.asked_at)
            self.follow(connection)

    def follow(self, connection: Connection) -> None:
        """Do what comes after an answer."""
        step, status = connection.step, connection.status()
        if status != 200:
            self.seen.refused[status] = self.seen.refused.get(status, 0) + 1
            self.begin_anew(connection)
        elif step == "paper":
            connection.ballot()
        elif step == "door":
            connection.enter()
            self.send_code(connection)
        else:
            self.note(connection, step)
            self.begin_anew(connection)

    def note(self, connection: Connection, step: str) -> None:
        now = time.perf_counter()
        if step == "ballot" and RECEIPT not in connection.received:
            raise RuntimeError("an answer of 200 without a receipt")
        self.seen.stored += 1
        self.seen.ballots.append(now - connection.asked_at)
        self.seen.visits.append(now - connection.began_at)

    def begin_anew(self, connection: Connection) -> None:
        if self.visit.rate or not self.in_time():
            self.leave(connection)
            return
        connection.began_at = time.perf_counter()
        if self.visit.path:
            connection.ask("path")
        elif self.visit.door:
            connection.cookie = b""
            connection.ask("door")
        else:
            self.send_code(connection)

    def send_code(self, connection: Connection) -> None:
        code = next(self.codes, None)
        if code is None:
            self.leave(connection)
        else:
            connection.paper(code)


def _crowd(visit: Visit) -> Seen:
    return Crowd(visit).run()


def visit_with(visits: list[Visit]) -> Seen:
    """Let several processes of voters come at once and add up what they saw."""
    seen = Seen()
    with ProcessPoolExecutor(len(visits), mp_context=get_context("spawn")) as pool:
        for part in pool.map(_crowd, visits):
            seen.add(part)
    return seen


def split_visit(visit: Visit, n: int) -> list[Visit]:
    """Divide a visit among `n` processes."""
    return [
        Visit(
            visit.port,
            visit.codes[place::n],
            max(1, visit.connections // n),
            visit.seconds,
            visit.rate / n,
            visit.door,
            visit.path,
        )
        for place in range(n)
    ]


def wait_for(port: int, *, running: Callable[[], bool], patience_s: float = 60) -> None:
    """Wait until a server listens.

    Raises
    ------
    RuntimeError : it stopped, or did not come in time
    """
    until = time.monotonic() + patience_s
    while time.monotonic() < until and running():
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")
