"""People who watch the turnout: a page each, its event stream, the parts that it renews."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from random import Random
from threading import Event, Lock, Thread
from typing import Final

# As static/live.js does it.
POLL_S: Final = 10.0
RETRY_S: Final = 3.0
# A browser is opened anew, or its page loaded again, so often.
RELOAD_S: Final = 7.0
PARTS: Final = ("live", "live/units")


@dataclass
class Looked:
    """Seconds that each answer took, and answers that were no 200 by status.

    Parameters
    ----------
    pages : whole pages
    parts : of those renewed because an event said so, or because ten seconds were over
    n_events, n_listening : events that came; streams that were let in
    """

    pages: list[float] = field(default_factory=list)
    parts: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    n_events: int = 0
    n_listening: int = 0
    lock: Lock = field(default_factory=Lock)

    def note(self, status: int, seconds: float, into: list[float]) -> None:
        """Note one answer."""
        with self.lock:
            into.append(seconds)
            if status != 200:
                self.refused[status] = self.refused.get(status, 0) + 1


@dataclass(frozen=True)
class Viewer:
    """One browser.

    Parameters
    ----------
    path : of the turnout page
    cookie : of its log-in
    """

    port: int
    path: str
    cookie: str
    looked: Looked
    ended: Event
    rng: Random

    def watch(self) -> None:
        """Load the page, listen, and ask for its parts as a browser does, until the end."""
        if self.ended.wait(self.rng.uniform(0, RELOAD_S)):
            return
        listener = Thread(target=self.listen)
        listener.start()
        polled, loaded = time.monotonic(), float("-inf")
        while not self.ended.is_set():
            now = time.monotonic()
            if now - loaded >= RELOAD_S:
                self.ask(self.path, self.looked.pages)
                loaded = now
            elif now - polled >= POLL_S:
                self.renew()
                polled = now
            self.ended.wait(0.1)
        listener.join()

    def renew(self) -> None:
        """Ask for the parts."""
        for part in PARTS:
            self.ask(f"{self.path}/{part}", self.looked.parts)

    def ask(self, path: str, into: list[float]) -> None:
        """Fetch a page or a part of it."""
        began = time.perf_counter()
        status = self.get(path, take)
        self.looked.note(status, time.perf_counter() - began, into)

    def listen(self) -> None:
        """Follow the stream; who is not let in does not ask again."""
        while not self.ended.is_set():
            status = self.get(f"{self.path}/stream", self.hear)
            if status != 200:
                return
            self.ended.wait(RETRY_S)

    def hear(self, answer: HTTPResponse) -> None:
        """Renew the parts whenever an event says so."""
        if answer.status != 200:
            return
        self.looked.n_listening += 1
        while not self.ended.is_set() and (line := answer.readline()):
            if line.startswith(b"event: moved"):
                self.looked.n_events += 1
                self.renew()

    def get(self, path: str, read: Callable[[HTTPResponse], None]) -> int:
        """Ask, let the answer be read, and give its status; 0 where nothing came."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie, "X-Live": "1"})
            answer = connection.getresponse()
            read(answer)
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status


def take(answer: HTTPResponse) -> None:
    """Read an answer to its end."""
    answer.read()


def watch(
    port: int, path: str, cookies: list[str], *, seconds: float, looked: Looked | None = None
) -> Looked:
    """Let one viewer for each cookie watch for a while."""
    found, ended = looked or Looked(), Event()
    viewers = [
        Thread(target=Viewer(port, path, cookie, found, ended, Random(place)).watch)
        for place, cookie in enumerate(cookies)
    ]
    for viewer in viewers:
        viewer.start()
    ended.wait(seconds)
    ended.set()
    for viewer in viewers:
        viewer.join()
    return found
