"""From a backup and the archived log, a box comes back as it was at any moment; nothing to read."""

import os
import random
import shutil
import subprocess
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select, text

from surveys.database.embedded import running
from surveys.database.embedded.account import account_for
from surveys.database.engine import Database
from surveys.models import Campaign, Envelope
from surveys.opening.close_statement import close_statement
from surveys.opening.tree import box_root
from tests.faults.ballots import marked_ballots
from tests.faults.bare import HERE, BareServer, started
from tests.faults.conftest import Note
from tests.faults.halls import Hall, database_on, open_hall
from tests.faults.sizes import sizes
from tests.faults.test_leaks import finds_in

NAME = "hall"
WRITTEN_SO_FAR = text("SELECT pg_current_wal_insert_lsn()::text")


@dataclass
class Archive:
    """A backup, the log since, and what voters had been told at which place of the log.

    Parameters
    ----------
    folder : belongs to the server's account, open to nobody else
    told : (place in the log, leaf), in the order of the receipts
    closed : ``close.json`` as the office got it
    """

    folder: Path
    hall: Hall | None = None
    told: list[tuple[int, bytes]] = field(default_factory=list)
    closed: bytes = b""

    @property
    def wal(self) -> Path:
        """Where the log goes."""
        return self.folder / "wal"

    @property
    def base(self) -> Path:
        """The backup, a whole cluster."""
        return self.folder / "base"


def place_of(lsn: str) -> int:
    """A place in the log as a number."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def lsn_of(place: int) -> str:
    """The same as PostgreSQL writes it."""
    return f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"


@contextmanager
def roomy_folder(data_dir: Path) -> Iterator[Path]:
    """A folder outside the cluster into which the server's account may write."""
    account = account_for(data_dir)
    folder = Path(tempfile.mkdtemp(prefix="gongping-archive-", dir="/var/tmp"))
    if account.other:
        os.chown(folder, account.uid, account.gid)
    for name in ("wal", "restored"):
        account.make_folder(folder / name)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=sizes(40, 1000))
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    """A hall that votes after the backup, and closes."""
    data_dir = tmp_path_factory.mktemp("origin") / "data"
    with running(data_dir) as made, database_on(made, NAME) as database:
        database.dispose()
    with roomy_folder(data_dir) as folder:
        archive = Archive(folder)
        keeping = {
            "archive_mode": "on",
            "archive_command": f"cp %p {archive.wal}/%f",
            "wal_level": "replica",
        }
        bare = BareServer(data_dir / "cluster", settings=keeping)
        with started(bare), database_on(bare.server, NAME) as database:
            archive.hall = open_hall(database, n_codes=request.param)
            back_up(bare, archive.base)
            vote_and_close(archive, database)
            with bare.connected() as connection:
                connection.execute("SELECT pg_switch_wal()")
        yield archive


def back_up(bare: BareServer, into: Path) -> None:
    """Make a whole copy of the running server."""
    bare.account.run(
        [
            bare.program("pg_basebackup"),
            *("-h", f"{HERE}/socket", "-U", "postgres", "-D", into, "-c", "fast", "-X", "none"),
        ],
        cwd=bare.cluster,
        step="start",
    )


def vote_and_close(archive: Archive, database: Database) -> None:
    """Cast all ballots, note how far the log is after each receipt, close."""
    hall = archive.hall
    assert hall
    with database.engine.connect() as connection:
        for ballot in marked_ballots(hall):
            receipt = hall.cast(ballot.code, os.urandom(16), answers=ballot.answers)
            archive.told.append(
                (place_of(connection.execute(WRITTEN_SO_FAR).scalar_one()), receipt.leaf)
            )
            connection.rollback()
    hall.close()
    archive.closed = statement_of(database, hall)


def statement_of(database: Database, hall: Hall) -> bytes:
    """The close statement, reckoned anew from what lies in the database."""
    with database.transaction() as session:
        return close_statement(session, campaign_id=hall.campaign_id).document()


@contextmanager
def restored(archive: Archive, *, to: int | None, with_log: bool = True) -> Iterator[Database]:
    """The database as it was at a place of the log; at its end where there is none."""
    folder = archive.folder / "restored"
    cluster = folder / "cluster"
    subprocess.run(["cp", "-a", str(archive.base), str(cluster)], check=True)
    bare = BareServer(cluster)
    shutil.rmtree(cluster / "socket", ignore_errors=True)
    bare.account.make_folder(cluster / "socket")
    bare.account.run(["/bin/sh", "-c", ": >recovery.signal"], cwd=cluster, step="start")
    bare.settings = {
        # Without the log, only what belongs to the backup itself.
        "restore_command": f"cp {archive.wal}/%f %p",
        "recovery_target_action": "promote",
        "archive_mode": "off",
    }
    if to is not None:
        bare.settings |= {"recovery_target_lsn": lsn_of(to)}
    if not with_log:
        bare.settings |= {"recovery_target": "immediate"}
    database = Database(bare.server.url(NAME), box_url=bare.server.url(NAME, user="gongping_box"))
    try:
        with started(bare):
            yield database
            database.dispose()
    finally:
        shutil.rmtree(cluster)


def leaves_in(database: Database, hall: Hall) -> list[bytes]:
    """What lies in the box."""
    with database.transaction() as session:
        of_hall = Envelope.batch_id.in_(hall.batches)
        return list(session.scalars(select(Envelope.leaf).where(of_hall).order_by(Envelope.leaf)))


def lost(archive: Archive, leaves: list[bytes], *, at: int) -> int:
    """Receipts that were out before a place of the log and are not in the box."""
    n_told = bisect_right(archive.told, at, key=lambda told: told[0])
    return len({leaf for _, leaf in archive.told[:n_told]} - set(leaves))


def test_a_restored_box_holds_every_receipt_of_its_moment(archive: Archive, note: Note) -> None:
    hall = archive.hall
    assert hall
    n_drills = 2 if len(hall.codes) < 100 else 20
    places = random.SystemRandom().sample([place for place, _ in archive.told], n_drills)
    held = []
    for place in places:
        with restored(archive, to=place) as database:
            leaves = leaves_in(database, hall)
            assert lost(archive, leaves, at=place) == 0
            assert set(leaves) <= {leaf for _, leaf in archive.told}
            close_restored(database, hall, leaves)
            held.append(len(leaves))
    note(drills=n_drills, ballots=len(archive.told), held=sorted(held), lost=0)


def close_restored(database: Database, hall: Hall, leaves: list[bytes]) -> None:
    """The restored box can be closed, and its root is that of what lies in it."""
    Hall(
        database,
        hall.campaign_id,
        hall.order,
        hall.poster_order,
        hall.people,
        hall.batches,
        hall.secrets,
    ).close()
    with database.transaction() as session:
        assert session.get_one(Campaign, hall.campaign_id).root == box_root(leaves)


def test_the_restored_end_gives_the_same_close_statement(archive: Archive) -> None:
    assert archive.hall
    with restored(archive, to=None) as database:
        assert statement_of(database, archive.hall) == archive.closed


def test_backup_and_log_hold_nothing_to_read(archive: Archive, note: Note) -> None:
    assert archive.hall
    codes = frozenset(code.encode() for code in archive.hall.codes)
    found = [finds_in(folder, codes) for folder in (archive.base, archive.wal)]
    note(backup=found[0], log=found[1])
    assert found == [0, 0]


def test_a_backup_without_its_log_is_found_out(archive: Archive, note: Note) -> None:
    assert archive.hall
    with restored(archive, to=None, with_log=False) as database:
        leaves = leaves_in(database, archive.hall)
    n_lost = lost(archive, leaves, at=archive.told[-1][0])
    note(lost=n_lost)
    assert n_lost > 0
