"""`gongping bench`: how fast this machine casts, shows the turnout, examines, prints, scores.

Benchmarks come with the source code alone: they need a checkout.
"""

import json
from dataclasses import asdict
from importlib import import_module
from types import ModuleType
from typing import Any

import click

from stats.simulator.profiles import PROFILES
from surveys.issuing.layouts import LAYOUTS

EXAMPLES = """\b
Examples:
  gongping bench cast
  gongping bench cast --json --seconds 20 --envelopes 2000000
  gongping bench cast --flush-ms 8
  gongping bench turnout
  gongping bench turnout --envelopes 10000000 --json
  gongping bench sheets --codes 2000
  gongping bench score
  gongping bench score --units 5000 --ballots 0
  gongping bench examine
  gongping bench examine --profile public10m --no-peers --json
"""


@click.group("bench", epilog=EXAMPLES)
def bench() -> None:
    """Measure; every benchmark starts servers of its own and leaves nothing behind."""


@bench.command("cast")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--seconds", type=click.FloatRange(1), default=8, show_default=True)
@click.option(
    "--envelopes",
    type=click.IntRange(min=0),
    default=100_000,
    show_default=True,
    help="Measure again in a box grown to this size; 0: do not.",
)
@click.option("--connections", type=click.IntRange(2), default=64, show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Default: as “gongping serve”.")
@click.option(
    "--flush-ms", type=click.FloatRange(0, 100), default=0, help="Emulate a slower disk flush."
)
@click.option(
    "--arrivals", type=click.FloatRange(0), default=60, show_default=True, help="Voters a second."
)
@click.option("--arrival-seconds", type=click.FloatRange(1), default=30, show_default=True)
def cast(as_json: bool, workers: int | None, **options: float) -> None:
    """Cast ballots over HTTP, against pgbench's and Flask's own rates.

    Goals on two cores: ratio 0.15, 1,500 stored a second, p99 250 ms, open loop p95 50 ms.
    """
    casting = part("casting")
    plan = casting.CastingPlan(**options, **({"workers": workers} if workers else {}))
    figures = casting.measure_casting(plan, say=lambda words: click.echo(words, err=True))
    if as_json:
        click.echo(json.dumps(figures.as_json()))
        return
    click.echo(import_module("benchmarks.reports").casting_report(figures))


@bench.command("turnout")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--envelopes", type=click.IntRange(0), default=1_000_000, show_default=True)
@click.option("--units", type=click.IntRange(6), default=300, show_default=True)
@click.option("--viewers", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option(
    "--ballots",
    type=click.FloatRange(1),
    default=300,
    show_default=True,
    help="That come in a second meanwhile.",
)
@click.option("--seconds", type=click.FloatRange(1), default=30, show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Default: as “gongping serve”.")
@click.option(
    "--full-size", is_flag=True, help="Lay real ballots into the box: 2 GB for each million."
)
def turnout(as_json: bool, workers: int | None, **options: Any) -> None:
    """Watch the turnout of a full box from many screens while ballots stream in.

    Goal on two cores: the page in 200 ms (median) with 10 million envelopes; exit status 1 where
    it is missed.
    """
    measured = part("turnout")
    plan = measured.TurnoutPlan(**options, **({"workers": workers} if workers else {}))
    figures = measured.measure_turnout(plan, say=lambda words: click.echo(words, err=True))
    if as_json:
        click.echo(json.dumps(figures.as_json()))
    else:
        click.echo(import_module("benchmarks.reports").turnout_report(figures))
    if figures.ratio > 1:
        raise SystemExit(1)


@bench.command("sheets")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--codes", type=click.IntRange(1, 100_000), default=100_000, show_default=True)
@click.option("--layout", type=click.Choice(sorted(LAYOUTS)), default="labels24", show_default=True)
def sheets(as_json: bool, codes: int, layout: str) -> None:
    """Issue one batch and print it: draw codes, store their hashes, write the sealed PDF.

    Goal on two cores: 100,000 codes in 60 seconds; exit status 1 where it is missed.
    """
    figures = part("sheets").measure_sheets(codes, layout)
    show(figures, as_json=as_json)
    if figures.seconds > figures.limit_seconds:
        raise SystemExit(1)


@bench.command("score")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--units",
    "sizes",
    multiple=True,
    type=click.IntRange(1),
    help="Units to reckon; several are possible.  [default: 50, 500, 1500, 5000]",
)
@click.option(
    "--ballots",
    type=click.IntRange(min=0),
    default=200_000,
    show_default=True,
    help="Opened ballots to turn into points as well; 0: none, and no server is started.",
)
def score(*, as_json: bool, sizes: tuple[int, ...], ballots: int) -> None:
    """Reckon whole periods of growing size, and turn opened ballots into exact points.

    Each period has 200 indicators, five rater groups and two channels. Goals on two cores for
    5,000 units: 5 s and 500 MB.
    """
    reckoning = part("reckoning")
    periods = reckoning.measure_reckoning(sizes or reckoning.SIZES)
    counted = part("scoring").measure_scoring(ballots) if ballots else None
    if as_json:
        found = {"periods": [asdict(each) for each in periods]}
        click.echo(json.dumps(found | ({"ballots": asdict(counted)} if counted else {})))
        return
    click.echo(reckoning.growth(periods))
    if counted:
        show(counted, as_json=False)


@bench.command("examine")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(list(PROFILES)),
    help="Simulated file to examine; several are possible.  [default: "
    "public10k, public100k, public1m, matrix3k]",
)
@click.option("--seed", type=click.IntRange(min=0), default=70_001, show_default=True)
@click.option("--peers/--no-peers", default=True, show_default=True)
def examine(*, as_json: bool, profiles: tuple[str, ...], seed: int, peers: bool) -> None:
    """Examine simulated files with attacks, and let other detectors look at the same ones.

    Goals on two cores: 10 thousand ballots on single units 1 s, 100 thousand 3 s, 1 million 15 s
    and 2 GB, 10 million (public10m) 3 min and 8 GB; 3,000 ballots on 80 units pair by pair 60 s.
    """
    measured = part("examining")
    missing = part("peers").missing_packages() if peers else []
    if missing:
        words = f"Not installed: {', '.join(missing)}. Install them by `uv sync --group dev`,"
        click.echo(f"{words} or leave the comparison out with --no-peers.", err=True)
        raise SystemExit(2)
    chosen = {"profiles": profiles} if profiles else {}
    plan = measured.ExaminingPlan(seed=seed, peers=peers, **chosen)
    figures = measured.measure_examining(plan, say=lambda words: click.echo(words, err=True))
    if as_json:
        click.echo(json.dumps(figures.as_json()))
        return
    click.echo(import_module("benchmarks.examining_report").examining_report(figures))


def show(figures: Any, *, as_json: bool) -> None:
    """Print a dataclass of figures."""
    found = asdict(figures)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        click.echo(f"{name}: {value if isinstance(value, str) else format(value, ',')}")


def part(name: str) -> ModuleType:
    """Import a benchmark; exit status 2 where there is no checkout."""
    try:
        return import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as missing:
        if missing.name not in {"benchmarks", f"benchmarks.{name}"}:
            raise
        click.echo("Benchmarks come with the source code: run this in a checkout.", err=True)
        raise SystemExit(2) from None
