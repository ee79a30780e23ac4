"""The figures as a table for people."""

from io import StringIO

from rich.console import Console
from rich.table import Table

from benchmarks.casting import CastingFigures

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
