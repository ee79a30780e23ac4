"""What the whole fault tests found, as a table."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.harnesses import Harness
from tests.faults.jobs import Done, Test

HEAD = ("what", "size", "figure", "gate", "control", "seconds")
WIDTHS = (22, 20, 46, 26, 40, 9)


@dataclass(frozen=True)
class Row:
    """A harness that is over.

    Parameters
    ----------
    figure, control : what its tests noted
    seconds : of all its runs, one after the other
    troubles : in words; none where it is green
    """

    harness: Harness
    figure: str
    control: str
    seconds: float
    troubles: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """As they stand in the table."""
        of = self.harness
        return (of.what, of.size, self.figure, of.gate, self.control, f"{self.seconds:.0f}")


def rows_of(harnesses: Iterable[Harness], done: Iterable[Done]) -> list[Row]:
    """One for each harness, whether it ran or not."""
    runs: defaultdict[Harness, list[Done]] = defaultdict(list)
    for one in done:
        runs[one.job.harness].append(one)
    return [row_of(harness, runs[harness]) for harness in harnesses]


def row_of(harness: Harness, runs: Sequence[Done]) -> Row:
    """Add up what the runs of a harness told."""
    tests = [test for run in runs for test in run.tests]
    return Row(
        harness,
        figures_of(harness.holds, tests, added=harness.parts > 1),
        figures_of(harness.noticed, tests) or standing_of(harness.noticed, tests),
        sum(run.seconds for run in runs),
        tuple(troubles(harness, runs, tests)),
    )


def standing_of(functions: Sequence[str], tests: Sequence[Test]) -> str:
    """Of controls without figures: whether they noticed what they must."""
    outcomes = {test.outcome for test in tests if test.function in functions}
    return "went red, as it must" if outcomes == {"passed"} else "NOTICED NOTHING"


def troubles(harness: Harness, runs: Sequence[Done], tests: Sequence[Test]) -> Iterable[str]:
    """Whatever is not as it should be; a test that did not run is as bad as one that failed."""
    for test in tests:
        if test.outcome == "failed":
            yield f"FAILED {test.name}"
        if test.outcome == "skipped":
            yield f"DID NOT RUN {test.name}: {test.reason}"
    yield from missing(harness, tests)
    for run in runs:
        if run.status == -1:
            yield f"TOOK TOO LONG {run.job.name}"
        elif run.status and all(test.outcome == "passed" for test in run.tests):
            yield f"ENDED WITH STATUS {run.status} {run.job.name}"


def missing(harness: Harness, tests: Sequence[Test]) -> Iterable[str]:
    """Tests of which nothing was heard."""
    n_heard = Counter(test.function for test in tests)
    for function in (*harness.holds, *harness.noticed):
        n_wanted = harness.parts if function in harness.holds else 1
        if n_heard[function] < n_wanted:
            yield f"DID NOT RUN {function}: {n_heard[function]} of {n_wanted}"


def figures_of(functions: Sequence[str], tests: Sequence[Test], *, added: bool = False) -> str:
    """What these tests noted: whole numbers of parts are added up, all else is listed."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for function in functions:
        for test in tests:
            for figures in test.figures if test.function == function else ():
                for name, value in flat(figures):
                    found[name].append(value)
    return ", ".join(f"{name} {in_words(values, added=added)}" for name, values in found.items())


def flat(figures: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Counts within counts by both names."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from ((f"{name} {inner}", n) for inner, n in value.items())
        else:
            yield name, value


def in_words(values: Sequence[Any], *, added: bool) -> str:
    """The sum, or each value; one value where all are the same."""
    if added and all(isinstance(value, int) for value in values):
        return f"{sum(values):,}"
    words = [f"{value:,}" if isinstance(value, int) else str(value) for value in values]
    return words[0] if len(set(words)) == 1 else "/".join(words)


def table(rows: Iterable[Row]) -> str:
    """All rows, wrapped, each with its troubles."""
    lines = [*wrapped(HEAD), "─" * (sum(WIDTHS) + 2 * len(WIDTHS))]
    for row in rows:
        lines += wrapped(row.cells)
        lines += [f"  ✗ {trouble}" for trouble in row.troubles]
        lines.append("")
    return "\n".join(lines)


def wrapped(cells: Sequence[str]) -> list[str]:
    """One row as lines."""
    columns = [
        textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=True)
    ]
    height = max(map(len, columns))
    return [
        "  ".join(
            (column[line] if line < len(column) else "").ljust(width)
            for column, width in zip(columns, WIDTHS, strict=True)
        ).rstrip()
        for line in range(height)
    ]
