"""A hall that sends all at once: thousands of phones on one event loop, none of which gives up.

Each opens the door, sends its code, then its ballot under one nonce, and does what the page's
script does: after 503 it waits as long as it is told to, after a broken connection a little while.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from surveys.casting.receipts import leaf_prefix
from tests.faults.voters import Ledger, Slip

ANSWERS = {"a0_0": "1", "a0_1": "2"}
HIDDEN = re.compile(rb'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
RECEIPT = re.compile(rb'class="receipt-number">([^<]+)<')
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"set-cookie: ([^;]+)", re.IGNORECASE)
RETRY_AFTER = re.compile(rb"retry-after: (\d+)", re.IGNORECASE)
# As the script of the page gives up an attempt, not the ballot.
ATTEMPT_S = 20
BROKEN = (OSError, asyncio.IncompleteReadError, TimeoutError)


@dataclass
class Rush:
    """What thousands of phones saw.

    Parameters
    ----------
    ledger : receipts by slip, as for the other crowds
    statuses : answers by status, 0 for a broken connection
    rude : answers of 503 without a moment to come again
    done_at : seconds since the beginning at which each receipt came
    times : seconds from sending a ballot to its receipt, waiting included
    """

    ledger: Ledger = field(default_factory=Ledger)
    statuses: Counter[int] = field(default_factory=Counter)
    rude: int = 0
    done_at: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def rate(self, share: float = 0.9) -> float:
        """Receipts a second until this share of all had come."""
        ordered = sorted(self.done_at)
        last = ordered[int(share * len(ordered)) - 1]
        return int(share * len(ordered)) / last

    def percentile(self, percent: float) -> float:
        """Seconds within which so many of all ballots were answered."""
        ordered = sorted(self.times)
        return ordered[min(int(percent / 100 * len(ordered)), len(ordered) - 1)]


class PhoneOnLoop:
    """One browser with one connection that it keeps."""

    def __init__(self, port: int, rush: Rush, attempt: float) -> None:
        self.port = port
        self.rush = rush
        self.attempt = attempt
        self.cookie = b""
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def vote(self, slip: Slip, *, began: float, until: float) -> None:
        """Go on until there is a receipt."""
        door = await self.page("GET", "/b", {}, until=until)
        token = dict(HIDDEN.findall(door))[b"csrf_token"].decode()
        code = {"csrf_token": token, "code": slip.code}
        paper = await self.page("POST", "/b/paper", code, until=until)
        hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(paper)}
        nonce = {"nonce": slip.nonce.decode(), "code": slip.code}
        asked_at = time.monotonic()
        receipt = await self.page("POST", "/b/ballot", hidden | nonce | ANSWERS, until=until)
        found = RECEIPT.search(receipt)
        assert found, receipt[:300]
        self.rush.times.append(time.monotonic() - asked_at)
        self.rush.done_at.append(time.monotonic() - began)
        self.rush.ledger.receipts.append((slip, leaf_prefix(found[1].decode())))

    async def page(self, method: str, path: str, form: Mapping[str, str], *, until: float) -> bytes:
        """Ask until there is a page."""
        attempt = 0
        while time.monotonic() < until:
            attempt += 1
            try:
                async with asyncio.timeout(self.attempt):
                    head, body = await self.ask(method, path, urlencode(form).encode())
            except BROKEN:
                self.rush.statuses[0] += 1
                self.rush.ledger.unanswered += 1
                self.hang_up()
                wait = min(2**attempt, 30) * random.random()
                await asyncio.sleep(min(wait, max(until - time.monotonic(), 0)))
                continue
            status = int(head[9:12])
            self.rush.statuses[status] += 1
            if status == 200:
                self.cookie = next(iter(COOKIE.findall(head)), self.cookie)
                return body
            told = RETRY_AFTER.search(head)
            self.rush.rude += status == 503 and told is None
            await asyncio.sleep(int(told[1]) + random.random() if told else 2)
        raise TimeoutError(path)

    async def ask(self, method: str, path: str, body: bytes) -> tuple[bytes, bytes]:
        """Ask once; head and body."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        ).encode()
        writer.write(head + b"Cookie: " + self.cookie + b"\r\n\r\n" + body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(answer)
        return answer, await reader.readexactly(int(length[1]) if length else 0)

    def hang_up(self) -> None:
        """Leave the server."""
        if self.streams:
            self.streams[1].close()
        self.streams = None


def rush(
    port: int,
    slips: Iterable[Slip],
    *,
    patience: float,
    at_once: int | None = None,
    attempt: float = ATTEMPT_S,
    seen: Rush | None = None,
) -> Rush:
    """Let everybody come at the same moment, or only `at_once` at a time.

    Parameters
    ----------
    patience : seconds after which the test, not the voter, gives up
    attempt : seconds after which a phone hangs up and tries again
    seen : what is filled while they vote, for who watches
    """
    seen = seen or Rush()
    asyncio.run(_rush(port, list(slips), patience, at_once, attempt, seen))
    return seen


async def _rush(
    port: int,
    slips: list[Slip],
    patience: float,
    at_once: int | None,
    attempt: float,
    seen: Rush,
) -> None:
    began = time.monotonic()
    seats = asyncio.Semaphore(at_once or len(slips))
    # As browsers do, each keeps its connection when it has voted.
    phones: list[PhoneOnLoop] = []

    async def voter(slip: Slip) -> None:
        async with seats:
            phone = PhoneOnLoop(port, seen, attempt)
            phones.append(phone)
            try:
                await phone.vote(slip, began=began, until=began + patience)
            except TimeoutError:
                seen.ledger.unresolved.append(slip)

    await asyncio.gather(*(voter(slip) for slip in slips))
    for phone in phones:
        phone.hang_up()
