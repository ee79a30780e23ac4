"""The current fails while ballots pour in; whoever has a receipt is in the box afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from surveys.database.embedded import Server, ServerFailed, running
from surveys.database.engine import Database
from tests.faults.conftest import Note
from tests.faults.disks import LoopDisk, loop_disk, require
from tests.faults.halls import Hall, database_on, open_hall
from tests.faults.killing import Victim
from tests.faults.voters import Ledger, Verdict, crowd, slips_of, through_the_box, verdict

N_VOTERS = 8
N_CODES = 150
MEGABYTES = 256
N_CUTS = 25
NAME = "hall"

# Whole clusters move: too slow for every run of the tests.
pytestmark = [pytest.mark.faults, pytest.mark.slow]


@contextmanager
def halls_on_a_disk(tmp_path: Path, n: int) -> Iterator[tuple[LoopDisk, Path, list[Hall]]]:
    """Campaigns opened on a safe server, whose cluster then moves to a disk of its own."""
    require("mount", "umount", "mkfs.ext4", "losetup")
    data_dir = tmp_path / "data"
    with running(data_dir) as server, database_on(server, NAME) as database:
        halls = [open_hall(database, n_codes=N_CODES) for _ in range(n)]
    with loop_disk(tmp_path / "disk.img", data_dir / "cluster", megabytes=MEGABYTES) as disk:
        yield disk, data_dir, halls


@contextmanager
def connected(server: Server) -> Iterator[Database]:
    """The halls' database."""
    database = Database(server.url(NAME), box_url=server.url(NAME, user="gongping_box"))
    yield database
    database.dispose()


def cut_under_load(disk: LoopDisk, victim: Victim, hall: Hall, *, patience: float) -> Ledger:
    """Vote, cut the current, connect it again, start the server in safety; voters wait so long."""
    casts = [through_the_box(hall)] * N_VOTERS
    with crowd(casts, slips_of(hall), patience=patience) as (ledger, enough):
        ledger.wait_for(40, seconds=20)
        postmaster = victim.postmaster()
        disk.cut()
        victim.end(postmaster)
        disk.unmount()
        disk.mount()
        try:
            Victim(victim.server, {}).start()
        except ServerFailed:
            enough.set()
    return ledger


def test_nothing_acknowledged_is_lost_in_a_power_cut(tmp_path: Path, note: Note) -> None:
    found = []
    with (
        halls_on_a_disk(tmp_path, N_CUTS) as (disk, data_dir, halls),
        running(data_dir) as server,
        connected(server) as database,
    ):
        for drawn in halls:
            hall = replace(drawn, database=database)
            ledger = cut_under_load(disk, Victim(server, {}), hall, patience=60)
            found.append(verdict(hall, ledger))
    kept = sum(one.acknowledged for one in found)
    note(cuts=N_CUTS, acknowledged=kept, broken=sum(one.broken for one in found))
    assert kept == N_CUTS * N_CODES
    assert [one.broken for one in found] == [0] * N_CUTS


HASTY = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_buffers": "16MB"}


@pytest.mark.parametrize("settings", [HASTY, {"fsync": "off"}], ids=("hasty", "blind"))
def test_a_server_that_does_not_wait_for_its_disk_loses_ballots(
    tmp_path: Path, settings: dict[str, str], note: Note
) -> None:
    with (
        halls_on_a_disk(tmp_path, 1) as (disk, data_dir, (drawn,)),
        running(data_dir, settings=settings) as server,
        connected(server) as database,
    ):
        hall = replace(drawn, database=database)
        ledger = cut_under_load(disk, Victim(server, settings), hall, patience=3)
        found = left(hall, ledger)
    note(lost=found if found is None else found.lost, told=len(ledger.receipts))
    assert found is None or found.lost > 0


def left(hall: Hall, ledger: Ledger) -> Verdict | None:
    """What is left of the box; None where no database came up again."""
    try:
        return verdict(hall, ledger)
    except DBAPIError:
        return None
