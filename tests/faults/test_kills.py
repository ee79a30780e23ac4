"""Servers die under their voters' hands; no acknowledged ballot is lost, none is there twice."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from surveys.casting.cast_ballot import Voter, cast_ballot
from surveys.casting.papers import paper_of_batch
from surveys.database.embedded import Server
from surveys.database.engine import Database
from tests.faults.conftest import Note
from tests.faults.halls import GOOD, Hall, database_on, open_hall
from tests.faults.killing import Victim
from tests.faults.voters import (
    PREFIX,
    Cast,
    Slip,
    Unanswered,
    crowd,
    slips_of,
    through_the_box,
    verdict,
)

N_VOTERS = 8
PATIENCE_S = 60


@pytest.fixture(scope="module")
def doomed_database(own_server: Server) -> Iterator[Database]:
    """A database on the server that is killed."""
    with database_on(own_server, "doomed") as database:
        yield database


@pytest.fixture
def victim(own_server: Server, doomed_database: Database) -> Victim:
    """The server of this process's tests."""
    return Victim(own_server, {})


@pytest.mark.parametrize("kind", range(4), ids=("postmaster", "backend", "terminate", "freeze"))
def test_nothing_acknowledged_is_lost_when_processes_die(
    doomed_database: Database, victim: Victim, note: Note, kind: int
) -> None:
    hall = open_hall(doomed_database, n_codes=120)
    casts = [through_the_box(hall)] * N_VOTERS
    with crowd(casts, slips_of(hall), patience=PATIENCE_S) as (ledger, _):
        ledger.wait_for(20, seconds=20)
        victim.kills[kind]()
    found = verdict(hall, ledger)
    note(**vars(found), unanswered=ledger.unanswered, refused=ledger.refused["code_used"])
    assert found.acknowledged == len(hall.codes)
    assert found.broken == 0


def test_without_waiting_for_the_disk_acknowledged_ballots_are_lost(
    doomed_database: Database, victim: Victim, note: Note
) -> None:
    hall = open_hall(doomed_database, n_codes=80)
    hasty = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_buffers": "16MB"}
    Victim(victim.server, hasty).kill_postmaster()
    doomed_database.dispose()
    casts = [through_the_box(hall)] * N_VOTERS
    with crowd(casts, slips_of(hall, shared=0), patience=PATIENCE_S) as (ledger, _):
        pass
    victim.kill_postmaster()
    doomed_database.dispose()
    found = verdict(hall, ledger)
    note(**vars(found))
    assert found.lost > 0


CHECK_THEN_INSERT = """
    CREATE OR REPLACE FUNCTION box.submit(
        p_batch integer, p_h bytea, p_nonce_h bytea, p_leaf bytea, p_sealed bytea,
        OUT outcome text, OUT leaf bytea
    ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
    BEGIN
        IF EXISTS (SELECT FROM box.envelope e WHERE e.token_h = p_h) THEN
            outcome := 'used';
            RETURN;
        END IF;
        PERFORM pg_sleep(0.003);
        INSERT INTO box.envelope VALUES (p_h, p_batch, p_nonce_h, p_leaf, p_sealed);
        outcome := 'stored';
        leaf := p_leaf;
    END $$
"""
PRIMARY_KEY = text("""
    SELECT conname FROM pg_constraint
    WHERE contype = 'p' AND conrelid = 'box.envelope'::regclass
""")


def test_a_box_that_looks_before_it_writes_takes_codes_twice(
    own_server: Server, note: Note
) -> None:
    with database_on(own_server, "careless") as database:
        hall = open_hall(database, n_codes=60)
        with database.transaction() as session:
            key = session.scalar(PRIMARY_KEY)
            session.execute(text(f"ALTER TABLE box.envelope DROP CONSTRAINT {key}"))
            session.connection().exec_driver_sql(CHECK_THEN_INSERT)
        slips = [Slip(code, bytes([nonce]) * 16) for code in hall.codes for nonce in range(4)]
        casts = [through_the_box(hall)] * N_VOTERS
        with crowd(casts, slips, patience=PATIENCE_S) as (ledger, _):
            pass
        found = verdict(hall, ledger)
    note(**vars(found))
    assert found.doubled > 0
    assert found.two_winners > 0


def answering_before_the_commit(hall: Hall) -> tuple[Cast, list[threading.Timer]]:
    """As an application does that commits when the response is on its way."""
    engine = create_engine(hall.database.box_engine.url, poolclass=NullPool)
    commits: list[threading.Timer] = []

    def cast(slip: Slip) -> bytes:
        try:
            connection = engine.connect()
            receipt = cast_ballot(
                connection,
                paper=paper_of_batch(connection, batch_id=hall.batch_of[slip.code]),
                voter=Voter(slip.code, slip.nonce),
                answers=GOOD,
                keys=hall.keys,
            )
        except DBAPIError as error:
            raise Unanswered from error

        def commit() -> None:
            with suppress(DBAPIError):
                connection.commit()
            with suppress(DBAPIError):
                connection.close()

        commits.append(threading.Timer(0.3, commit))
        commits[-1].start()
        return receipt.leaf[:PREFIX]

    return cast, commits


def test_an_answer_before_the_commit_promises_what_is_lost(
    doomed_database: Database, victim: Victim, note: Note
) -> None:
    hall = open_hall(doomed_database, n_codes=60)
    cast, commits = answering_before_the_commit(hall)
    slips = slips_of(hall, doubles=0, shared=0)
    with crowd([cast] * 4, slips, patience=PATIENCE_S) as (ledger, enough):
        ledger.wait_for(20, seconds=20)
        victim.kill_postmaster()
        enough.set()
    for commit in commits:
        commit.join()
    found = verdict(hall, ledger)
    note(**vars(found))
    assert found.lost > 0
