"""`gongping demo`: a whole evaluation of a sample county, from set-up to board, then served."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from webapp.commands.demo.emptying import Occupied, empty_database
from webapp.commands.demo.play import Demo
from webapp.commands.demo.report import (
    DemoReport,
    keep_report,
    kept_report,
    moved,
    show_report,
)
from webapp.commands.demo.run import run_demo
from webapp.commands.installation import installed
from webapp.commands.serving import WORKERS, reached_at, require_free, serve_pages
from webapp.commands.words import gettext as _

EXAMPLE = """\b
Examples:
  gongping demo                  run once, then serve; a second call serves at once
  gongping demo --fresh          throw the sample away and run it again
  gongping demo --no-serve       stop after the run
"""


@click.command("demo", epilog=EXAMPLE)
@click.option(
    "--ballots",
    type=click.IntRange(500, 200_000),
    help="About how many ballots; by default as many as the sample's workbook plans (7 thousand).",
)
@click.option("--seed", type=click.IntRange(min=0), default=2025, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="Stop after the run.")
@click.option("--fresh", is_flag=True, help="Run again from the start.")
def demo(**options: Any) -> None:
    """Run a whole evaluation of a sample county, then serve it.

    Loads workbooks, freezes, issues codes and prints sheets, casts ballots, closes, opens the
    box, examines, decides, scores and publishes; then shows where to look.
    """
    console = Console()
    config = reached_at(options["port"])
    if not options["no_serve"]:
        require_free("127.0.0.1", options["port"])
    with installed(config) as installation:
        report = None if options["fresh"] else kept_report(config.data_dir)
        if report is None:
            try:
                empty_database(installation.database)
            except Occupied:
                click.echo(
                    _("This database holds real periods: set GONGPING_DATA_DIR to a new folder."),
                    err=True,
                )
                raise SystemExit(2) from None
            with stages(console) as told:
                report = run_demo(
                    Demo(
                        installation,
                        seed=options["seed"],
                        ballots=options["ballots"],
                        clock=lambda: datetime.now(UTC),
                    ),
                    told,
                )
            keep_report(config.data_dir, report)
        else:
            report = moved(report, installation.config.base_url)
            console.print(_("The sample county is there already (run it anew with --fresh)."))
        show_report(console, report)
        if not options["no_serve"]:
            serve(console, installation, report, options["port"])


def serve(console: Console, installation: Any, report: DemoReport, port: int) -> None:
    """Serve until Ctrl-C."""
    console.print()
    console.print(_("Serving at %(url)s – Ctrl-C stops everything.", url=report.base_url))
    serve_pages(installation, host="127.0.0.1", port=port, workers=WORKERS)


class Told:
    """Shows each stage with a bar, and what came of it."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self.console = console
        self.progress = progress
        self.task = progress.add_task("", total=None, visible=False)

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of `total` steps."""
        self.finish()
        self.task = self.progress.add_task(stage, total=total)

    def step(self, n: int = 1) -> None:
        """Count steps of the stage."""
        self.progress.advance(self.task, n)

    def share(self, share: float) -> None:
        """Set the stage to a share of its steps, 0..1."""
        total = self.progress.tasks[-1].total or 1
        self.progress.update(self.task, completed=share * total)

    def finish(self) -> None:
        """Fill the bar of the stage under way."""
        total = self.progress.tasks[-1].total
        if total is not None:
            self.progress.update(self.task, completed=total)


@contextmanager
def stages(console: Console) -> Iterator[Told]:
    """Bars that stay on the screen, one for each stage."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        told = Told(console, progress)
        yield told
        told.finish()
