"""One detector on one simulated file, in a process of its own: `python -m benchmarks.detection`.

A process of its own makes peak memory its own, and keeps one detector's warm caches from another.
"""

import json
import resource
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from benchmarks.peers import DETECTORS, Verdict
from stats.ballots import Bools
from stats.simulator.campaign import simulate
from surveys.examining.campaign_files import write_campaign
from surveys.examining.files import read_ballots

GUILTY = "guilty.npy"
Attacks = tuple[tuple[str, str], ...]


def simulate_file(folder: Path, profile: str, seed: int, attacks: Attacks) -> dict[str, float]:
    """Write a campaign as Parquet, with the ballots of its attacks beside it."""
    made = simulate(profile, attacks, rng=np.random.default_rng([seed, 1]), truth=False)
    write_campaign(folder, made, seed=seed, parquet=True)
    np.save(folder / GUILTY, made.attack > 0)
    return {"ballots": made.ballots.n_ballots, "guilty": int((made.attack > 0).sum())}


def detect(folder: Path, name: str) -> dict[str, float]:
    """Read the file, run the detector, score what it says."""
    detector = DETECTORS[name]
    import_module(detector.needs)
    began = time.perf_counter(), time.process_time()
    ballots = read_ballots(
        folder / "ballots.parquet", folder / "batches.csv", folder / "units.csv"
    ).ballots
    read = time.perf_counter(), time.process_time()
    verdict = detector.run(ballots)
    done = time.perf_counter(), time.process_time()
    return {
        "read_seconds": round(read[0] - began[0], 3),
        "read_cpu_seconds": round(read[1] - began[1], 3),
        "seconds": round(done[0] - read[0], 3),
        "cpu_seconds": round(done[1] - read[1], 3),
        # Linux counts in KiB.
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, 3),
    } | scored(verdict, np.load(folder / GUILTY))


def scored(verdict: Verdict, guilty: Bools) -> dict[str, float]:
    """Precision and recall of the ballots flagged, share of honest ones among them, AUC."""
    flagged = verdict.flagged
    n, honest = int(guilty.sum()), int((~guilty).sum())
    hits = int((flagged & guilty).sum())
    ranks = rankdata(verdict.score)
    area = (float(ranks[guilty].sum()) - n * (n + 1) / 2) / max(n * honest, 1)
    return {
        "flagged": int(flagged.sum()),
        "precision": round(hits / max(int(flagged.sum()), 1), 4),
        "recall": round(hits / max(n, 1), 4),
        "false_alarms": round(int((flagged & ~guilty).sum()) / max(honest, 1), 6),
        "auc": round(area, 4),
    }


def main(arguments: Sequence[str]) -> int:
    """`simulate FOLDER PROFILE SEED KIND:STRENGTH…` or `FOLDER DETECTOR`; one line of JSON."""
    if arguments[0] == "simulate":
        _, folder, profile, seed, *attacks = arguments
        planned = tuple((kind, strength) for kind, strength in (a.split(":") for a in attacks))
        told = simulate_file(Path(folder), profile, int(seed), planned)
    else:
        folder, name = arguments
        told = detect(Path(folder), name)
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
