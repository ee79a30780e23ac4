"""The checks and what others offer, on the same simulated files with attacks in them."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.detection import Attacks
from benchmarks.peers import DETECTORS
from stats.simulator.profiles import PROFILES

OURS = "gongping"
GOALS = {
    # seconds of the whole battery on two free cores, GB at the peak
    "public10k": (1.0, 1.0),
    "public100k": (3.0, 1.0),
    "public1m": (15.0, 2.0),
    "public10m": (180.0, 8.0),
    "matrix3k": (60.0, 4.0),
}
PUBLIC = (("stuff", "medium"), ("burst", "medium"), ("bloc", "medium"))
MATRIX = (("copy", "medium"), ("bloc", "medium"))


@dataclass(frozen=True)
class ExaminingPlan:
    """Which files, and whether the others look at them too."""

    profiles: tuple[str, ...] = ("public10k", "public100k", "public1m", "matrix3k")
    seed: int = 70_001
    peers: bool = True

    def attacks(self, profile: str) -> Attacks:
        """What is planted in a profile's file."""
        return MATRIX if PROFILES[profile].matrix else PUBLIC


@dataclass(frozen=True)
class Detection:
    """One detector on one file; ``skipped`` says why it did not run.

    ``ratio`` is its wall-clock time over ours; ``false_alarms`` the share of honest ballots that it
    flags.
    """

    profile: str
    ballots: int
    guilty: int
    detector: str
    skipped: str = ""
    seconds: float = math.nan
    cpu_seconds: float = math.nan
    read_seconds: float = math.nan
    read_cpu_seconds: float = math.nan
    peak_gb: float = math.nan
    flagged: int = 0
    precision: float = math.nan
    recall: float = math.nan
    false_alarms: float = math.nan
    auc: float = math.nan
    ratio: float = math.nan


@dataclass(frozen=True)
class ExaminingFigures:
    """All detections, and how our time grows: time ∝ ballots to the power ``growth``."""

    plan: ExaminingPlan
    cores: int
    load_before: float
    detections: tuple[Detection, ...]
    growth: float | None
    growth_cpu: float | None
    attacks: dict[str, Attacks] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain data; what was not measured is null."""
        told: dict[str, object] = json.loads(
            json.dumps(asdict(self)), parse_constant=lambda _: None
        )
        return told


def measure_examining(plan: ExaminingPlan, say: Callable[[str], None]) -> ExaminingFigures:
    """Simulate each file once and let every detector look at it."""
    load = os.getloadavg()[0]
    found: list[Detection] = []
    for profile in plan.profiles:
        with TemporaryDirectory(prefix="gongping-bench-") as folder:
            say(f"simulating {profile}")
            attacks = [f"{kind}:{strength}" for kind, strength in plan.attacks(profile)]
            made = child("simulate", folder, profile, str(plan.seed), *attacks)
            for name in DETECTORS if plan.peers else (OURS,):
                say(f"{profile}: {DETECTORS[name].title}")
                found.append(detection(Path(folder), profile, name, made))
    public = [d for d in found if d.detector == OURS and not PROFILES[d.profile].matrix]
    return ExaminingFigures(
        plan=plan,
        cores=len(os.sched_getaffinity(0)),
        load_before=round(load, 1),
        detections=with_ratios(found),
        growth=exponent([(d.ballots, d.seconds) for d in public]),
        growth_cpu=exponent([(d.ballots, d.cpu_seconds) for d in public]),
        attacks={profile: plan.attacks(profile) for profile in plan.profiles},
    )


def detection(folder: Path, profile: str, name: str, made: dict[str, float]) -> Detection:
    """One detector in a process of its own."""
    ballots, guilty = int(made["ballots"]), int(made["guilty"])
    most = DETECTORS[name].most
    if ballots > most:
        return Detection(profile, ballots, guilty, name, skipped=f"not run above {most:,}")
    told = child(str(folder), name)
    flagged = int(told.pop("flagged"))
    skipped = ""
    return Detection(profile, ballots, guilty, name, skipped, flagged=flagged, **told)


def with_ratios(found: list[Detection]) -> tuple[Detection, ...]:
    """Each detector's time over ours on the same file."""
    ours = {d.profile: d.seconds for d in found if d.detector == OURS}
    return tuple(
        Detection(**(asdict(d) | {"ratio": round(d.seconds / ours[d.profile], 3)})) for d in found
    )


def exponent(points: list[tuple[int, float]]) -> float | None:
    """Slope of log time on log size; None with fewer than two sizes."""
    if len({n for n, _ in points}) < 2:
        return None
    x, y = np.log([n for n, _ in points]), np.log([s for _, s in points])
    return round(float(np.polyfit(x, y, 1)[0]), 3)


def child(*arguments: str) -> dict[str, float]:
    """Run a part of the benchmark in a process of its own and read what it tells."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.detection", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[-2:])} failed: {done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told
