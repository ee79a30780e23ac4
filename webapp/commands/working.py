"""`gongping worker`: does what waits in the background; `gongping serve` has one beside it."""

import asyncio
import os
import signal
import sys
from threading import Timer
from typing import Final

import click

from surveys.jobs.worker import Worker
from webapp.application import create_app
from webapp.commands.installation import Installation, configuration, installed
from webapp.jobs import worker as worker_of
from webapp.logs import log_to_stderr
from webapp.office.sweeping import sweep_files

# Work that does not hear of the end by then is broken off: another worker begins it anew.
STOP_SECONDS: Final = 5.0
EXAMPLE = """\b
Examples:
  gongping worker                 one more worker, beside those of “gongping serve”
  gongping worker --jobs 4        four jobs at a time
  gongping worker --once          do what waits now, then end
"""


@click.command("worker", epilog=EXAMPLE)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def worker(jobs: int, once: bool, with_parent: bool) -> None:
    """Do background jobs: examining, opening, scoring, printing sheets.

    Any number of workers, on any number of machines that share the database and the data
    directory. One that is stopped or dies leaves its jobs to the others.
    """
    with installed(configuration(), migrate=not with_parent) as installation:
        do_jobs(installation, jobs=jobs, once=once, with_parent=with_parent)


def do_jobs(installation: Installation, *, jobs: int, once: bool, with_parent: bool) -> None:
    """Work until stopped."""
    log_to_stderr()
    app = create_app(installation.config, database=installation.database)
    with app.app_context(), installation.database.transaction() as session:
        sweep_files(session)
    asyncio.run(until_stopped(worker_of(app), jobs=jobs, once=once, with_parent=with_parent))


async def until_stopped(each: Worker, *, jobs: int, once: bool, with_parent: bool) -> None:
    """Work until a signal, or until the parent is gone."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        end = Timer(STOP_SECONDS, os._exit, (1,))
        end.daemon = True
        end.start()
        each.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    if with_parent:

        def heard() -> None:
            if not os.read(sys.stdin.fileno(), 1):
                loop.remove_reader(sys.stdin.fileno())
                stop()

        loop.add_reader(sys.stdin.fileno(), heard)
    await each.work(jobs=jobs, forever=not once)
