"""Voters who do not give up, what they were told, and whether the box keeps its word."""

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.casting.box_call import BoxFailed
from surveys.errors import DomainError
from surveys.issuing.codes import code_hash
from tests.faults.halls import Hall

PREFIX = 10
PAUSE_S = 0.02


@dataclass(frozen=True)
class Slip:
    """One voter's code and the nonce of his page."""

    code: str
    nonce: bytes


class Unanswered(Exception):
    """The server did not say what became of the ballot: ask again with the same nonce."""


# Gives the first bytes of the leaf; raises Unanswered or DomainError.
Cast = Callable[[Slip], bytes]


@dataclass
class Ledger:
    """What voters were told."""

    receipts: list[tuple[Slip, bytes]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unresolved: list[Slip] = field(default_factory=list)
    unanswered: int = 0

    def wait_for(self, n: int, *, seconds: float) -> None:
        """Wait until n receipts were handed out."""
        until = time.monotonic() + seconds
        while len(self.receipts) < n and time.monotonic() < until:
            time.sleep(0.005)


@dataclass(frozen=True)
class Verdict:
    """Numbers of broken promises, and of kept ones.

    Parameters
    ----------
    acknowledged : ballots with a receipt
    lost : of these, not in the box, or in it as another ballot
    doubled : codes with more than one envelope
    two_winners : codes of which two different voters hold receipts
    unresolved : voters who never learned what became of their ballot
    """

    acknowledged: int
    lost: int
    doubled: int
    two_winners: int
    unresolved: int

    @property
    def broken(self) -> int:
        """How many promises were broken."""
        return self.lost + self.doubled + self.two_winners + self.unresolved


def slips_of(hall: Hall, *, doubles: float = 0.2, shared: float = 0.1) -> list[Slip]:
    """A slip for each code, in random order; some are sent twice at once, some codes are shared."""
    slips: list[Slip] = []
    rng = random.SystemRandom()
    codes = hall.codes
    rng.shuffle(codes)
    for code in codes:
        slip = Slip(code, secrets.token_hex(16).encode())
        slips.append(slip)
        if rng.random() < doubles:
            slips.append(slip)
        if rng.random() < shared:
            slips.append(Slip(code, secrets.token_hex(16).encode()))
    return slips


def through_the_box(hall: Hall) -> Cast:
    """Cast as the web does, without the web."""

    def cast(slip: Slip) -> bytes:
        try:
            return hall.cast(slip.code, slip.nonce).leaf[:PREFIX]
        except (DBAPIError, PoolTimeout, BoxFailed) as error:
            raise Unanswered from error

    return cast


def vote(cast: Cast, slip: Slip, ledger: Ledger, *, until: float) -> None:
    """Send a ballot again and again until there is an answer."""
    while time.monotonic() < until:
        try:
            ledger.receipts.append((slip, cast(slip)))
        except DomainError as error:
            ledger.refused[error.code] += 1
        except Unanswered:
            ledger.unanswered += 1
            time.sleep(PAUSE_S)
            continue
        return
    ledger.unresolved.append(slip)


@contextmanager
def crowd(
    casts: Iterable[Cast], slips: Iterable[Slip], *, patience: float
) -> Iterator[tuple[Ledger, threading.Event]]:
    """Voters at work, one for each way to cast; all are waited for at the end.

    Gives the ledger, and an event after which nobody takes a new slip.
    """
    ledger, enough = Ledger(), threading.Event()
    waiting, turn = iter(slips), threading.Lock()

    def work(cast: Cast) -> None:
        while not enough.is_set():
            with turn:
                slip = next(waiting, None)
            if slip is None:
                return
            vote(cast, slip, ledger, until=time.monotonic() + patience)
            if secrets.randbelow(5) == 0:  # a page loaded again
                vote(cast, slip, ledger, until=time.monotonic() + patience)

    voters = list(casts)
    with ThreadPoolExecutor(len(voters)) as pool:
        working: list[Future[None]] = [pool.submit(work, cast) for cast in voters]
        try:
            yield ledger, enough
        except BaseException:
            enough.set()
            raise
        for one in working:
            one.result()


CONTENT = text("""
    SELECT e.token_h, e.nonce_h, e.leaf, sha256(e.sealed) = e.leaf AS whole
    FROM box.envelope e WHERE e.batch_id = ANY(:batches)
""")


def verdict(hall: Hall, ledger: Ledger) -> Verdict:
    """Hold the box against what voters were told."""
    with hall.database.transaction() as session:
        rows = session.execute(CONTENT, {"batches": list(hall.batches)}).all()
    inside = {(bytes(r.token_h), bytes(r.nonce_h), bytes(r.leaf[:PREFIX])) for r in rows if r.whole}
    told = {
        (code_hash(slip.code), sha256(b"gongping|nonce|" + slip.nonce).digest(), leaf)
        for slip, leaf in ledger.receipts
    }
    envelopes = Counter(row.token_h for row in rows)
    winners = Counter(code for code, _ in {(code, nonce) for code, nonce, _ in told})
    return Verdict(
        acknowledged=len(told),
        lost=len(told - inside),
        doubled=sum(n > 1 for n in envelopes.values()),
        two_winners=sum(n > 1 for n in winners.values()),
        unresolved=len(ledger.unresolved),
    )
