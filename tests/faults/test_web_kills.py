"""The whole way of a ballot while everything dies in turn: server, connections, workers, master."""

import os
import random
import signal
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import pytest

from surveys.database.embedded import running
from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from tests.faults.conftest import Note
from tests.faults.halls import database_on, open_hall
from tests.faults.killing import Victim
from tests.faults.voters import Unanswered, crowd, slips_of, verdict
from tests.faults.web import PROGRAM, Phone, WebServer, serving

N_KILLS = 35
N_PHONES = 16
N_CODES = 12_000
PATIENCE_S = 180
# In which a master that gives up has done so.
SETTLING_S = 6


@pytest.mark.faults
@pytest.mark.slow
def test_nothing_acknowledged_over_http_is_lost_when_everything_dies(
    tmp_path: Path, note: Note
) -> None:
    with running(tmp_path / "postgresql") as server, database_on(server) as database:
        hall = open_hall(database, n_codes=N_CODES, store=KeyStore(tmp_path / "keys"))
        victim = Victim(server, {})
        with serving(database, tmp_path) as web:
            kills = cycle([*victim.kills, web.kill_worker, web.kill_master])
            phones = [Phone(web.port) for _ in range(N_PHONES)]
            casts = [phone.cast for phone in phones]
            began = time.monotonic()
            with crowd(casts, slips_of(hall), patience=PATIENCE_S) as (ledger, enough):
                for _ in range(N_KILLS):
                    next(kills)()
                    web.revive()
                    # The next one falls only on voters who are at work again.
                    ledger.wait_for(len(ledger.receipts) + 30, seconds=60)
                    time.sleep(random.uniform(0, 1))
                enough.set()
                time.sleep(SETTLING_S)
                web.revive()
            for phone in phones:
                phone.hang_up()
            elapsed = time.monotonic() - began
        database.dispose()
        found = verdict(hall, ledger)
    note(
        kills=N_KILLS,
        seconds=round(elapsed),
        **vars(found),
        unanswered=ledger.unanswered,
        refused=ledger.refused["code_used"],
    )
    assert found.acknowledged > 10 * N_KILLS
    assert found.broken == 0


HASTY = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_buffers": "16MB"}


@pytest.mark.faults
@pytest.mark.slow
def test_over_http_too_ballots_are_lost_without_waiting_for_the_disk(
    tmp_path: Path, note: Note
) -> None:
    with running(tmp_path / "postgresql") as server, database_on(server) as database:
        hall = open_hall(database, n_codes=100, store=KeyStore(tmp_path / "keys"))
        Victim(server, HASTY).kill_postmaster()  # on an unsafe server no campaign opens
        database.dispose()
        with serving(database, tmp_path) as web:
            phones = [Phone(web.port) for _ in range(N_PHONES)]
            slips = slips_of(hall, shared=0)
            with crowd([phone.cast for phone in phones], slips, patience=PATIENCE_S) as (ledger, _):
                pass
            Victim(server, HASTY).kill_postmaster()
            for phone in phones:
                phone.hang_up()
        database.dispose()
        found = verdict(hall, ledger)
    note(lost=found.lost, acknowledged=found.acknowledged)
    assert found.lost > 0


# As it would be if workers did not ask for it.
OUTLIVES = f"import webapp.serving as s; s.end_with_server = lambda: None; {PROGRAM}"


def outlived(web: WebServer) -> bool:
    """Kill the main process alone, as the kernel may; whether a worker holds the port."""
    assert web.master
    web.master.kill()
    web.master.wait()
    until = time.monotonic() + 5
    while web.answers() and time.monotonic() < until:
        time.sleep(0.05)
    return web.answers()


@pytest.mark.parametrize("outlives", [False, True])
def test_a_server_whose_main_process_is_killed_leaves_the_port(
    worker_database: Database, tmp_path: Path, *, outlives: bool
) -> None:
    program = OUTLIVES if outlives else PROGRAM
    with serving(worker_database, tmp_path, program=program) as web:
        pids = web.workers()
        try:
            assert outlived(web) == outlives
        finally:
            for pid in pids if outlives else ():
                os.kill(pid, signal.SIGKILL)


# As it would be without somebody who starts it anew.
GIVES_UP = f"import webapp.commands.serving as s; s.MOST_STARTS = 1; {PROGRAM}"


def kill_workers_again_and_again(web: WebServer) -> bool:
    """End one worker after the other within seconds; whether the server answers afterwards."""
    assert web.master
    for _ in range(4):
        web.kill_worker()
        time.sleep(1.5)
    until = time.monotonic() + 60
    while time.monotonic() < until and web.master.poll() is None:
        phone = Phone(web.port)
        with suppress(Unanswered):
            phone.ask("GET", "/b")
            phone.hang_up()
            return True
        time.sleep(0.2)
    return False


@pytest.mark.faults
@pytest.mark.slow
def test_a_server_whose_workers_die_again_and_again_starts_anew(
    own_database: Database, tmp_path: Path
) -> None:
    with serving(own_database, tmp_path) as web:
        assert kill_workers_again_and_again(web)


@pytest.mark.faults
@pytest.mark.slow
def test_without_a_new_start_it_would_be_gone(own_database: Database, tmp_path: Path) -> None:
    with serving(own_database, tmp_path, program=GIVES_UP) as web:
        assert not kill_workers_again_and_again(web)
