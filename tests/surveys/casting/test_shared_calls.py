"""Voters who come at the same time share a commit; none is lost, delayed or mixed up by it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from hashlib import sha256
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.casting.box_call import BoxCall, BoxFailed, Row, box_rows
from surveys.casting.shared_calls import Lane, SharedCalls
from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, parse_code
from tests.surveys.casting.voting import Voting

SAY = BoxCall("test_say", "SELECT $1::bytea")
# Fails for a word without a space before it, as a row that a constraint refuses.
SAY_BUT_NO = BoxCall("test_say_but_no", "SELECT (1 / position(' ' in $1::text))::text::bytea")
HELD_UP = BoxCall("test_held_up", "SELECT $1::bytea FROM pg_advisory_xact_lock_shared(4711)")


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    """Where piles are asked for."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


@asynccontextmanager
async def one_under_way(database: Database, lane: Lane) -> AsyncIterator[None]:
    """Hold one call up, so that those who come now wait together."""
    with database.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        first = asyncio.create_task(lane.row((HELD_UP, (b"a",))))
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not session.scalar(waiting):  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(0.005)
        yield
    await first


async def ask_together(
    database: Database, lane: Lane, calls: Sequence[tuple[BoxCall, bytes]]
) -> list[Row | BaseException | None]:
    """Ask while another call is under way; what each was answered, or its error."""
    async with one_under_way(database, lane):
        asked = [asyncio.create_task(lane.row((call, (value,)))) for call, value in calls]
        await asyncio.sleep(0)
    return await asyncio.gather(*asked, return_exceptions=True)


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen in an event loop."""
    asyncio.run(story)


def test_calls_in_one_pile_share_one_transaction(database: Database) -> None:
    number = BoxCall("test_number", "SELECT pg_current_xact_id()::text::bytea")
    with database.box() as connection:
        first, second = box_rows(connection, [(number, ()), (number, ())])
        (alone,) = box_rows(connection, [(number, ())])
    assert first == second != alone


def test_each_of_those_who_wait_gets_the_own_answer(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    words = [b"word %d" % number for number in range(20)]
    lane = Lane(database, threads, piles=1)
    asked = asyncio.run(ask_together(database, lane, [(SAY, word) for word in words]))
    assert asked == [(word,) for word in words]


def test_one_that_fails_keeps_none_of_its_company_from_an_answer(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    lane = Lane(database, threads, piles=1)
    calls = [(SAY_BUT_NO, b" a"), (SAY_BUT_NO, b"no"), (SAY_BUT_NO, b" b")]
    first, second, third = asyncio.run(ask_together(database, lane, calls))
    assert (first, third) == ((b"1",), (b"1",))
    assert isinstance(second, BoxFailed)


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


def test_who_waits_in_vain_is_told_so_and_the_next_at_once(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    async def story() -> None:
        lane = Lane(database, threads, piles=1, patience=0.1)
        async with one_under_way(database, lane):
            with pytest.raises(PoolTimeout):
                await lane.row((SAY, (b"a",)))
            began = monotonic()
            with pytest.raises(PoolTimeout):
                await lane.row((SAY, (b"b",)))
            assert monotonic() - began < 0.1
        assert await lane.row((SAY, (b"c",))) == (b"c",)

    run(story())


def test_who_waits_behind_many_is_not_sent_home_while_piles_are_answered(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    slow = BoxCall("test_slow", "SELECT $1::bytea FROM pg_sleep(0.01)")

    async def story() -> None:
        lane = Lane(database, threads, piles=1, patience=0.5)
        asked = [lane.row((slow, (b"a",))) for _ in range(150)]
        assert await asyncio.gather(*asked) == [(b"a",)] * 150

    run(story())


def test_who_goes_away_while_waiting_keeps_nobody_from_an_answer(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    async def story() -> None:
        lane = Lane(database, threads, piles=1)
        async with one_under_way(database, lane):
            gone, stays = (asyncio.create_task(lane.row((SAY, (w,)))) for w in (b"a", b"b"))
            await asyncio.sleep(0)
            gone.cancel()
        assert await stays == (b"b",)

    run(story())


def test_one_campaign_does_not_hold_up_another(database: Database) -> None:
    async def story() -> None:
        calls = SharedCalls(database)
        async with one_under_way(database, calls.lane(1)):
            began = monotonic()
            assert await calls.lane(2).row((SAY, (b"a",))) == (b"a",)
            assert monotonic() - began < 0.5
        calls.close()

    run(story())


def test_a_second_pile_goes_while_the_first_waits_for_the_disk(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    async def story() -> None:
        lane = Lane(database, threads, piles=2)
        async with one_under_way(database, lane):
            assert await lane.row((SAY, (b"a",))) == (b"a",)

    run(story())


def test_those_who_come_in_crowds_are_all_answered(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    words = [b"word %d" % number for number in range(600)]

    async def story() -> None:
        lane = Lane(database, threads)
        asked = [lane.row((SAY, (word,))) for word in words]
        assert await asyncio.gather(*asked) == [(word,) for word in words]

    run(story())


def test_a_database_that_is_busy_sends_all_who_wait_home(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    """And the next is served again."""
    busy = BoxCall("test_busy", "SELECT $1::bytea FROM pg_terminate_backend(pg_backend_pid())")

    async def story() -> None:
        lane = Lane(database, threads, piles=1)
        found = await asyncio.gather(
            *(lane.row((call, (b"a",))) for call in [busy, *[SAY] * 40]), return_exceptions=True
        )
        assert {type(each) for each in found} == {OperationalError}
        assert await lane.row((SAY, (b"b",))) == (b"b",)

    run(story())
