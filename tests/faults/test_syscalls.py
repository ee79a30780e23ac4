"""The kernel refuses or kills in the middle of a write; whoever has a receipt is in the box."""

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import psycopg
import pytest

from surveys.database.embedded import Server, running
from surveys.database.engine import Database
from tests.faults.conftest import Note
from tests.faults.halls import database_on, open_hall
from tests.faults.killing import Victim
from tests.faults.sizes import sizes
from tests.faults.voters import Verdict, crowd, slips_of, through_the_box, verdict

N_VOTERS = 4
N_CODES = 40
PATIENCE_S = 60
STRIKES_WITHIN_S = 3
ATTACHED_WITHIN_S = 20
ATTEMPTS = 5
CALLS = ("pwrite64", "fdatasync", "openat", "renameat,rename")
EFFECTS = ("error=EIO", "error=ENOSPC", "signal=KILL")


@dataclass(frozen=True)
class Fault:
    """At the n-th call of a kind in each process, the kernel does this instead."""

    call: str
    effect: str
    nth: int


FEW = [Fault("pwrite64", "error=EIO", 1), Fault("fdatasync", "signal=KILL", 1)]
ALL = [Fault(*one) for one in product(CALLS, EFFECTS, range(1, 26))]
# Most of the time is waiting: parts, each on a server of its own, run at the same time.
N_PARTS = 6


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    """A server that is traced."""
    with running(tmp_path / "data") as server:
        yield Victim(server, {})


@contextmanager
def traced(victim: Victim, fault: Fault, log: Path) -> Iterator[None]:
    """Let the fault strike every process the server has now, until we leave."""
    if shutil.which("strace") is None:
        pytest.skip("wants strace, to let system calls fail")
    tracer = attached(victim, fault, log)
    try:
        yield
    finally:
        tracer.terminate()
        tracer.communicate()


def attached(victim: Victim, fault: Fault, log: Path) -> "subprocess.Popen[str]":
    """Trace the server's processes; one that ends just then takes the tracer with it: once more."""
    rules = ["-e", f"trace={fault.call}"]
    rules += ["-e", f"inject={fault.call}:{fault.effect}:when={fault.nth}"]
    for _ in range(ATTEMPTS):
        postmaster = victim.postmaster()
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        whom = [word for pid in children for word in ("-p", pid)]
        tracer = subprocess.Popen(
            ["strace", "-o", str(log), *rules, *whom], stderr=subprocess.PIPE, text=True
        )
        until = time.monotonic() + ATTACHED_WITHIN_S
        while tracer.poll() is None and time.monotonic() < until:
            if any(_is_traced(pid) for pid in children):
                return tracer
            time.sleep(0.01)
        tracer.terminate()
        _, said = tracer.communicate()
    pytest.skip(f"this machine lets nobody trace a process, not even root: {said[-200:]}")


def _is_traced(pid: str) -> bool:
    try:
        return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def struck(log: Path) -> bool:
    """Whether the fault was met."""
    text = log.read_text() if log.exists() else ""
    return "INJECTED" in text or "killed by SIGKILL" in text


def provoke(server: Server) -> None:
    """Make the server open, write and rename files."""
    where = f"host={server.socket_dir} port={server.port} user=postgres dbname=postgres"
    try:
        with psycopg.connect(f"{where} connect_timeout=3", autocommit=True) as connection:
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
    except psycopg.Error:
        return  # it may be what the fault strikes


def endure(victim: Victim, database: Database, fault: Fault, log: Path) -> tuple[Verdict, bool]:
    """Vote while the fault strikes; what became of the ballots, and whether it struck."""
    hall = open_hall(database, n_codes=N_CODES)
    casts = [through_the_box(hall)] * N_VOTERS
    with crowd(casts, slips_of(hall), patience=PATIENCE_S) as (ledger, _):
        ledger.wait_for(5, seconds=20)
        with traced(victim, fault, log):
            until = time.monotonic() + STRIKES_WITHIN_S
            while not struck(log) and time.monotonic() < until:
                provoke(victim.server)
                time.sleep(0.05)
        victim.start()
    return verdict(hall, ledger), struck(log)


@pytest.mark.parametrize("faults", sizes(FEW, *(ALL[place::N_PARTS] for place in range(N_PARTS))))
def test_nothing_acknowledged_is_lost_when_system_calls_fail(
    victim: Victim, faults: list[Fault], tmp_path: Path, note: Note
) -> None:
    found: list[Verdict] = []
    strikes: Counter[str] = Counter()
    with database_on(victim.server) as database:
        for place, fault in enumerate(faults):
            # Whom the tracer took may not have made the call before the votes were in: once more.
            for attempt in range(ATTEMPTS):
                log = tmp_path / f"trace-{place}-{attempt}"
                one, hit = endure(victim, database, fault, log)
                found.append(one)
                if hit:
                    strikes[fault.call] += 1
                    break
    told = sum(one.acknowledged for one in found)
    broken = sum(one.broken for one in found)
    note(faults=len(faults), struck=dict(strikes), acknowledged=told, broken=broken)
    assert broken == 0
    assert told == len(found) * N_CODES
    # A fault that nobody meets proves nothing.
    assert strikes.total() > len(faults) / 2


def test_a_server_that_does_not_wait_for_its_disk_is_found_out(
    victim: Victim, tmp_path: Path, note: Note
) -> None:
    hasty = {"synchronous_commit": "off", "wal_writer_delay": "3s", "wal_buffers": "16MB"}
    log = tmp_path / "trace"
    with database_on(victim.server) as database:
        hall = open_hall(database, n_codes=N_CODES)
        Victim(victim.server, hasty).kill_postmaster()
        database.dispose()
        casts = [through_the_box(hall)] * N_VOTERS
        # Whoever writes the log next dies in it.
        with traced(victim, Fault("pwrite64", "signal=KILL", 1), log):
            with crowd(casts, slips_of(hall, shared=0), patience=PATIENCE_S) as (ledger, _):
                pass
            until = time.monotonic() + 10
            while not struck(log) and time.monotonic() < until:
                time.sleep(0.05)
        victim.start()
        database.dispose()
        found = verdict(hall, ledger)
    note(**vars(found))
    assert found.lost > 0
