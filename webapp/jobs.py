"""Long work in the background, with a row in the database that says how far it has come.

A view starts it and leads to a page that shows the standing; the page looks again by itself::

    def work(progress: Progress) -> None:
        with base.transaction() as session:
            open_box(session, …, now=at, by=by, progress=progress)

    start("open_box", campaign_id=campaign_id, work=work)   # Conflict("job_running") if it runs

What the work needs of the request (database, moment, account, keys) it takes along when it is
made: in its thread there is no request. It opens its own transaction; what it raises is kept with
the job, a `DomainError` by code and facts. While it runs, a second thread beats every second: a
job without beats belonged to a process that died, shows as failed, and can be started again.

A page reads the standing by `surveys.jobs.latest_job`, shows `progress` of components/page.html
(its `share` is the share of the present step), and `error_text(standing.error)` when it failed.
"""

import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from typing import Final, cast

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from surveys.database.engine import Database
from surveys.errors import DomainError
from surveys.jobs import UNFORESEEN, beat, begin_job, end_job
from webapp.access import current_account
from webapp.context import EXTENSION, Context
from webapp.logs import LOGGER

BEAT_SECONDS: Final = 1.0
THREADS: Final = "gongping-jobs"

Progress = Callable[[str, float], None]
Work = Callable[[Progress], None]


@dataclass
class RunningJob:
    """One job of this process: its thread's work and where it is."""

    job_id: int
    database: Database
    clock: Callable[[], datetime]
    work: Work
    step: str = ""
    share: float = 0.0
    ended: Event = field(default_factory=Event)

    def progress(self, step: str, share: float) -> None:
        """Take note of where the work is; the next beat writes it."""
        self.step, self.share = step, share

    def run(self) -> None:
        """Do the work and note how it ended."""
        heart = Thread(target=self._beat, name=f"job-{self.job_id}-heart", daemon=True)
        heart.start()
        error: DomainError | None = None
        try:
            self.work(self.progress)
        except DomainError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001  # a thread has nobody to raise to
            log_failed_job(raised)
            error = DomainError(UNFORESEEN)
        finally:
            self.ended.set()
            heart.join()
        with self.database.transaction() as session:
            end_job(session, job_id=self.job_id, now=self.clock(), error=error)

    def _beat(self) -> None:
        while not self.ended.wait(BEAT_SECONDS):
            # A beat that the database does not take is missed: the next one comes.
            with suppress(SQLAlchemyError), self.database.transaction() as session:
                beat(
                    session,
                    job_id=self.job_id,
                    step=self.step,
                    share=self.share,
                    now=self.clock(),
                )


def start(kind: str, *, campaign_id: int | None, work: Work) -> int:
    """Start work for the account that is logged in, and return the job's id.

    Parameters
    ----------
    kind : stable name of the work: ``"open_box"``, ``"examine"``
    work : called in another thread with `progress(step, share)`

    Raises
    ------
    Conflict : ``job_running`` (kind), while the same work is under way for the same campaign
    """
    context = cast("Context", current_app.extensions[EXTENSION])
    with context.database.transaction() as session:
        job_id = begin_job(
            session,
            kind=kind,
            campaign_id=campaign_id,
            now=context.clock(),
            by=current_account().id,
        )
    job = RunningJob(job_id, context.database, context.clock, work)
    thread = Thread(target=job.run, name=f"job-{job_id}", daemon=True)
    _threads(current_app).append(thread)
    thread.start()
    return job_id


def wait_for_jobs(app: Flask) -> None:
    """Wait until all jobs that this process started have ended."""
    threads = _threads(app)
    while threads:
        threads.pop().join()


def log_failed_job(error: BaseException) -> None:
    """Write where an unforeseen exception came from, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    facts = {
        "type": type(error).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }
    LOGGER.error("job_failed", extra={"facts": facts})


def _threads(app: Flask) -> list[Thread]:
    threads = cast("list[Thread]", app.extensions.setdefault(THREADS, []))
    threads[:] = [thread for thread in threads if thread.is_alive() or not thread.ident]
    return threads
