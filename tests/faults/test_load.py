"""More phones than the machine can serve: nobody is lost, nobody is turned away rudely."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.database.embedded import Server
from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from tests.faults.conftest import Note
from tests.faults.halls import Hall, open_hall
from tests.faults.rush import Rush, rush
from tests.faults.sizes import sizes
from tests.faults.voters import Verdict, slips_of, verdict
from tests.faults.web import PROGRAM, WebServer, serving

PATIENCE_S = 180
LONGEST_STALL_S = 60
BARRIER = text("SELECT pg_advisory_xact_lock(7, :campaign)")
# The server's own limit, as it was: of each worker so many connections, resting ones included.
NARROW = f"import webapp.commands.serving as s; s.MOST_CONNECTIONS = 16; {PROGRAM}"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the web server finds its keys."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def web(own_database: Database, data_dir: Path) -> Iterator[WebServer]:
    """Two workers over a database of their own."""
    with serving(own_database, data_dir) as server:
        yield server


def hall_of(n: int, database: Database, data_dir: Path) -> Hall:
    """A hall with so many phones."""
    return open_hall(database, n_codes=n, store=KeyStore(data_dir / "keys"))


def come(
    hall: Hall, port: int, *, at_once: int | None = None, seen: Rush | None = None
) -> tuple[Rush, Verdict]:
    """Let all vote; what they saw, and whether the box keeps its word."""
    slips = slips_of(hall, doubles=0, shared=0)
    seen = rush(port, slips, patience=PATIENCE_S, at_once=at_once, seen=seen)
    return seen, verdict(hall, seen.ledger)


@contextmanager
def stalled(hall: Hall, seen: Rush, *, until: int) -> Iterator[None]:
    """Nothing enters the box, as when the disk stands still, until so many were refused."""

    def hold() -> None:
        with hall.database.transaction() as session:
            session.execute(BARRIER, {"campaign": hall.campaign_id})
            latest = time.monotonic() + LONGEST_STALL_S
            while seen.statuses[503] < until and time.monotonic() < latest:
                time.sleep(0.05)

    holding = threading.Thread(target=hold)
    holding.start()
    yield
    holding.join()


@pytest.mark.parametrize("n", sizes(200, 2000))
def test_a_hall_that_sends_at_once_loses_nobody(
    web: WebServer, own_database: Database, data_dir: Path, note: Note, n: int
) -> None:
    seen, found = come(hall_of(n, own_database, data_dir), web.port)
    note(phones=n, **vars(found), answers=dict(seen.statuses), p99_s=round(seen.percentile(99), 2))
    assert found.acknowledged == n
    assert found.broken == 0
    assert set(seen.statuses) <= {200, 503}


@pytest.mark.parametrize("n", sizes(150, 2000))
def test_a_box_that_stands_still_asks_everybody_to_come_again(
    web: WebServer, own_database: Database, data_dir: Path, note: Note, n: int
) -> None:
    hall = hall_of(n, own_database, data_dir)
    seen = Rush()
    with stalled(hall, seen, until=n // 2):
        _, found = come(hall, web.port, seen=seen)
    note(phones=n, **vars(found), answers=dict(seen.statuses), p99_s=round(seen.percentile(99), 2))
    assert found.acknowledged == n
    assert found.broken == 0
    assert seen.statuses[503] >= n // 2
    assert (set(seen.statuses) - {200, 503}, seen.rude) == (set(), 0)


@pytest.mark.faults
@pytest.mark.slow
def test_overload_costs_less_than_a_third_of_the_rate(
    web: WebServer, own_database: Database, data_dir: Path, note: Note
) -> None:
    peak, _ = come(hall_of(5000, own_database, data_dir), web.port, at_once=64)
    seen, found = come(hall_of(5000, own_database, data_dir), web.port)
    share = seen.rate() / peak.rate()
    note(
        phones=5000,
        **vars(found),
        answers=dict(seen.statuses),
        peak_per_s=round(peak.rate()),
        goodput_per_s=round(seen.rate()),
        p99_s=round(seen.percentile(99), 2),
    )
    assert found.acknowledged == 5000
    assert found.broken == 0
    assert (set(seen.statuses) - {200, 503}, seen.rude) == (set(), 0)
    assert share >= 0.7


def test_a_narrow_door_is_noticed(
    own_server: Server, own_database: Database, data_dir: Path, note: Note
) -> None:
    """Phones that keep their connection leave the others outside."""
    hall = hall_of(120, own_database, data_dir)
    slips = slips_of(hall, doubles=0, shared=0)
    with serving(own_database, data_dir, program=NARROW) as narrow:
        seen = rush(narrow.port, slips, patience=8, attempt=2)
    note(answers=dict(seen.statuses), unresolved=len(seen.ledger.unresolved))
    assert seen.statuses[0] > 0
