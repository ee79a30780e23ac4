"""One job from the moment a worker takes it up until it ends, whatever happens meanwhile.

The work and the note that it is done are one transaction. So work counts once: if its process
dies nothing of it is stored, and if two processes did it (one was taken for dead and was not),
the note of the second one finds no job to end and takes its work back.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from typing import Final

from sqlalchemy import Update, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from surveys.database.engine import Database
from surveys.errors import Conflict, DomainError
from surveys.jobs.queue import release_job
from surveys.jobs.standing import CANCELLED, DIED, UNFORESEEN
from surveys.models import Job, JobState
from surveys.models.base import JsonObject

BEAT_SECONDS: Final = 1.0
# Work whose process died this often is not tried again by itself.
MOST_ATTEMPTS: Final = 3

Progress = Callable[[str, float], None]


class WorkStopped(Exception):
    """Raised inside the work where it reports progress: the worker has to end."""


class WorkCancelled(Exception):
    """Raised inside the work where it reports progress: somebody cancelled it."""


@dataclass(frozen=True)
class Task:
    """What the work is told.

    Parameters
    ----------
    campaign_id, period_id, args : as `surveys.jobs.queue.JobOrder`
    by, now : who asked for it, and the moment at which the work began
    progress : to be called with a step's stable name and its share, 0..1, as often as one likes;
        it raises where the work has to stop
    """

    job_id: int
    campaign_id: int
    period_id: int
    args: JsonObject
    by: int
    now: datetime
    progress: Progress


Work = Callable[[Session, Task], JsonObject | None]


@dataclass(frozen=True)
class Chore:
    """Short work that nobody asks for, to be done at its times.

    Parameters
    ----------
    cron : its times, ``"*/10 * * * *"``
    work : in one transaction; done twice in a row, the second time must change nothing
    """

    cron: str
    work: Callable[[Session, datetime], object]


@dataclass
class JobRun:
    """One attempt at one job.

    Parameters
    ----------
    works : by kind, what is to be done
    stopping : asked at each progress; True once the worker has to end
    failed : told of an error that nobody foresaw
    """

    database: Database
    clock: Callable[[], datetime]
    works: Mapping[str, Work]
    stopping: Callable[[], bool] = lambda: False
    failed: Callable[[BaseException], None] = lambda _error: None
    step: str = ""
    share: float = 0.0
    cancelled: bool = False
    ended: Event = field(default_factory=Event)

    def run(self, job_id: int) -> None:
        """Do the job; WorkStopped if it has to be done again by another worker."""
        with self.database.transaction() as session:
            job = claimed(session, job_id=job_id, now=self.clock())
        if job is None:
            return
        heart = Thread(target=self._beat, args=(job,), name=f"job-{job_id}-heart", daemon=True)
        heart.start()
        error: DomainError | None = None
        try:
            self._work(job)
        except DomainError as raised:
            error = raised
        except WorkCancelled:
            error = DomainError(CANCELLED)
        except (WorkStopped, OperationalError) as raised:
            # The worker ends or the database went away; only the second counts as an attempt.
            counts = not isinstance(raised, WorkStopped)
            with suppress(SQLAlchemyError), self.database.transaction() as session:
                release_job(session, job_id=job_id, attempt=job.attempt, counts=counts)
            raise WorkStopped from raised
        except Exception as raised:  # noqa: BLE001  # whatever it is, the job tells of it
            self.failed(raised)
            error = DomainError(UNFORESEEN)
        finally:
            self.ended.set()
            heart.join()
        if error is not None:
            with self.database.transaction() as session:
                fail_job(session, job=job, now=self.clock(), error=error)

    def progress(self, step: str, share: float) -> None:
        """Take note of where the work is; the next beat writes it."""
        self.step, self.share = step, min(max(share, 0.0), 1.0)
        if self.cancelled:
            raise WorkCancelled
        if self.stopping():
            raise WorkStopped

    def _work(self, job: Job) -> None:
        work = self.works.get(job.kind)
        if work is None:
            raise Conflict("work_unknown", kind=job.kind)
        task = Task(
            job_id=job.id,
            campaign_id=job.campaign_id or 0,
            period_id=job.period_id or 0,
            args=job.args,
            by=job.started_by or 0,
            now=self.clock(),
            progress=self.progress,
        )
        with self.database.transaction() as session:
            result = work(session, task)
            # From here on the job is done or undone as one; no beat may hold its row.
            self.ended.set()
            finish_job(session, job=job, now=self.clock(), result=result)

    def _beat(self, job: Job) -> None:
        while not self.ended.wait(BEAT_SECONDS):
            # A beat that the database does not take is missed: the next one comes.
            with suppress(SQLAlchemyError), self.database.transaction() as session:
                self.cancelled = beat(
                    session, job=job, step=self.step, share=self.share, now=self.clock()
                )


def claimed(session: Session, *, job_id: int, now: datetime) -> Job | None:
    """Take a job up; None where there is nothing (more) to do."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state not in {JobState.WAITING, JobState.RUNNING}:
        return None
    if job.cancel_asked:
        fail_job(session, job=job, now=now, error=DomainError(CANCELLED))
        return None
    if job.attempt >= MOST_ATTEMPTS:
        fail_job(session, job=job, now=now, error=DomainError(DIED))
        return None
    job.state, job.attempt, job.beat_at = JobState.RUNNING, job.attempt + 1, now
    session.flush()
    return job


def beat(session: Session, *, job: Job, step: str, share: float, now: datetime) -> bool:
    """Note that the job's process lives, and where it is; True if somebody cancelled it."""
    said = mine(job).values(step=step, share=share, beat_at=now).returning(Job.cancel_asked)
    # No row: another worker has it, or it ended. This attempt can only stop.
    return session.execute(said).scalar_one_or_none() is not False


def finish_job(session: Session, *, job: Job, now: datetime, result: JsonObject | None) -> None:
    """Note that the work is done, in the work's own transaction.

    Raises
    ------
    Conflict : ``job_taken_over``, where another attempt is at it or did it
    """
    done = mine(job).values(state=JobState.DONE, share=1.0, beat_at=now, result=result)
    if session.execute(done.returning(Job.id)).scalar_one_or_none() is None:
        raise Conflict("job_taken_over")


def fail_job(session: Session, *, job: Job, now: datetime, error: DomainError) -> None:
    """Note why the work failed, unless another attempt is at it."""
    facts = {name: _plain(fact) for name, fact in error.facts.items()}
    state = JobState.CANCELLED if error.code == CANCELLED else JobState.FAILED
    session.execute(
        update(Job)
        .where(Job.id == job.id, Job.attempt == job.attempt)
        .where(Job.state.in_((JobState.WAITING, JobState.RUNNING)))
        .values(state=state, beat_at=now, error={"code": error.code, "facts": facts})
    )


def mine(job: Job) -> Update:
    """An update of the job, as long as this attempt is the one at work."""
    return update(Job).where(
        Job.id == job.id, Job.attempt == job.attempt, Job.state == JobState.RUNNING
    )


def _plain(fact: object) -> object:
    """A fact as JSON can keep it."""
    if isinstance(fact, (str, int, float, bool)) or fact is None:
        return fact
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_plain(part) for part in fact]
    return str(fact)
