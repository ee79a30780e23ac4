"""Long work in the background: queued with the transaction that asks for it, done by workers."""

from surveys.jobs.queue import begin_job, cancel_job, retry_job
from surveys.jobs.standing import JobStanding, latest_job

__all__ = ["JobStanding", "begin_job", "cancel_job", "latest_job", "retry_job"]
