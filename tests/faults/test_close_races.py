"""Closing while ballots pour in: nothing enters afterwards, and nothing acknowledged is missing."""

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from surveys.database.engine import Database
from surveys.errors import Conflict
from surveys.models import Campaign, Envelope, PublishedLeaf
from tests.faults.conftest import Note
from tests.faults.halls import Hall, open_hall
from tests.faults.sizes import sizes

N_VOTERS = 8
N_CODES = 120


@dataclass
class Race:
    """What a race left behind, as numbers of ballots.

    Parameters
    ----------
    acknowledged : by a receipt
    late : in the box, but not among the leaves the close published
    missing : with a receipt, but not among those leaves
    after : acknowledged to voters who came when the close had returned
    """

    acknowledged: int = 0
    late: int = 0
    missing: int = 0
    after: int = 0

    def add(self, other: "Race") -> None:
        self.acknowledged += other.acknowledged
        self.late += other.late
        self.missing += other.missing
        self.after += other.after


def race(database: Database) -> Race:
    """Close one campaign under its voters' hands."""
    hall = open_hall(database, n_codes=N_CODES)
    hall.paper(next(iter(hall.batches)))
    closed, rush = threading.Event(), threading.Event()
    leaves: set[bytes] = set()
    after: list[bytes] = []

    def vote(codes: list[str]) -> None:
        for place, code in enumerate(codes):
            if place == 1:
                rush.set()
            came_late = closed.is_set()
            try:
                leaf = hall.cast(code, secrets.token_bytes(16)).leaf
            except Conflict:
                if came_late:
                    return
                continue
            leaves.add(leaf)
            if came_late:
                after.append(leaf)

    with ThreadPoolExecutor(N_VOTERS) as pool:
        voters = [pool.submit(vote, hall.codes[place::N_VOTERS]) for place in range(N_VOTERS)]
        rush.wait(5)
        time.sleep(secrets.randbelow(20) / 1000)
        hall.close()
        closed.set()
        for voter in voters:
            voter.result()
    return judged(hall, leaves, n_after=len(after))


def judged(hall: Hall, acknowledged: set[bytes], *, n_after: int) -> Race:
    """Hold the box against what the close published."""
    with hall.database.transaction() as session:
        of_campaign = PublishedLeaf.campaign_id == hall.campaign_id
        published = set(session.scalars(select(PublishedLeaf.leaf).where(of_campaign)))
        batches = Envelope.batch_id.in_(hall.batches)
        stored = set(session.scalars(select(Envelope.leaf).where(batches)))
        assert session.get_one(Campaign, hall.campaign_id).n_envelopes == len(published)
    return Race(len(acknowledged), len(stored - published), len(acknowledged - published), n_after)


def races(database: Database, n: int) -> Race:
    """Run several and add them up."""
    total = Race()
    for _ in range(n):
        total.add(race(database))
    return total


def lift_the_barrier(database: Database) -> None:
    """Make the database's `box.submit` one that takes no lock."""
    with database.transaction() as session:
        source = str(
            session.scalar(
                text("SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = 'submit'")
            )
        )
        start = source.index("PERFORM pg_advisory_xact_lock_shared")
        end = source.index(";", start) + 1
        session.connection().exec_driver_sql((source[:start] + source[end:]).replace("%", "%%"))


@pytest.mark.parametrize("n", sizes(4, 200))
def test_no_ballot_enters_after_the_close_and_none_acknowledged_is_missing(
    database: Database, n: int, note: Note
) -> None:
    total = races(database, n)
    note(races=n, **vars(total))
    assert total.acknowledged >= n
    assert (total.late, total.missing, total.after) == (0, 0, 0)


@pytest.mark.parametrize("n", sizes(4, 200))
def test_without_the_barrier_ballots_come_late(database: Database, n: int, note: Note) -> None:
    lift_the_barrier(database)
    total = races(database, n)
    note(races=n, **vars(total))
    assert total.late >= n // 2
    assert total.missing > 0
