"""The figures as a table for people."""

from io import StringIO

from rich.console import Console
from rich.table import Table

from benchmarks.casting import CastingFigures
from benchmarks.turnout import TurnoutFigures

# What the box promises on two cores of its own.
LEAST_RATIO = 0.15
LEAST_STORED = 1_500
MOST_P99_MS = 250
MOST_OPEN_P95_MS = 50
LEAST_GROWTH = 0.9

NAMES = {
    "parse": "read form and code",
    "validate": "check the answers",
    "seal": "stamp and seal",
    "insert_cpu": "insert, in the web process",
    "insert": "insert, until the commit is acknowledged",
    "render_paper": "render the paper",
    "render_receipt": "sign and render the receipt",
}


def casting_report(figures: CastingFigures) -> str:
    """Lay the figures out, each with its goal."""
    console = Console(record=True, width=88, file=StringIO())
    table = Table(title=f"Casting (load of the machine before: {figures.load_before})")
    for heading in ("", "found", "goal"):
        table.add_column(heading)
    for name, found, goal in _rows(figures):
        table.add_row(name, found, goal)
    spent = Table(title="Where the time of one ballot goes, µs")
    spent.add_column("")
    spent.add_column("µs", justify="right")
    for name, microseconds in figures.stages.items():
        spent.add_row(NAMES[name], f"{microseconds:,.1f}")
    console.print(table)
    console.print(spent)
    return console.export_text()


def _rows(figures: CastingFigures) -> list[tuple[str, str, str]]:
    rows = [
        (
            "stored a second (page and ballot)",
            f"{figures.stored_per_s:,.0f}",
            f"≥ {LEAST_STORED:,}",
        ),
        ("  each from a new browser", f"{figures.with_door_per_s:,.0f}", ""),
        ("pgbench, the same INSERT", f"{figures.pgbench_per_s:,.0f}", ""),
        ("ratio", f"{figures.ratio:.3f}", f"≥ {LEAST_RATIO}"),
        ("ballot p50, p99", f"{figures.p50_ms} ms, {figures.p99_ms} ms", f"p99 < {MOST_P99_MS} ms"),
        ("bare Flask hello", f"{figures.hello_per_s:,.0f}", ""),
        ("answers that were no 200", str(figures.refused or "none"), "none"),
    ]
    if figures.growth_ratio is not None:
        envelopes = f"rate at {figures.plan.envelopes:,} envelopes ÷ at 10,000"
        found = f"{figures.growth_ratio} (pgbench: {figures.pgbench_growth_ratio})"
        rows.append((envelopes, found, f"≥ {LEAST_GROWTH}"))
    if figures.open_p95_ms is not None:
        arriving = f"{figures.plan.arrivals:g} voters a second at random: p50, p95"
        found = f"{figures.open_p50_ms} ms, {figures.open_p95_ms} ms"
        rows.append((arriving, found, f"p95 < {MOST_OPEN_P95_MS} ms"))
    return rows


def turnout_report(figures: TurnoutFigures) -> str:
    """Lay the turnout's figures out."""
    plan = figures.plan
    table = Table(
        title=f"Turnout: {plan.envelopes:,} envelopes, {plan.units} units, {figures.n_batches:,} "
        f"batches, {plan.viewers} viewers (load of the machine before: {figures.load_before})"
    )
    for heading in ("", "found", "goal"):
        table.add_column(heading)
    goal = f"median ≤ {figures.limit_ms:.0f} ms"
    page = f"{figures.page_p50_ms} ms, {figures.page_p95_ms} ms"
    table.add_row(f"the page ({figures.n_pages}): p50, p95", page, goal)
    part = f"{figures.part_p50_ms} ms, {figures.part_p95_ms} ms"
    table.add_row(f"its parts, renewed ({figures.n_parts}): p50, p95", part, goal)
    table.add_row("median ÷ limit", f"{figures.ratio}", "≤ 1")
    heard = f"{figures.n_listening} streams, {figures.n_events} events"
    table.add_row("listening", heard, "")
    table.add_row("one count of the whole box", f"{figures.count_ms} ms", "")
    table.add_row(f"ballots a second (of {plan.ballots:g})", f"{figures.stored_per_s}", "")
    waits = f"{figures.stored_wait_ms} ms, {figures.stored_wait_alone_ms} ms"
    table.add_row("a ballot's mean time: watched, with nobody looking", waits, "")
    table.add_row("answers that were no 200", str(figures.refused or "none"), "none")
    console = Console(record=True, width=100, file=StringIO())
    console.print(table)
    return console.export_text()
