"""Too many at once, or a database that stands still or restarts: no ballot is lost or doubled."""

import http.client
import os
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from werkzeug.serving import make_server

from surveys.database import embedded
from surveys.database.engine import Database
from surveys.database.migrating import upgrade
from surveys.opening.keys import KeyStore
from tests.surveys.casting.forms import RECOGNITION
from tests.surveys.casting.voting import Voting, open_voting
from tests.webapp.citizen.conftest import HIDDEN, received
from tests.webapp.conftest import config_for_tests
from webapp.application import create_app

ANSWERS = {f"a0_{item}": "2" for item in range(7)}
BARRIER = "SELECT pg_advisory_xact_lock(7, :campaign)"
SEATS = 2


class Phone:
    """A browser over real HTTP."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Ask for a page; give status and text. Keeps cookie and Retry-After."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields or {}), headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        self.retry_after = answer.getheader("Retry-After")
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        connection.close()
        return answer.status, page

    def ballot(self, code: str) -> dict[str, str]:
        """Open the paper and fill it in."""
        token = dict(HIDDEN.findall(self.ask("GET", "/b")[1]))["csrf_token"]
        status, page = self.ask("POST", "/b/paper", {"csrf_token": token, "code": code})
        assert status == 200
        return dict(HIDDEN.findall(page)) | ANSWERS

    def send_until_received(self, ballot: dict[str, str], *, until: float) -> list[int]:
        """Send as the page's script does, only without its patience; give all statuses."""
        statuses = []
        while time.monotonic() < until:
            statuses.append(self.ask("POST", "/b/ballot", ballot)[0])
            if statuses[-1] != 503:
                return statuses
            assert self.retry_after
            assert 2 <= int(self.retry_after) <= 6
            time.sleep(0.05)
        return statuses


@contextmanager
def served(database: Database, data_dir: Path, loop: AbstractEventLoop) -> Iterator[int]:
    """Serve the citizen's pages; give the port."""
    app = create_app(config_for_tests(data_dir, audiences=("citizen",)), database=database)
    received(app, loop)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tiny(voting_database: Database) -> Iterator[Database]:
    """The same database with a deliberately tiny pool."""
    database = Database(
        voting_database.engine.url.render_as_string(hide_password=False),
        box_url=voting_database.box_engine.url.render_as_string(hide_password=False),
        box_seats=SEATS,
    )
    yield database
    database.dispose()


@pytest.fixture
def port(tiny: Database, tmp_path: Path, event_loop: AbstractEventLoop) -> Iterator[int]:
    with served(tiny, tmp_path, event_loop) as port:
        yield port


def test_a_hall_through_a_tiny_pool_gets_every_receipt(port: int, voting: Voting) -> None:
    ballots = [(phone := Phone(port), phone.ballot(code)) for code in voting.codes[:24]]
    until = time.monotonic() + 30
    with ThreadPoolExecutor(24) as hall:
        ends = list(
            hall.map(lambda one: one[0].send_until_received(one[1], until=until)[-1], ballots)
        )
    assert ends == [200] * 24
    assert voting.n_envelopes() == 24


def test_a_box_that_stands_still_refuses_quickly_and_loses_nothing(
    port: int, voting: Voting
) -> None:
    ballots = [(phone := Phone(port), phone.ballot(code)) for code in voting.codes[:12]]
    until = time.monotonic() + 30
    with ThreadPoolExecutor(12) as hall:
        with voting.database.transaction() as session:
            session.execute(text(BARRIER), {"campaign": voting.campaign_id})
            sent = [
                hall.submit(phone.send_until_received, ballot, until=until)
                for phone, ballot in ballots
            ]
            time.sleep(3)
            assert voting.n_envelopes() == 0
        statuses = [one.result() for one in sent]
    assert {ends[-1] for ends in statuses} == {200}
    assert voting.n_envelopes() == 12
    # Refused at once again and again, not each after a wait of its own.
    assert sum(ends.count(503) for ends in statuses) > 3 * 12


def test_the_door_opens_while_the_box_stands_still(port: int, voting: Voting) -> None:
    phone = Phone(port)
    ballot = phone.ballot(voting.codes[0])
    with voting.database.transaction() as session, ThreadPoolExecutor(4) as hall:
        session.execute(text(BARRIER), {"campaign": voting.campaign_id})
        waiting = [hall.submit(Phone(port).ask, "GET", "/b") for _ in range(2)]
        stuck = hall.submit(phone.ask, "POST", "/b/ballot", ballot)
        assert [one.result(timeout=1)[0] for one in waiting] == [200, 200]
        assert stuck.result()[0] == 503


def test_broken_connections_are_replaced_by_the_next_attempt(port: int, voting: Voting) -> None:
    phones = [Phone(port) for _ in range(4)]
    ballots = [phone.ballot(code) for phone, code in zip(phones, voting.codes, strict=False)]
    with voting.database.transaction() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :box"),
            {"box": "gongping_box"},
        )
    until = time.monotonic() + 5
    for phone, ballot in zip(phones, ballots, strict=True):
        assert phone.send_until_received(ballot, until=until)[-1] == 200
    assert voting.n_envelopes() == 4


@pytest.mark.slow
def test_voting_goes_on_within_five_seconds_of_a_restart(
    tmp_path: Path, event_loop: AbstractEventLoop
) -> None:
    with embedded.running(tmp_path / "postgresql") as server:
        embedded.create_database(server, "gongping")
        owner, public = server.url(), server.url(user="gongping_box")
        database = Database(owner, box_url=public)
        upgrade(database.engine)
        store = KeyStore(tmp_path / "keys", random_bytes=os.urandom)
        voting = open_voting(database, store=store, content=RECOGNITION)
        with served(database, tmp_path, event_loop) as port:
            phone, late = Phone(port), Phone(port)
            first, second = phone.ballot(voting.codes[0]), late.ballot(voting.codes[1])
            assert phone.ask("POST", "/b/ballot", first)[0] == 200
            embedded.stop(tmp_path / "postgresql")
            began = time.monotonic()
            assert late.ask("POST", "/b/ballot", second)[0] == 503
            assert time.monotonic() - began < 5
            embedded.start(tmp_path / "postgresql")
            back = time.monotonic()
            assert late.send_until_received(second, until=back + 5)[-1] == 200
            # Stored once before, answered again after: the same nonce.
            assert phone.send_until_received(first, until=back + 5)[-1] == 200
        assert voting.n_envelopes() == 2
        database.dispose()
