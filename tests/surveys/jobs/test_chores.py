"""Chores are done at their times, once, however many workers there are."""

import asyncio
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.database.engine import Database
from surveys.jobs.worker import Worker
from surveys.jobs.working import Chore
from tests.conftest import NOW

EVERY_MINUTE = "* * * * *"


async def work_until_quiet(workers: list[Worker], done: list[datetime]) -> None:
    """Let the workers work until something is done, and a moment longer."""
    running = [asyncio.create_task(worker.work(jobs=1)) for worker in workers]
    for _ in range(200):
        await asyncio.sleep(0.05)
        if done:
            break
    await asyncio.sleep(0.5)
    for worker in workers:
        worker.stop()
    await asyncio.gather(*running)


def n_times(database: Database) -> int:
    """How often the time of a chore has come."""
    with database.transaction() as session:
        times = text("SELECT count(DISTINCT defer_timestamp) FROM procrastinate_periodic_defers")
        return int(session.scalar(times) or 0)


def test_two_workers_do_a_chore_once(database: Database) -> None:
    done: list[datetime] = []

    def work(_session: Session, now: datetime) -> None:
        done.append(now)

    chores = {"a_test": Chore(EVERY_MINUTE, work)}
    workers = [Worker(database, lambda: NOW, {}, chores) for _ in range(2)]
    asyncio.run(work_until_quiet(workers, done))
    assert len(done) == n_times(database) > 0


def test_a_chore_that_fails_is_told_and_harms_nobody(database: Database) -> None:
    told: list[BaseException] = []
    done: list[datetime] = []

    def work(_session: Session, now: datetime) -> None:
        done.append(now)
        raise ValueError("as planned")

    worker = Worker(database, lambda: NOW, {}, {"a_test": Chore(EVERY_MINUTE, work)}, told.append)
    asyncio.run(work_until_quiet([worker], done))
    assert [type(each) for each in told] == [ValueError] * len(done)
