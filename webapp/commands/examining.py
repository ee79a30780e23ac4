"""`gongping examine`: the battery of checks on a file of ballots."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from operator import attrgetter
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from stats.examination import Examination
from stats.examination import examine as run_checks
from surveys.errors import DomainError
from surveys.examining.cluster import cluster
from surveys.examining.files import FileBallots, read_ballots, read_tallies
from surveys.examining.report import summary, write_report
from surveys.examining.report_page import words_of
from surveys.examining.words import LEVELS, TITLES, reason
from webapp.commands.file_problems import problem_of
from webapp.commands.words import gettext as _
from webapp.commands.words import locale_language, ngettext

STOPPED = 130
Tell = Callable[[str, float], None]

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)

EXAMPLE = """\b
Examples:
  gongping examine ballots.csv --batches batches.csv --units units.csv --out report/
  gongping examine ballots.parquet --cluster tcp://10.0.0.7:8786 --out report/
"""


@click.command("examine", epilog=EXAMPLE)
@click.argument("ballots", type=EXISTING)
@click.option("--batches", type=EXISTING, help="File with batch, home, issued.")
@click.option("--units", type=EXISTING, help="File with unit, category.")
@click.option(
    "--tallies",
    type=EXISTING,
    help="Counts of paper ballots typed in by hand: issued, returned, n1 … nK by place.",
)
@click.option(
    "--levels",
    type=click.IntRange(2, 254),
    help="Marks on the scale, 1 the worst; the largest mark in the file if not given.",
)
@click.option(
    "--level",
    type=click.FloatRange(0, 0.2, min_open=True),
    default=0.01,
    show_default=True,
    help="Chance of a false alarm that each family of checks may spend.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write a report here."
)
@click.option(
    "--cluster",
    "url",
    metavar="URL",
    help="Reckon on a Dask cluster: tcp://HOST:PORT of its scheduler, or local:N for N workers on"
    " this machine. The findings are the same.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
def examine(**options: Any) -> None:
    """Look for what honest ballots cannot explain in BALLOTS (.csv or .parquet).

    One row per ballot and unit rated: campaign, ballot, form, group, unit, q1 … qK, tb, dur,
    net, dev, batch. Exit status 0: done; 2: the file cannot be read, with the reason on stderr;
    130: stopped by Ctrl-C, nothing written.
    """
    out = options["out"]
    try:
        with _progress(quiet=options["as_json"]) as tell:
            tell("reading", 0.0)
            ballots = read_ballots(
                options["ballots"], options["batches"], options["units"], levels=options["levels"]
            )
            found = _examined(ballots, options, tell)
            if out is not None:
                write_report(out, ballots=ballots, examination=found, seed=options["seed"])
    except DomainError as error:
        click.echo(problem_of(error), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo(_("Stopped. Nothing was written."), err=True)
        sys.exit(STOPPED)
    if options["as_json"]:
        told = summary(found, ballots=ballots, seed=options["seed"])
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _show(ballots, found)


def _examined(ballots: FileBallots, options: Mapping[str, Any], tell: Tell) -> Examination:
    url = options["url"]
    rng = np.random.default_rng(options["seed"])
    with nullcontext() if url is None else cluster(url) as work:
        return run_checks(
            ballots.ballots,
            level=options["level"],
            rng=rng,
            progress=tell,
            work=work,
            tallies=None if options["tallies"] is None else read_tallies(options["tallies"]),
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Tell]:
    """A bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _name, _share: None
        return
    words = _steps()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda name, share: bar.update(
            task, description=words.get(name, name), completed=share
        )


def _steps() -> dict[str, str]:
    """Names of the steps."""
    return {
        "reading": _("Reading the ballots"),
        "stuffing": _("Looking for clusters of identical ballots"),
        "contexts": _("Comparing sources"),
        "turnout": _("Comparing turnout and marks"),
        "homes": _("Comparing the units' raters"),
        "gatherings": _("Looking at who came together"),
        "blocs": _("Looking for blocs"),
        "copies": _("Comparing ballots pair by pair"),
        "effort": _("Looking at times and patterns"),
        "cases": _("Joining what belongs together"),
        "done": _("Writing down the findings"),
    }


def _show(ballots: FileBallots, found: Examination) -> None:
    console, spoken = Console(), attrgetter(locale_language())
    told = (
        ngettext("%(num)s ballot", "%(num)s ballots", ballots.ballots.n_ballots),
        ngettext("%(num)s unit", "%(num)s units", ballots.ballots.n_units),
        ngettext("%(num)s finding", "%(num)s findings", len(found.findings)),
        ngettext("%(num)s ballot concerned", "%(num)s ballots concerned", int(found.flagged.sum())),
    )
    console.print(_(", ").join(told))
    for f in found.findings:
        head = _(
            "%(check)s (%(level)s; %(ballots)s; q = %(q)s)",
            check=spoken(TITLES[f.check]),
            level=spoken(LEVELS[f.level]),
            ballots=ngettext("%(num)s ballot", "%(num)s ballots", len(f.ballots)),
            q=f"{f.qvalue:.2g}",
        )
        console.print()
        console.print(head, style="bold", markup=False)
        console.print(spoken(words_of(f, ballots)), markup=False)
    console.print()
    for missing in found.not_run:
        console.print(
            _(
                "Not run: %(check)s (%(reason)s)",
                check=spoken(TITLES[missing.check]),
                reason=spoken(reason(missing)),
            ),
            markup=False,
        )
