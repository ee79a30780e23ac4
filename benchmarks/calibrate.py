"""False alarms and power of the checks on simulated campaigns, measured.

`python -m benchmarks.calibrate --clean matrix200:100 --attack public10k:stuff:medium:50` prints a
table (``--curve``: how often each check speaks when held at looser levels) and, with ``--json
FILE``, keeps every figure with its seeds. Below each clean profile stand the p-values of its tests
against those of chance. The campaigns start at seed 90,000: none of them was looked at while the
checks were made. ``--from`` starts elsewhere, so that a long run can be done in parts.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta, rankdata

from benchmarks.copying import informative_of
from benchmarks.uniformity import Uniformities, Uniformity
from stats.ballots import Bools
from stats.checks.harm import harm_of
from stats.checks.view import view_of
from stats.examination import Examination, examine
from stats.findings import Finding
from stats.ledger import ledger
from stats.simulator.campaign import Simulated, simulate
from stats.simulator.profiles import Profile

FIRST_SEED = 90_000
MOVED_MARKS, MOVED_RANKS = 0.10, 5
LOOSE = 0.2
LEVELS = (0.01, 0.02, 0.05, 0.10)
FULL_CLEAN = (
    "dept200:200",
    "matrix200:200",
    "reverse600:200",
    "matrix1k:60",
    "public2k:400",
    "public10k:200",
    "public100k:20",
)
FULL_CURVE = ("dept200:100", "matrix200:60", "public2k:200", "public10k:60")
FULL_ATTACK = (
    *(f"matrix200:{kind}:40" for kind in ("bloc", "reciprocal", "copy", "straight", "random")),
    *(f"matrix1k:{kind}:15" for kind in ("bloc", "reciprocal", "copy")),
    *(f"public2k:{kind}:60" for kind in ("stuff", "burst", "bloc", "straight", "random", "bots")),
    *(f"public10k:{kind}:40" for kind in ("stuff", "burst", "bloc")),
)


@dataclass(frozen=True)
class CleanFigure:
    """False alarms of one profile."""

    profile: str
    campaigns: int
    first_seed: int
    alarmed: int
    upper_95: float
    by_check: dict[str, int] = field(default_factory=dict)
    pvalues: list[Uniformity] = field(default_factory=list)


@dataclass(frozen=True)
class PowerFigure:
    """How one attack fared.

    ``matters`` is the share of campaigns in which it moves a target by MOVED_MARKS or MOVED_RANKS;
    ``recall_informative`` the recall among ballots of a matrix that differ enough to be compared.
    """

    profile: str
    kind: str
    strength: str
    campaigns: int
    first_seed: int
    named: float
    wrongly_named: float
    recall: float
    precision: float
    auc: float
    recall_at_1_percent: float
    moved_marks: float
    moved_ranks: float
    matters: float
    named_where_it_matters: float
    recall_informative: float


@dataclass(frozen=True)
class CurveFigure:
    """How often each check speaks in clean campaigns when it is held at a looser level.

    ``at`` are shares of campaigns by check, where its smallest q reaches each of LEVELS.
    """

    profile: str
    campaigns: int
    first_seed: int
    at: dict[str, list[float]]


def campaign(
    profile: str | Profile, seed: int, attacks: Sequence[tuple[str, str]] = ()
) -> Simulated:
    """Simulate the campaign of a seed."""
    return simulate(profile, attacks, rng=np.random.default_rng([seed, 1]), truth=False)


def examined(made: Simulated, seed: int) -> Examination:
    """Examine it at the default level."""
    return examine(made.ballots, rng=np.random.default_rng([seed, 2]))


def clean_figure(profile: str, campaigns: int, first: int = FIRST_SEED) -> CleanFigure:
    """Examine clean campaigns and count those with any alarm."""
    checks: Counter[str] = Counter()
    pvalues = Uniformities()
    alarmed = 0
    for seed in range(first, first + campaigns):
        with ledger() as kept:
            found = examined(campaign(profile, seed), seed)
        pvalues.add(kept)
        alarms = {f.check for f in alarms_of(found)}
        alarmed += bool(alarms)
        checks.update(alarms)
    return CleanFigure(
        profile,
        campaigns,
        first,
        alarmed,
        upper_limit(alarmed, campaigns),
        by_check=dict(sorted(checks.items())),
        pvalues=pvalues.figures(),
    )


def alarms_of(found: Examination) -> list[Finding]:
    """Findings above "information"."""
    return [f for f in found.findings if f.level != "information"]


def upper_limit(alarmed: int, campaigns: int) -> float:
    """One-sided 95 % limit of Clopper and Pearson for a share."""
    return float(beta.ppf(0.95, alarmed + 1, max(campaigns - alarmed, 1e-9)))


def curve_figure(profile: str, campaigns: int, first: int = FIRST_SEED) -> CurveFigure:
    """Examine clean campaigns at LOOSE and note the level at which each check would speak."""
    least: list[dict[str, float]] = []
    for seed in range(first, first + campaigns):
        made = campaign(profile, seed)
        found = examine(made.ballots, level=LOOSE, rng=np.random.default_rng([seed, 3]))
        told: dict[str, float] = {}
        for f in found.findings:
            if f.level not in ("fact", "information"):
                for check, q in ((f.check, f.qvalue), *_also(f)):
                    told[check] = min(q, told.get(check, 1.0))
        least.append(told)
    checks = sorted({check for told in least for check in told} - {"time"})
    reached = {
        check: [
            float(np.mean([told.get(check, 1.0) <= level for told in least])) for level in LEVELS
        ]
        for check in checks
    }
    return CurveFigure(profile, campaigns, first, reached)


def _also(finding: Finding) -> list[tuple[str, float]]:
    """Checks and q-values that were joined to a finding."""
    also = finding.facts.get("also")
    return [(str(check), float(q)) for check, q in also] if isinstance(also, tuple) else []


def power_figure(
    attack: tuple[str, str, str], campaigns: int, first: int = FIRST_SEED
) -> PowerFigure:
    """Examine attacked campaigns and score what was named and flagged."""
    rows = [_scored(*attack, first + k) for k in range(campaigns)]
    means = [
        float(np.nanmean(column)) if np.isfinite(column).any() else float("nan")
        for column in np.array(rows).T
    ]
    return PowerFigure(*attack, campaigns, first, *means)


def _scored(profile: str, kind: str, strength: str, seed: int) -> tuple[float, ...]:
    made = campaign(profile, seed, [(kind, strength)])
    found = examined(made, seed)
    guilty = made.attack > 0
    targets = set(made.attacks[0].up + made.attacks[0].down)
    alarms = alarms_of(found)
    units = units_of(alarms)
    if targets:
        named = bool(units & targets)
    else:
        named = any(len(f.ballots) and guilty[f.ballots].mean() > 0.5 for f in alarms)
    flagged = found.flagged
    honest = found.suspicion[~guilty]
    ranks = rankdata(found.suspicion)
    n = int(guilty.sum())
    auc = (ranks[guilty].sum() - n * (n + 1) / 2) / (n * len(honest)) if n else np.nan
    moved, places = _moved(made, targets, guilty)
    matters = moved >= MOVED_MARKS or places >= MOVED_RANKS
    return (
        float(named),
        float(bool(targets) and bool(units - targets)),
        _share(flagged, guilty),
        float(guilty[flagged].mean()) if flagged.any() else np.nan,
        float(auc),
        float((found.suspicion[guilty] > np.quantile(honest, 0.99)).mean()) if n else np.nan,
        moved,
        places,
        float(matters) if targets else np.nan,
        float(named) if matters else np.nan,
        _share(flagged, guilty & informative_of(view_of(made.ballots))),
    )


def units_of(findings: Sequence[Finding]) -> set[int]:
    """Units that findings name as lifted or sunk."""
    return {unit for f in findings for unit in f.units_lifted + f.units_sunk}


def _share(flagged: Bools, among: Bools) -> float:
    return float(flagged[among].mean()) if among.any() else float("nan")


def _moved(made: Simulated, targets: set[int], guilty: Bools) -> tuple[float, float]:
    """Largest change of a target's mean mark, and of its rank, when the attackers are left out."""
    if not targets:
        return float("nan"), float("nan")
    view = view_of(made.ballots)
    harms = [harm_of(view, np.flatnonzero(guilty), (unit,)) for unit in targets]
    marks = [abs(h.score_with - h.score_without) for h in harms if h is not None]
    ranks = [float(abs(h.rank_with - h.rank_without)) for h in harms if h is not None]
    return max(marks, default=0.0), max(ranks, default=0.0)


def _attacks(wanted: Iterable[str]) -> Iterable[tuple[tuple[str, str, str], int]]:
    for text in wanted:
        profile, kind, *rest = text.split(":")
        strengths = [rest[0]] if len(rest) == 2 else ["weak", "medium", "strong"]
        for strength in strengths:
            yield (profile, kind, strength), int(rest[-1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", action="append", metavar="PROFILE:CAMPAIGNS")
    parser.add_argument("--attack", action="append", metavar="PROFILE:KIND[:STRENGTH]:CAMPAIGNS")
    parser.add_argument("--curve", action="append", metavar="PROFILE:CAMPAIGNS")
    parser.add_argument("--from", dest="first", type=int, default=FIRST_SEED, metavar="SEED")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    everything = not (chosen.clean or chosen.attack or chosen.curve)
    figures: list[dict[str, object]] = []
    for text in FULL_CLEAN if everything else chosen.clean or ():
        profile, _, campaigns = text.partition(":")
        figures.append(_told(asdict(clean_figure(profile, int(campaigns), chosen.first))))
        _keep(chosen.json, figures)
    for text in FULL_CURVE if everything else chosen.curve or ():
        profile, _, campaigns = text.partition(":")
        figures.append(_told(asdict(curve_figure(profile, int(campaigns), chosen.first))))
        _keep(chosen.json, figures)
    for attack, n in _attacks(FULL_ATTACK if everything else chosen.attack or ()):
        figures.append(_told(asdict(power_figure(attack, n, chosen.first))))
        _keep(chosen.json, figures)
    return 0


def _told(figure: dict[str, Any]) -> dict[str, Any]:
    sys.stdout.write(_line(figure) + "\n")
    for part in figure.get("pvalues") or ():
        sys.stdout.write(f"    {_line(part)}\n")
    sys.stdout.flush()
    return figure


def _line(figure: dict[str, Any]) -> str:
    shown = {k: f"{v:.3f}" if isinstance(v, float) else v for k, v in figure.items()}
    return "  ".join(f"{k} {v}" for k, v in shown.items() if k != "pvalues")


def _keep(path: Path | None, figures: list[dict[str, object]]) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
