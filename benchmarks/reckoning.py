"""How fast a whole period is reckoned: `python -m benchmarks.reckoning UNITS` prints one size.

Each size runs in a process of its own, so that its memory is its own.
"""

import gc
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import log
from random import Random

from surveys.scoring.inputs import GroupVotes, Indicator, PeriodInputs, Reading, UnitInputs
from surveys.scoring.schemes import preset
from surveys.scoring.score import score

SIZES = (50, 500, 1_500, 5_000)
N_INDICATORS = 200
METHODS = ("ratio", "range", "five_tier", "rank_points", None)
WITH_TARGET = {"ratio", "five_tier"}
GROUPS = ("A", "B", "C", "D", "E")
CHANNELS = ("invited", "open")
MEGABYTE = 1024


@dataclass(frozen=True)
class ReckoningFigures:
    """One size: wall and processor seconds of the reckoning, peak memory of the whole process."""

    units: int
    indicators: int
    seconds: float
    cpu_seconds: float
    peak_mb: int
    ungraded: int


def measure_reckoning(sizes: tuple[int, ...] = SIZES) -> list[ReckoningFigures]:
    """Reckon each size in a process of its own."""
    found = []
    for units in sizes:
        command = [sys.executable, "-m", "benchmarks.reckoning", str(units)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(ReckoningFigures(**json.loads(done.stdout)))
    return found


def growth(figures: list[ReckoningFigures]) -> str:
    """The figures as a table, with how much slower than the units each step grew."""
    lines = [f"{'units':>7}{'figures':>12}{'wall s':>9}{'cpu s':>8}{'peak MB':>9}{'growth':>8}"]
    for before, each in zip([None, *figures], figures, strict=False):
        exponent = "" if before is None else f"{_exponent(before, each):.2f}"
        n = each.units * each.indicators
        lines.append(
            f"{each.units:>7,}{n:>12,}{each.seconds:>9.3f}{each.cpu_seconds:>8.3f}"
            f"{each.peak_mb:>9}{exponent:>8}"
        )
    return "\n".join((*lines, "growth: 1.00 means that twice the units take twice the time."))


def _exponent(before: ReckoningFigures, after: ReckoningFigures) -> float:
    return log(after.cpu_seconds / before.cpu_seconds) / log(after.units / before.units)


def example_period(n_units: int, rng: Random) -> PeriodInputs:
    """Units in the ten categories of a county, each with 200 figures and votes of seven groups."""
    scheme = preset("liuyang")
    indicators = tuple(
        Indicator(f"I{number:03}", Decimal(rng.randint(1, 9)), METHODS[number % len(METHODS)])
        for number in range(N_INDICATORS)
    )
    targets = {each.key: Decimal(rng.randint(100, 10_000)) for each in indicators}
    categories = [category.key for category in scheme.categories]
    units = tuple(
        UnitInputs(
            key=f"U{number:05}",
            category=categories[number % len(categories)],
            values={
                "quarterly": {f"Q{quarter}": points(rng) for quarter in range(1, 5)},
                "special": {"S": points(rng)},
            },
            readings={"annual": {each.key: reading(each, targets, rng) for each in indicators}},
            surveys={
                "democratic": tuple(votes(group, "好 较好 一般 较差", rng) for group in GROUPS),
                "recognition": tuple(
                    votes(channel, "满意 比较满意 一般 不满意", rng) for channel in CHANNELS
                ),
            },
        )
        for number in range(n_units)
    )
    return PeriodInputs(units, {"annual": indicators})


def points(rng: Random) -> Decimal:
    """A score with two places."""
    return Decimal(rng.randint(6_000, 10_000)) / 100


def reading(indicator: Indicator, targets: dict[str, Decimal], rng: Random) -> Reading:
    """A figure with two places, with the target of its indicator where the method needs one."""
    if indicator.conversion is None:
        return Reading(points=points(rng))
    value = Decimal(rng.randint(5_000, 1_200_000)) / 100
    with_target = indicator.conversion in WITH_TARGET
    return Reading(value=value, target=targets[indicator.key] if with_target else None)


def votes(group: str, options: str, rng: Random) -> GroupVotes:
    """Counts by option, enough to count."""
    return GroupVotes(group, counts={option: rng.randint(8, 60) for option in options.split()})


def run(n_units: int) -> ReckoningFigures:
    """Reckon one size in this process."""
    scheme = preset("liuyang")
    inputs = example_period(n_units, Random(20231204))
    gc.collect()
    began, began_cpu = time.perf_counter(), time.process_time()
    scores = score(scheme, inputs)
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    return ReckoningFigures(
        units=n_units,
        indicators=N_INDICATORS,
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu, 3),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE,
        ungraded=sum(line.grade is None for line in scores.lines),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(run(int(sys.argv[1])))))
