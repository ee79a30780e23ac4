"""A worker: procrastinate's loop around `JobRun`, and the care for jobs whose worker died."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Final

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from surveys.database.engine import Database
from surveys.jobs.queue import QUEUE, TASK
from surveys.jobs.working import Chore, JobRun, Work, WorkStopped

HEARTBEAT_SECONDS: Final = 3.0
# A worker that has not beaten for so long is dead, and its jobs are free.
DEAD_AFTER_SECONDS: Final = 15.0
LOOK_SECONDS: Final = 5.0
# Left to the library's own fetching where a notification was missed.
POLL_SECONDS: Final = 2.0


@dataclass
class Worker:
    """Does jobs until it is stopped.

    Parameters
    ----------
    works : by kind, what is to be done
    chores : by name, what is to be done again and again, by one of all workers
    failed : told of an error that nobody foresaw
    """

    database: Database
    clock: Callable[[], datetime]
    works: Mapping[str, Work]
    chores: Mapping[str, Chore] = field(default_factory=dict)
    failed: Callable[[BaseException], None] = lambda _error: None
    _stopping: Event = field(default_factory=Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _task: "asyncio.Task[None] | None" = None

    def run_waiting(self) -> None:
        """Do the jobs that wait, one after the other, and return."""
        asyncio.run(self.work(jobs=1, forever=False))

    async def work(self, *, jobs: int, forever: bool = True) -> None:
        """Do jobs, so many at a time, until `stop`; or what waits, once.

        Jobs under way are told to stop where they next report progress, and are put back.
        """
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        queue = self._queue(jobs)
        if forever:
            self._take_on_chores(queue)
        async with queue.open_async():
            carer = asyncio.create_task(care_for_orphans(queue)) if forever else None
            try:
                with suppress(asyncio.CancelledError):
                    await queue.run_worker_async(
                        queues=[QUEUE],
                        concurrency=jobs,
                        wait=forever,
                        listen_notify=forever,
                        fetch_job_polling_interval=POLL_SECONDS,
                        update_heartbeat_interval=HEARTBEAT_SECONDS,
                        stalled_worker_timeout=DEAD_AFTER_SECONDS,
                        delete_jobs="always",
                        install_signal_handlers=False,
                    )
            finally:
                if carer is not None:
                    carer.cancel()

    def stop(self) -> None:
        """Take up no more jobs, and put back those under way; from the loop's own thread."""
        self._stopping.set()
        if self._task is not None:
            self._task.cancel()

    def _queue(self, jobs: int) -> App:
        url = self.database.engine.url.set(drivername="postgresql")
        connector = PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=jobs + 3
        )
        queue = App(connector=connector)
        retry = RetryStrategy(max_attempts=None, wait=1, retry_exceptions=[WorkStopped])

        @queue.task(name=TASK, queue=QUEUE, pass_context=True, retry=retry)
        def do(_context: JobContext, job: int) -> None:
            run = JobRun(
                database=self.database,
                clock=self.clock,
                works=self.works,
                stopping=self._stopping.is_set,
                failed=self.failed,
            )
            run.run(job)

        return queue

    def _take_on_chores(self, queue: App) -> None:
        """Queue each chore when its time comes: once, however many workers there are."""
        for name, chore in self.chores.items():
            # One that still waits is not queued a second time.
            @queue.periodic(cron=chore.cron)
            @queue.task(name=f"gongping.{name}", queue=QUEUE, queueing_lock=name, lock=name)
            def do(timestamp: int, chore: Chore = chore) -> None:  # noqa: ARG001
                self._do_chore(chore)

    def _do_chore(self, chore: Chore) -> None:
        try:
            with self.database.transaction() as session:
                chore.work(session, self.clock())
        # Whatever it is: the next time comes.
        except Exception as raised:  # noqa: BLE001
            self.failed(raised)


async def care_for_orphans(queue: App) -> None:
    """Put jobs back whose worker died."""
    while True:
        # A database that is away for a while must not end the care.
        with suppress(ConnectorException):
            manager = queue.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
                await manager.retry_job(job)
        await asyncio.sleep(LOOK_SECONDS)
