"""Long work and how far it has come: one row for each job, beaten while its process lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.errors import Conflict, DomainError
from surveys.models import Job, JobState
from surveys.models.base import JsonObject

# A process that has not beaten for so long is dead: it beats every second.
STALE_AFTER: Final = timedelta(seconds=30)
DIED: Final = "worker_died"
UNFORESEEN: Final = "unforeseen"

# Of two persons who start the same work at once, the second waits here and then sees the first.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(9, coalesce(:campaign_id, 0))")


@dataclass(frozen=True)
class JobStanding:
    """How a job stands, as a page shows it.

    Parameters
    ----------
    state : running, done or failed; one whose process died is failed
    step, share : the step's stable name, and how much of it is done, 0..1
    error_code, error_facts : why it failed, as a `DomainError` says it; ``worker_died`` or
        ``unforeseen`` where it was none
    started_by, started_at : the account, and when
    """

    id: int
    state: JobState
    step: str
    share: float
    started_by: int | None
    started_at: datetime
    error_code: str | None
    error_facts: JsonObject

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self.state is JobState.RUNNING

    @property
    def failed(self) -> bool:
        """Whether it ended in an error or its process died."""
        return self.state is JobState.FAILED

    @property
    def error(self) -> DomainError | None:
        """Why it failed."""
        return DomainError(self.error_code, **self.error_facts) if self.error_code else None


def begin_job(
    session: Session, *, kind: str, campaign_id: int | None, now: datetime, by: int | None
) -> int:
    """Note that work begins, and return the job's id.

    Raises
    ------
    Conflict : ``job_running`` (kind), while the same work is under way for the same campaign
    """
    session.execute(ONE_AT_A_TIME, {"campaign_id": campaign_id})
    standing = latest_job(session, kind=kind, campaign_id=campaign_id, now=now)
    if standing is not None and standing.running:
        raise Conflict("job_running", kind=kind)
    begun = insert(Job).values(
        kind=kind,
        campaign_id=campaign_id,
        state=JobState.RUNNING,
        step="",
        share=0.0,
        started_by=by,
        started_at=now,
        beat_at=now,
    )
    return session.execute(begun.returning(Job.id)).scalar_one()


def beat(session: Session, *, job_id: int, step: str, share: float, now: datetime) -> None:
    """Note that the job's process lives, and where it is."""
    running = update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING)
    session.execute(running.values(step=step, share=min(max(share, 0.0), 1.0), beat_at=now))


def end_job(
    session: Session, *, job_id: int, now: datetime, error: DomainError | None = None
) -> None:
    """Note that the work is done, or why it failed."""
    if error is None:
        ended: JsonObject = {"state": JobState.DONE, "share": 1.0}
    else:
        facts = {name: _plain(fact) for name, fact in error.facts.items()}
        ended = {"state": JobState.FAILED, "error": {"code": error.code, "facts": facts}}
    session.execute(update(Job).where(Job.id == job_id).values(beat_at=now, **ended))


def latest_job(
    session: Session, *, kind: str, campaign_id: int | None, now: datetime
) -> JobStanding | None:
    """How the latest work of a kind stands for a campaign."""
    same = Job.campaign_id.is_not_distinct_from(campaign_id)
    query = select(Job).where(Job.kind == kind, same).order_by(Job.id.desc()).limit(1)
    job = session.scalar(query.execution_options(populate_existing=True))
    return None if job is None else standing_of(job, now=now)


def standing_of(job: Job, *, now: datetime) -> JobStanding:
    """How a job stands, seen at a moment."""
    state, error = job.state, job.error or {}
    if state is JobState.RUNNING and now - job.beat_at > STALE_AFTER:
        state, error = JobState.FAILED, {"code": DIED}
    return JobStanding(
        id=job.id,
        state=state,
        step=job.step,
        share=job.share,
        started_by=job.started_by,
        started_at=job.started_at,
        error_code=error.get("code"),
        error_facts=error.get("facts", {}),
    )


def _plain(fact: object) -> object:
    """A fact as JSON can keep it."""
    if isinstance(fact, (str, int, float, bool)) or fact is None:
        return fact
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_plain(part) for part in fact]
    return str(fact)
