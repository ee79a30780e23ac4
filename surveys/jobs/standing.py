"""How a job stands, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.errors import DomainError, NotFound
from surveys.models import Job, JobState
from surveys.models.base import JsonObject

# A process that has not beaten for so long is dead: it beats every second.
STALE_AFTER: Final = timedelta(seconds=30)
DIED: Final = "worker_died"
UNFORESEEN: Final = "unforeseen"
CANCELLED: Final = "job_cancelled"

UNDER_WAY: Final = (JobState.WAITING, JobState.RUNNING)
WORKERS: Final = text(
    "SELECT count(*) FROM procrastinate_workers "
    "WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
)


@dataclass(frozen=True)
class JobStanding:
    """How a job stands.

    Parameters
    ----------
    state : waiting, running, done, failed or cancelled. One whose process died waits: another
        worker takes it up
    step, share : the step's stable name, and how much of it is done, 0..1
    error_code, error_facts : why it failed, as a `DomainError` says it; ``worker_died`` or
        ``unforeseen`` where it was none
    result, args : what the work left to say, or None; what it was started with
    started_by, started_at : the account, and when
    attempt : how often a worker took it up
    cancelling : whether somebody asked that it stop
    """

    id: int
    kind: str
    campaign_id: int | None
    period_id: int | None
    state: JobState
    step: str
    share: float
    started_by: int | None
    started_at: datetime
    error_code: str | None
    error_facts: JsonObject
    result: JsonObject | None = None
    args: JsonObject = field(default_factory=dict)
    attempt: int = 0
    cancelling: bool = False

    @property
    def running(self) -> bool:
        """Whether it is under way, be it that it still waits for a worker."""
        return self.state in UNDER_WAY

    @property
    def waiting(self) -> bool:
        """Whether no worker is at it now."""
        return self.state is JobState.WAITING

    @property
    def failed(self) -> bool:
        """Whether it ended without a result: by an error, or because it was cancelled."""
        return self.state in {JobState.FAILED, JobState.CANCELLED}

    @property
    def error(self) -> DomainError | None:
        """Why it failed."""
        return DomainError(self.error_code, **self.error_facts) if self.error_code else None


def latest_job(
    session: Session,
    *,
    kind: str,
    campaign_id: int | None,
    now: datetime,
    period_id: int | None = None,
) -> JobStanding | None:
    """How the latest work of a kind stands for a campaign or a period."""
    same = (
        Job.kind == kind,
        Job.campaign_id.is_not_distinct_from(campaign_id),
        Job.period_id.is_not_distinct_from(period_id),
    )
    query = select(Job).where(*same).order_by(Job.id.desc()).limit(1)
    job = session.scalar(query.execution_options(populate_existing=True))
    return None if job is None else standing_of(job, now=now)


def job_standing(session: Session, *, job_id: int, now: datetime) -> JobStanding:
    """How one job stands; NotFound ``no_job``."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise NotFound("no_job")
    return standing_of(job, now=now)


def latest_jobs(session: Session, *, now: datetime, limit: int = 50) -> Sequence[JobStanding]:
    """All jobs, the latest first."""
    jobs = session.scalars(select(Job).order_by(Job.id.desc()).limit(limit))
    return [standing_of(job, now=now) for job in jobs]


def waiting_args(session: Session) -> Sequence[JsonObject]:
    """With what the jobs that are not over were started, or may be tried again."""
    not_over = Job.state.in_((*UNDER_WAY, JobState.FAILED, JobState.CANCELLED))
    return session.scalars(select(Job.args).where(not_over)).all()


def n_workers(session: Session) -> int:
    """How many workers live, by the database's clock."""
    found = session.scalar(WORKERS, {"seconds": STALE_AFTER.total_seconds()})
    return int(found or 0)


def standing_of(job: Job, *, now: datetime) -> JobStanding:
    """How a job stands, seen at a moment."""
    state = job.state
    if state is JobState.RUNNING and now - job.beat_at > STALE_AFTER:
        state = JobState.WAITING
    error = job.error or {}
    return JobStanding(
        id=job.id,
        kind=job.kind,
        campaign_id=job.campaign_id,
        period_id=job.period_id,
        state=state,
        step=job.step,
        share=job.share,
        started_by=job.started_by,
        started_at=job.started_at,
        error_code=error.get("code"),
        error_facts=error.get("facts", {}),
        result=job.result,
        args=job.args,
        attempt=job.attempt,
        cancelling=job.cancel_asked and state in UNDER_WAY,
    )
