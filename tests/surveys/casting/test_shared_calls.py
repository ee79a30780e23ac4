"""Voters who come at the same time share a commit; none is lost, delayed or mixed up by it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.casting.box_call import BoxCall, BoxFailed, box_rows
from surveys.casting.shared_calls import Lane, SharedCalls
from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, parse_code
from tests.surveys.casting.voting import Voting

SAY = BoxCall("test_say", "SELECT $1::bytea")
# Fails for a word without a space before it, as a row that a constraint refuses.
SAY_BUT_NO = BoxCall("test_say_but_no", "SELECT (1 / position(' ' in $1::text))::text::bytea")


@contextmanager
def one_under_way(database: Database, lane: Lane) -> Iterator[None]:
    """Hold one call up, so that those who come now wait together."""
    held_up = BoxCall("test_held_up", "SELECT $1::bytea FROM pg_advisory_xact_lock_shared(4711)")
    first = Thread(target=lane.row, args=(held_up, (b"a",)))
    with database.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        first.start()
        while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            sleep(0.005)
        yield
    first.join()


def ask_together(
    database: Database, lane: Lane, calls: Sequence[tuple[BoxCall, bytes]]
) -> list[Future[tuple[bytes | None, ...] | None]]:
    """Ask while another call is under way."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with one_under_way(database, lane):
            asked = [pool.submit(lane.row, call, (value,)) for call, value in calls]
            sleep(0.1)
        return asked


def test_calls_in_one_pile_share_one_transaction(database: Database) -> None:
    number = BoxCall("test_number", "SELECT pg_current_xact_id()::text::bytea")
    with database.box() as connection:
        first, second = box_rows(connection, [(number, ()), (number, ())])
        (alone,) = box_rows(connection, [(number, ())])
    assert first == second != alone


def test_each_of_those_who_wait_gets_the_own_answer(database: Database) -> None:
    words = [b"word %d" % number for number in range(20)]
    lane = Lane(database, leaders=1)
    asked = ask_together(database, lane, [(SAY, word) for word in words])
    assert [each.result() for each in asked] == [(word,) for word in words]


def test_one_that_fails_keeps_none_of_its_company_from_an_answer(database: Database) -> None:
    lane = Lane(database, leaders=1)
    asked = ask_together(
        database, lane, [(SAY_BUT_NO, b" a"), (SAY_BUT_NO, b"no"), (SAY_BUT_NO, b" b")]
    )
    assert (asked[0].result(), asked[2].result()) == ((b"1",), (b"1",))
    with pytest.raises(BoxFailed):
        asked[1].result()


def test_a_pile_of_which_one_fails_leaves_nothing_behind(voting: Voting) -> None:
    submit = BoxCall(
        "test_submit",
        "SELECT outcome FROM box.submit($1::integer, $2::bytea, $3::bytea, $4::bytea, $5::bytea)",
    )
    batch = voting.batch_id.to_bytes(4)
    good, torn = (
        (batch, code_hash(parse_code(code)), sha256(b"n").digest(), sha256(b"l").digest(), sealed)
        for code, sealed in zip(voting.codes, (bytes(1792), bytes(7)), strict=False)
    )
    with pytest.raises(BoxFailed), voting.database.box() as connection:
        box_rows(connection, [(submit, good), (submit, torn)])
    assert voting.n_envelopes() == 0


def test_a_connection_that_broke_is_busy_for_all_and_then_replaced(database: Database) -> None:
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = 'gongping_box' AND datname = current_database()"
    )
    with database.box() as connection:
        with database.transaction() as session:
            session.execute(end_all)
        with pytest.raises(OperationalError):
            box_rows(connection, [(SAY, (b"a",)), (SAY, (b"b",))])
    with database.box() as connection:
        assert box_rows(connection, [(SAY, (b"a",))]) == [(b"a",)]


def test_who_waits_in_vain_is_told_so_and_the_next_at_once(database: Database) -> None:
    lane = Lane(database, leaders=1, patience=0.1)
    with one_under_way(database, lane):
        with pytest.raises(PoolTimeout):
            lane.row(SAY, (b"a",))
        began = monotonic()
        with pytest.raises(PoolTimeout):
            lane.row(SAY, (b"b",))
        assert monotonic() - began < 0.1
    assert lane.row(SAY, (b"c",)) == (b"c",)


def test_one_campaign_does_not_hold_up_another(database: Database) -> None:
    calls = SharedCalls(database)
    with one_under_way(database, calls.lane(1)):
        began = monotonic()
        assert calls.lane(2).row(SAY, (b"a",)) == (b"a",)
        assert monotonic() - began < 0.5


def test_a_second_pile_goes_while_the_first_waits_for_the_disk(database: Database) -> None:
    lane = Lane(database, leaders=2)
    with one_under_way(database, lane):
        assert lane.row(SAY, (b"a",)) == (b"a",)


def test_those_who_come_in_crowds_are_all_answered(database: Database) -> None:
    lane = Lane(database)
    words = [b"word %d" % number for number in range(600)]
    with ThreadPoolExecutor(24) as pool:
        assert list(pool.map(lambda word: lane.row(SAY, (word,)), words)) == [(w,) for w in words]
