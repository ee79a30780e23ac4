"""A disk that is full: voters are told to come again, nothing acknowledged is lost."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from surveys.casting.box_call import box_row
from surveys.casting.cast_ballot import Voter, ballot_call, seal_ballot
from surveys.casting.receipts import leaf
from surveys.database.embedded import running
from tests.faults.conftest import Note
from tests.faults.disks import small_disk
from tests.faults.halls import GOOD, Hall, database_on, open_hall
from tests.faults.killing import Victim
from tests.faults.sizes import sizes
from tests.faults.voters import (
    PREFIX,
    Cast,
    Slip,
    Verdict,
    crowd,
    slips_of,
    through_the_box,
    verdict,
)

N_VOTERS = 8
PATIENCE_S = 60
SMALL_WAL = {"min_wal_size": "32MB", "max_wal_size": "32MB", "shared_buffers": "8MB"}


@dataclass(frozen=True)
class Tight:
    """A server on a disk that nearly everything fills.

    Parameters
    ----------
    ballast : a file that takes what is left; taking it away frees space
    """

    hall: Hall
    victim: Victim
    ballast: Path

    def fill(self) -> None:
        """Leave nothing."""
        with self.ballast.open("wb", buffering=0) as file:
            block = b"\1" * 65536
            try:
                while True:
                    file.write(block)
            except OSError:
                return


@pytest.fixture
def tight(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tight]:
    n_codes: int = request.param
    with (
        small_disk(tmp_path / "disk", megabytes=160 + n_codes // 50) as disk,
        running(disk / "data", settings=SMALL_WAL) as server,
        database_on(server) as database,
    ):
        hall = open_hall(database, n_codes=n_codes)
        yield Tight(hall, Victim(server, SMALL_WAL), disk / "ballast")


def outlast(tight: Tight) -> tuple[Verdict, int, float]:
    """Vote until the disk is full and some time after; errors, and seconds until it works again."""
    casts = [through_the_box(tight.hall)] * N_VOTERS
    slips = slips_of(tight.hall)
    with crowd(casts, slips, patience=PATIENCE_S) as (ledger, _):
        ledger.wait_for(30, seconds=20)
        tight.fill()
        until = time.monotonic() + 5
        while ledger.unanswered < 20 and time.monotonic() < until:
            time.sleep(0.01)
        tight.ballast.unlink()
        freed, n_before = time.monotonic(), len(ledger.receipts)
        tight.victim.start()  # a server that could not write its log has stopped
        ledger.wait_for(min(n_before + 1, len(slips)), seconds=20)
        recovered = time.monotonic() - freed
    return verdict(tight.hall, ledger), ledger.unanswered, recovered


@pytest.mark.parametrize("tight", sizes(4_000, 12_000), indirect=True)
def test_a_full_disk_loses_nothing_and_works_again(tight: Tight, note: Note) -> None:
    found, n_errors, recovered = outlast(tight)
    note(**vars(found), errors=n_errors, recovered_s=round(recovered, 1))
    assert n_errors > 0, "the disk never was full"
    assert found.acknowledged == len(tight.hall.codes)
    assert found.broken == 0
    assert recovered < 20


def answering_first(hall: Hall, storing: ThreadPoolExecutor) -> Cast:
    """As an application does that queues ballots and thanks at once."""

    def store(slip: Slip, sealed: bytes) -> None:
        paper = hall.paper(hall.batch_of[slip.code])
        voter = Voter(slip.code, slip.nonce)
        with suppress(DBAPIError), hall.database.box() as connection:
            box_row(connection, *ballot_call(paper, voter=voter, sealed=sealed))

    def cast(slip: Slip) -> bytes:
        paper = hall.paper(hall.batch_of[slip.code])
        sealed = seal_ballot(paper, answers=GOOD, keys=hall.keys)
        storing.submit(store, slip, sealed)
        return leaf(sealed)[:PREFIX]

    return cast


@pytest.mark.parametrize("tight", [400], indirect=True)
def test_thanking_before_storing_loses_what_the_disk_did_not_take(tight: Tight, note: Note) -> None:
    hall = tight.hall
    hall.paper(next(iter(hall.batches)))
    tight.fill()
    with ThreadPoolExecutor(4) as storing:
        casts = [answering_first(hall, storing)] * N_VOTERS
        slips = [Slip(code, code[:16].encode()) for code in hall.codes]
        with crowd(casts, slips, patience=PATIENCE_S) as (ledger, _):
            pass
    tight.ballast.unlink()
    tight.victim.start()
    found = verdict(hall, ledger)
    note(**vars(found))
    assert found.lost > 0
