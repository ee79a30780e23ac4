"""`gongping serve`: the production server."""

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from webapp.commands.installation import Installation, configuration, installed
from webapp.commands.words import gettext as _

# Each ballot waits for its fsync: many threads share one core while the disk works.
BLOCKING_THREADS = 32
# A worker that does not end by itself is ended: Ctrl-C stops everything.
STOP_SECONDS = 3
EXAMPLE = """\b
Example:
  gongping serve --host 0.0.0.0 --port 8000 --workers 2
"""


@click.command("serve", epilog=EXAMPLE)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=os.cpu_count() or 1)
@click.option("--no-migrate", is_flag=True, help="Refuse an old database instead of migrating it.")
def serve(host: str, port: int, workers: int, no_migrate: bool) -> None:
    """Serve the pages; without GONGPING_DATABASE_URL, start the embedded PostgreSQL too."""
    require_free(host, port)
    with installed(configuration(), migrate=not no_migrate) as installation:
        serve_pages(installation, host=host, port=port, workers=workers)


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


def serve_pages(installation: Installation, *, host: str, port: int, workers: int) -> None:
    """Serve until interrupted; workers read their configuration from the environment."""
    os.environ.update(installation.environment())
    serve_application("webapp.serving:application", host=host, port=port, workers=workers)


def serve_application(factory: str, *, host: str, port: int, workers: int) -> None:
    """Serve what a factory, named ``module:function``, makes, until interrupted."""
    Granian(
        factory,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        log_level=LogLevels.error,
        # Otherwise one worker that the kernel ends takes all the others with it.
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()
