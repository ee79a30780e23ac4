"""Long work in the background, for views: queue it, follow it, and do it in a worker.

A stage's module says what is to be done, and its view queues it with what else it does::

    @work("open_box")
    def opening_work(session: Session, task: Task) -> None:
        open_box(session, campaign_id=task.campaign_id, …, by=task.by, progress=task.progress)

    with database().transaction() as session:
        require_second_officer(session, …)
        start(session, "open_box", campaign_id=campaign_id)   # Conflict("job_running") if it runs

The work is done by a worker (``gongping serve`` has one, ``gongping worker`` is another), in one
transaction with the note that it is done: if its process dies, nothing of it is stored and another
worker begins anew. So work may write files only under names of its own. It runs within the
application: `webapp.context` says `keys()`, `config()` and so on.

Short work that nobody asks for is a chore, done at its times by one of the workers::

    @chore("sample_turnout", cron="*/10 * * * *")
    def sample_turnout(session: Session, now: datetime) -> None: …

A page reads the standing by `surveys.jobs.latest_job` and shows it by `components/jobs.html`.
"""

import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, cast

from flask import Flask
from sqlalchemy.orm import Session

from surveys.jobs.queue import begin_job
from surveys.jobs.worker import Worker
from surveys.jobs.working import Chore, Progress, Task, Work
from surveys.models.base import JsonObject
from webapp.access import current_account
from webapp.context import EXTENSION, Context, now
from webapp.logs import LOGGER

__all__ = ["Progress", "Task", "chore", "start", "wait_for_jobs", "work", "worker"]

ChoreWork = Callable[[Session, datetime], object]

WORKS: Final[dict[str, Work]] = {}
CHORES: Final[dict[str, Chore]] = {}


def work(kind: str) -> Callable[[Work], Work]:
    """Mark a function as what is done for jobs of a kind."""

    def mark(function: Work) -> Work:
        WORKS[kind] = function
        return function

    return mark


def chore(name: str, *, cron: str) -> Callable[[ChoreWork], ChoreWork]:
    """Mark a function as what a worker does at the times of `cron`."""

    def mark(function: ChoreWork) -> ChoreWork:
        CHORES[name] = Chore(cron, function)
        return function

    return mark


def start(
    session: Session,
    kind: str,
    *,
    campaign_id: int | None = None,
    period_id: int | None = None,
    **args: Any,
) -> int:
    """Queue work for the account that is logged in, and return the job's id.

    Parameters
    ----------
    session : the work is queued when its transaction is committed
    args : JSON: ids and choices, never a code, an answer or a key

    Raises
    ------
    Conflict : ``job_running`` (kind), while the same work is under way for the same subject
    """
    return begin_job(
        session,
        kind=kind,
        campaign_id=campaign_id,
        period_id=period_id,
        args=args,
        now=now(),
        by=current_account().id,
    )


def worker(app: Flask) -> Worker:
    """A worker that does the jobs of an application."""
    context = cast("Context", app.extensions[EXTENSION])
    return Worker(
        database=context.database,
        clock=context.clock,
        works={kind: within(app, function) for kind, function in WORKS.items()},
        chores=dict(CHORES),
        failed=log_failed_job,
    )


def within(app: Flask, function: Work) -> Work:
    """The work as it is done in a thread that has no request."""

    def do(session: Session, task: Task) -> JsonObject | None:
        with app.app_context():
            return function(session, task)

    return do


def wait_for_jobs(app: Flask) -> None:
    """Do all jobs that wait, here and now, and return."""
    worker(app).run_waiting()


def log_failed_job(error: BaseException) -> None:
    """Write where an unforeseen exception came from, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    facts = {
        "type": type(error).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }
    LOGGER.error("job_failed", extra={"facts": facts})
