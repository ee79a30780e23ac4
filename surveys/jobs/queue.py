"""Queue work, cancel it, try it again: rows of ours, and one entry each in procrastinate's queue.

The entry is made on the session's own connection: work is queued if and only if the transaction
that asked for it is committed.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from procrastinate import App, PsycopgConnector
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound
from surveys.jobs.standing import CANCELLED, UNDER_WAY
from surveys.models import Job, JobState
from surveys.models.base import JsonObject

QUEUE: Final = "work"
TASK: Final = "gongping.work"

# Of two persons who start the same work at once, the second waits here and then sees the first.
ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(9, coalesce(:subject, 0))")


@dataclass(frozen=True)
class JobOrder:
    """What is to be done.

    Parameters
    ----------
    kind : stable name of the work: ``"open_box"``, ``"examine"``
    campaign_id, period_id : what it is about
    args : JSON: ids and choices, never a code, an answer or a key
    """

    kind: str
    campaign_id: int | None = None
    period_id: int | None = None
    args: JsonObject | None = None

    @property
    def lock(self) -> str:
        """No two jobs of the same lock are done at a time."""
        return f"{self.kind}:{self.campaign_id or ''}:{self.period_id or ''}"


def begin_job(
    session: Session,
    *,
    kind: str,
    campaign_id: int | None = None,
    period_id: int | None = None,
    args: JsonObject | None = None,
    now: datetime,
    by: int | None,
) -> int:
    """Queue work, and return the job's id.

    Raises
    ------
    Conflict : ``job_running`` (kind), while the same work is under way for the same subject
    """
    return queue_job(session, order=JobOrder(kind, campaign_id, period_id, args), now=now, by=by)


def queue_job(session: Session, *, order: JobOrder, now: datetime, by: int | None) -> int:
    """Queue an order; as `begin_job`."""
    session.execute(ONE_AT_A_TIME, {"subject": order.campaign_id or order.period_id})
    same = (
        Job.kind == order.kind,
        Job.campaign_id.is_not_distinct_from(order.campaign_id),
        Job.period_id.is_not_distinct_from(order.period_id),
        Job.state.in_(UNDER_WAY),
    )
    if session.scalar(select(Job.id).where(*same).limit(1)) is not None:
        raise Conflict("job_running", kind=order.kind)
    queued = insert(Job).values(
        kind=order.kind,
        campaign_id=order.campaign_id,
        period_id=order.period_id,
        args=order.args or {},
        state=JobState.WAITING,
        step="",
        share=0.0,
        started_by=by,
        started_at=now,
        beat_at=now,
    )
    job_id = session.execute(queued.returning(Job.id)).scalar_one()
    enqueue(session, job_id=job_id, lock=order.lock)
    return job_id


def cancel_job(session: Session, *, job_id: int, now: datetime, by: int) -> None:
    """Ask that a job stop; one that no worker has taken up is over at once.

    Raises
    ------
    NotFound : ``no_job``
    Conflict : ``job_ended``
    """
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFound("no_job")
    if job.state not in UNDER_WAY:
        raise Conflict("job_ended")
    job.cancel_asked = True
    if job.state is JobState.WAITING:
        job.state = JobState.CANCELLED
        job.error = {"code": CANCELLED, "facts": {}}
    record(session, "job_cancelled", at=now, by=by, job=job_id, kind=job.kind)


def retry_job(session: Session, *, job_id: int, now: datetime, by: int) -> int:
    """Queue the same work again, and return the new job's id.

    Raises
    ------
    NotFound : ``no_job``, also where another account started it: what may be done was looked at
        for that account
    Conflict : ``job_not_failed``, ``job_running`` (kind)
    """
    job = session.get(Job, job_id, populate_existing=True)
    if job is None or job.started_by != by:
        raise NotFound("no_job")
    if job.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise Conflict("job_not_failed")
    order = JobOrder(job.kind, job.campaign_id, job.period_id, job.args)
    return queue_job(session, order=order, now=now, by=by)


def release_job(session: Session, *, job_id: int, attempt: int, counts: bool) -> None:
    """Give a job back that a worker had to leave: another takes it up.

    Parameters
    ----------
    counts : whether the attempt counts as one that failed
    """
    mine = (Job.id == job_id, Job.attempt == attempt, Job.state == JobState.RUNNING)
    left = {"state": JobState.WAITING, "attempt": attempt if counts else attempt - 1}
    session.execute(update(Job).where(*mine).values(left))


def enqueue(session: Session, *, job_id: int, lock: str) -> None:
    """Put the job into procrastinate's queue, in the session's transaction."""
    connection = session.connection().connection.driver_connection
    deferrer = offline().configure_task(TASK, queue=QUEUE, lock=lock, connection=connection)
    deferrer.defer(job=job_id)


@cache
def offline() -> App:
    """The library's face to a queue whose connection is given with each call."""
    return App(connector=PsycopgConnector())
