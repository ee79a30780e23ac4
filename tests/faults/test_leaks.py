"""No file of the server and no log holds a code, an answer, a comment or a nonce."""

import logging
import re
import traceback
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from surveys.database.embedded import Server, running
from surveys.database.engine import Database
from surveys.issuing.codes import code_hash
from surveys.opening.keys import KeyStore
from tests.conftest import NOW
from tests.faults.ballots import (
    COMMENT_MARK,
    MARKS,
    cast_all,
    marked_ballots,
    naive_box,
)
from tests.faults.conftest import Note
from tests.faults.halls import Hall, database_on, open_hall
from tests.faults.sizes import sizes
from tests.webapp.conftest import Browser, config_for_tests
from webapp.application import create_app
from webapp.logs import JsonLines

# A code as it is spelled, or in printed groups of four.
CODE = re.compile(rb"[0-9A-HJKMNP-TV-Z]{4}(?:[- ]?[0-9A-HJKMNP-TV-Z]{4}){6}")
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


def finds(data: bytes, codes: frozenset[bytes]) -> int:
    """How many marks of ballots, and how many codes, stand in some bytes."""
    n_marks = sum(data.count(mark) for mark in MARKS)
    spelled = (re.sub(rb"[- ]", b"", found) for found in CODE.findall(data))
    return n_marks + sum(code in codes for code in spelled)


def finds_in(folder: Path, codes: frozenset[bytes]) -> int:
    """The same in all files of a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return sum(finds(path.read_bytes(), codes) for path in files)


def checkpoint(server: Server) -> None:
    """Bring everything from memory into the files."""
    where = {"host": str(server.socket_dir), "port": server.port, "user": "postgres"}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute("CHECKPOINT")


@pytest.mark.parametrize("n_codes", sizes(5, 50))
def test_whoever_steals_the_files_reads_no_ballot(tmp_path: Path, n_codes: int, note: Note) -> None:
    with running(tmp_path / "data") as server, database_on(server) as database:
        hall = open_hall(database, n_batches=60, n_codes=n_codes)
        cast_all(hall, marked_ballots(hall))
        checkpoint(server)
        cluster = server.data_dir / "cluster"
        codes = frozenset(code.encode() for code in hall.codes)
        wal, heap = finds_in(cluster / "pg_wal", codes), finds_in(cluster / "base", codes)
        note(ballots=len(codes), wal=wal, heap=heap)
        assert finds_in(server.data_dir, codes) == 0


def test_the_same_search_finds_every_ballot_of_a_naive_box(
    own_database: Database, tmp_path: Path, note: Note, own_server: Server
) -> None:
    hall = open_hall(own_database, n_batches=4, n_codes=10)
    ballots = marked_ballots(hall)
    before = finds_in(own_server.data_dir / "cluster" / "pg_wal", frozenset())
    with database_on(own_server, f"naive_{tmp_path.name}") as database:
        naive_box(own_server, database, ballots)
        checkpoint(own_server)
        wal = finds_in(own_server.data_dir / "cluster" / "pg_wal", frozenset()) - before
        heap = finds_in(own_server.data_dir / "cluster" / "base", frozenset())
    drop(own_database, f"naive_{tmp_path.name}")
    note(ballots=len(ballots), wal=wal, heap=heap)
    assert min(wal, heap) >= len(ballots)


def drop(database: Database, name: str) -> None:
    """Take a spoilt database away."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


MARKED = COMMENT_MARK + "ABCD"
PROVOCATIONS = (
    # A value that fits no type, a broken CHECK, a doubled key, a syntax error, a cancelled query.
    "SELECT CAST(:mark AS integer)",
    "INSERT INTO box.token (h, batch_id, state) VALUES (convert_to(:mark, 'UTF8'), 1, 'issued')",
    "SELECT box.submit(:mark)",
    "SELEC :mark",
    "SELECT pg_sleep(5), :mark",
    "SELECT pg_catalog.set_config('work_mem', :mark, false)",
    "DO $$ BEGIN RAISE WARNING '" + MARKED + "'; RAISE EXCEPTION '" + MARKED + "'; END $$",
)


def provoke(database: Database, *, careless: bool = False) -> None:
    """Make the server stumble over marked values, as both roles."""
    for engine in (database.engine, database.box_engine):
        for statement in PROVOCATIONS:
            with engine.connect() as connection:
                if careless and engine is database.engine:
                    for name, value in CARELESS.items():
                        connection.execute(text(f"SET {name} = '{value}'"))
                connection.execute(text("SET statement_timeout = 50"))
                with pytest.raises(DBAPIError):
                    connection.execute(text(statement), {"mark": MARKED})


CARELESS = {
    "log_min_messages": "warning",
    "log_min_error_statement": "error",
    "log_error_verbosity": "default",
    "log_parameter_max_length_on_error": "-1",
}


def server_log(server: Server) -> bytes:
    """What the server has written down."""
    return (server.data_dir / "cluster" / "server.log").read_bytes()


def test_the_servers_log_quotes_nothing_it_stumbled_over(
    own_server: Server, own_database: Database
) -> None:
    before = len(server_log(own_server))
    provoke(own_database)
    assert finds(server_log(own_server)[before:], frozenset()) == 0


def test_a_careless_servers_log_quotes_everything(
    own_server: Server, own_database: Database, note: Note
) -> None:
    before = len(server_log(own_server))
    provoke(own_database, careless=True)
    quoted = finds(server_log(own_server)[before:], frozenset())
    note(quoted=quoted)
    assert quoted >= len(PROVOCATIONS)


# What each does to the box, and how it is undone: the page fails, it does not only refuse.
BREAKS = {
    "renamed": (
        ["ALTER FUNCTION box.submit RENAME TO gone"],
        ["ALTER FUNCTION box.gone RENAME TO submit"],
    ),
    "refused": (
        ["ALTER TABLE box.envelope ADD CONSTRAINT never CHECK (batch_id < 0) NOT VALID"],
        ["ALTER TABLE box.envelope DROP CONSTRAINT never"],
    ),
    "terminated": (
        [
            """
            CREATE FUNCTION box.fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$
            """,
            """
            CREATE TRIGGER fail BEFORE INSERT ON box.envelope
            FOR EACH ROW EXECUTE FUNCTION box.fail()
            """,
        ],
        ["DROP TRIGGER fail ON box.envelope", "DROP FUNCTION box.fail()"],
    ),
}


@pytest.fixture
def hall(own_database: Database, tmp_path: Path) -> Hall:
    """A campaign whose keys a web server finds."""
    return open_hall(own_database, n_codes=10, store=KeyStore(tmp_path / "keys"))


@pytest.fixture
def browser(hall: Hall, tmp_path: Path) -> Browser:
    """A voter before a server that answers errors as in production."""
    config = config_for_tests(tmp_path, audiences=("citizen",))
    app = create_app(config, database=hall.database, clock=lambda: NOW)
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


def send_marked(browser: Browser, code: str) -> tuple[int, str]:
    """Send a marked ballot; the answer's status, and what would reach a server's standard error."""
    page = browser.post_form("/b/paper", {"code": code}, page="/b").text
    fields = dict(HIDDEN.findall(page)) | {"a0_0": "1", "a0_1": "2", "c0": COMMENT_MARK}
    fields["nonce"] = "nonce-GPMARK-0123456789"
    try:
        return browser.post("/b/ballot", data=fields).status_code, ""
    except Exception:  # noqa: BLE001 (what no handler caught, the server would print)
        return 500, traceback.format_exc()


@pytest.mark.parametrize("name", BREAKS)
def test_the_applications_log_quotes_nothing_of_a_ballot_that_failed(
    browser: Browser, hall: Hall, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    code = hall.codes[0]
    breaks, mends = BREAKS[name]
    run(hall.database, breaks)
    try:
        status, printed = send_marked(browser, code)
    finally:
        run(hall.database, mends)
    lines = [JsonLines().format(r) + r.getMessage() + str(r.exc_text) for r in caplog.records]
    written = ("\n".join(lines) + caplog.text + printed).encode()
    assert status >= 500
    assert lines
    assert finds(written, frozenset([code.encode()])) == 0
    assert b"GPMARK" not in written
    # Beside the moment, even a code's hash would tell when it was used.
    assert code_hash(code).hex()[:16].encode() not in written


def run(database: Database, statements: list[str]) -> None:
    """Change the box behind the application's back."""
    with database.transaction() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
