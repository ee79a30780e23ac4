"""The figures of `gongping bench examine` as tables for people."""

import math
from io import StringIO

from rich.console import Console
from rich.table import Table

from benchmarks.examining import GOALS, OURS, Detection, ExaminingFigures
from benchmarks.peers import DETECTORS

HEADINGS = (
    "",
    "wall s",
    "CPU s",
    "÷ ours",
    "peak GB",
    "flagged",
    "precision",
    "recall",
    "false alarms",
    "AUC",
)


def examining_report(figures: ExaminingFigures) -> str:
    """Lay the figures out, one table for each file, with the goals below."""
    console = Console(record=True, width=124, file=StringIO())
    for profile in figures.plan.profiles:
        rows = [d for d in figures.detections if d.profile == profile]
        console.print(_table(profile, rows, figures))
        for row in rows:
            if row.skipped:
                console.print(f"  {DETECTORS[row.detector].title}: {row.skipped} ballots")
        ours = next(d for d in rows if d.detector == OURS)
        console.print(_against_goal(ours, figures))
    if figures.growth is not None:
        console.print(
            f"Growth: time ∝ ballots^{figures.growth} (wall), ballots^{figures.growth_cpu} (CPU)."
        )
    console.print(
        f"{figures.cores} cores, load before {figures.load_before}, seed {figures.plan.seed}."
        " False alarms: share of the honest ballots flagged."
    )
    return console.export_text()


def _table(profile: str, rows: list[Detection], figures: ExaminingFigures) -> Table:
    planted = ", ".join(f"{kind} {strength}" for kind, strength in figures.attacks[profile])
    table = Table(
        title=f"{profile}: {rows[0].ballots:,} ballots, {rows[0].guilty:,} of {planted}",
        title_justify="left",
    )
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for row in rows:
        table.add_row(DETECTORS[row.detector].title, *_cells(row))
    return table


def _cells(row: Detection) -> list[str]:
    if row.skipped:
        return ["–"] * (len(HEADINGS) - 1)
    return [
        f"{row.seconds:.2f}",
        f"{row.cpu_seconds:.2f}",
        f"{row.ratio:.2f}",
        f"{row.peak_gb:.2f}",
        f"{row.flagged:,}",
        f"{row.precision:.3f}" if row.flagged else "–",
        f"{row.recall:.3f}",
        f"{row.false_alarms:.2%}",
        "–" if math.isnan(row.auc) else f"{row.auc:.3f}",
    ]


def _against_goal(ours: Detection, figures: ExaminingFigures) -> str:
    read = f"reading the file {ours.read_seconds:.2f} s apart"
    if ours.profile not in GOALS:
        return f"  {read}"
    seconds, gb = GOALS[ours.profile]
    kept = "met" if ours.seconds < seconds and ours.peak_gb < gb else "NOT met"
    if kept != "met" and figures.load_before > figures.cores and ours.cpu_seconds < seconds:
        kept = "NOT met on this busy machine, but by processor time"
    return f"  goal < {seconds:g} s and < {gb:g} GB: {kept}; {read}"
