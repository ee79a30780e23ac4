"""`gongping serve`: the production server."""

import os
import socket
from collections import deque
from contextlib import nullcontext
from dataclasses import replace
from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit, setrlimit
from time import monotonic

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from surveys.accounts.listing import anybody
from webapp.commands.installation import Installation, configuration, installed
from webapp.commands.words import gettext as _
from webapp.commands.worker_beside import worker_beside
from webapp.config import Config
from webapp.parent_process import SERVER_PROCESS

# An event loop keeps its core busy; a second process goes on where the first one dies.
WORKERS = max(2, os.cpu_count() or 1)
# Of each worker: browsers keep theirs for half a minute, so the server's own limit, 1024 for all
# workers, would leave a hall of 2,000 phones before the door. All at once wait some seconds.
MOST_CONNECTIONS = 4096
BASE_URL = "GONGPING_BASE_URL"
# A worker that does not end by itself is ended: Ctrl-C stops everything.
STOP_SECONDS = 3
MOST_STARTS = 5
WITHIN_SECONDS = 60
EXAMPLE = """\b
Example:
  gongping serve --host 0.0.0.0 --port 8000 --workers 2
"""


@click.command("serve", epilog=EXAMPLE)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=WORKERS)
@click.option("--no-migrate", is_flag=True, help="Refuse an old database instead of migrating it.")
@click.option("--no-worker", is_flag=True, help="Leave background jobs to “gongping worker”.")
def serve(host: str, port: int, workers: int, no_migrate: bool, no_worker: bool) -> None:
    """Serve the pages; without GONGPING_DATABASE_URL, start the embedded PostgreSQL too.

    A worker for background jobs runs beside it, where the office's pages are served.
    """
    require_free(host, port)
    with installed(reached_at(port), migrate=not no_migrate) as installation:
        say_where(installation)
        serve_pages(installation, host=host, port=port, workers=workers, with_worker=not no_worker)


def reached_at(port: int) -> Config:
    """Return the configuration; without an address of its own, this machine's at the port.

    The address stands in every code that is printed: with another port it would lead nowhere.
    """
    config = configuration()
    if os.environ.get(BASE_URL, "").strip():
        return config
    return replace(config, base_url=f"http://127.0.0.1:{port}")


def say_where(installation: Installation) -> None:
    """Say where the pages are, and what a new installation still lacks."""
    config = installation.config
    click.echo(_("Serving at %(url)s – Ctrl-C stops everything.", url=config.base_url))
    if not os.environ.get(BASE_URL, "").strip() and "citizen" in config.audiences:
        click.echo(
            _(
                "Codes are printed with this address; other phones need another: set %(name)s.",
                name=BASE_URL,
            )
        )
    with installation.database.transaction() as session:
        inhabited = anybody(session)
    if not inhabited:
        click.echo(
            _("Nobody can log in yet. In a second window: gongping account new admin --name NAME")
        )


def require_free(host: str, port: int) -> None:
    """Exit with status 2 and what to do if another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            click.echo(
                _("Port %(port)s is taken: choose another with --port.", port=port), err=True
            )
            raise SystemExit(2) from None


def serve_pages(
    installation: Installation, *, host: str, port: int, workers: int, with_worker: bool = True
) -> None:
    """Serve until interrupted; workers read their configuration from the environment."""
    os.environ.update(installation.environment())
    os.environ[SERVER_PROCESS] = str(os.getpid())
    has_jobs = with_worker and "office" in installation.config.audiences
    with worker_beside(os.environ) if has_jobs else nullcontext():
        serve_application("webapp.serving:application", host=host, port=port, workers=workers)


def serve_application(factory: str, *, host: str, port: int, workers: int) -> None:
    """Serve what a factory, named ``module:function``, makes, until interrupted.

    The server gives up when one of its workers dies twice within seconds, as when somebody or the
    kernel ends them again and again; it is started anew then, unless that happens all the time.
    """
    admit_many_connections()
    starts: deque[float] = deque(maxlen=MOST_STARTS)
    while True:
        starts.append(monotonic())
        server = Granian(
            factory,
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            workers=workers,
            backlog=MOST_CONNECTIONS,
            backpressure=MOST_CONNECTIONS,
            log_level=LogLevels.error,
            # Otherwise one worker that the kernel ends takes all the others with it.
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
        )
        try:
            server.serve()
        except SystemExit:
            too_often = len(starts) >= MOST_STARTS and starts[-1] - starts[0] < WITHIN_SECONDS
            if server.interrupt_signal or too_often:
                raise
        else:
            return


def admit_many_connections() -> None:
    """Raise the number of open files, as far as this machine allows."""
    soft, hard = getrlimit(RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS
    allowed = wanted if hard == RLIM_INFINITY else min(wanted, hard)
    if soft != RLIM_INFINITY and soft < allowed:
        setrlimit(RLIMIT_NOFILE, (allowed, hard))
