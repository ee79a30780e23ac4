"""Scores on simulated campaigns, measured against what is true of them.

`python -m benchmarks.score_goals --clean dept200:40 --attack matrix200:bloc:strong:20` prints one
line for each and, with ``--json FILE``, keeps every figure with its seeds. The campaigns start at
seed 95,000: none of them was looked at while the estimates were made.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau, rankdata

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.estimates.campaign_scores import campaign_scores, robust_scores, unit_rows
from stats.estimates.interval import moment_intervals
from stats.estimates.unit_scores import unit_means
from stats.examination import examine
from stats.simulator.campaign import Simulated, simulate
from stats.simulator.opinions import draw_public, expected_marks
from stats.simulator.profiles import PROFILES, Profile

FIRST_SEED = 95_000
TINY = Profile("public", 240, 30, 8)
"""Eight ballots for a unit on average, half of the units with fewer than seven."""

TARGETED = ("bloc", "reciprocal", "stuff", "burst", "bots")
FULL_CLEAN = (
    "tiny:200",
    "dept200:200",
    "matrix200:100",
    "reverse600:100",
    "matrix1k:20",
    "public2k:200",
    "public10k:60",
    "public100k:6",
)
FULL_ATTACK = (
    *(f"matrix200:{kind}:20" for kind in ("bloc", "reciprocal", "burst", "stuff")),
    *(f"dept200:{kind}:20" for kind in ("bloc", "reciprocal")),
    *(f"public2k:{kind}:20" for kind in ("stuff", "burst", "bloc", "bots")),
    *(f"public10k:{kind}:20" for kind in ("stuff", "burst", "bloc", "bots")),
)


@dataclass(frozen=True)
class CleanFigure:
    """What holds in clean campaigns.

    Shares of the units (or pairs of units, or campaigns) whose truth lies inside.
    """

    profile: str
    campaigns: int
    first_seed: int
    coverage: float
    small_coverage: float
    small_cells: int
    frame_coverage: float
    ranks_together: float
    tau_mean: float
    tau_set_aside: float
    tau_robust: float


@dataclass(frozen=True)
class AttackFigure:
    """How far a target lies from its place, in ranks among all units; shares within two.

    ``true``: from the place of its true mark; ``honest``: from that by the honest ballots alone.
    """

    profile: str
    kind: str
    strength: str
    campaigns: int
    first_seed: int
    honest_mean_all: float
    honest_mean_set_aside: float
    honest_robust_set_aside: float
    within_2_of_honest: float
    within_2_robust: float
    true_all: float
    true_set_aside: float
    true_robust: float
    true_honest: float
    within_2_of_true: float
    within_2_of_true_robust: float
    within_2_of_true_honest: float


def shape_of(profile: str) -> Profile:
    """A profile of the simulator, or the tiny one."""
    return TINY if profile == "tiny" else PROFILES[profile]


def campaign(profile: str, seed: int, attacks: Sequence[tuple[str, str]] = ()) -> Simulated:
    """Simulate the campaign of a seed with its truth."""
    return simulate(shape_of(profile), attacks, rng=np.random.default_rng([seed, 1]))


def clean_figure(profile: str, campaigns: int, *, examined: bool = True) -> CleanFigure:
    """Coverage and loss in clean campaigns; without ``examined`` nothing is set aside."""
    seeds = range(FIRST_SEED, FIRST_SEED + campaigns)
    rows = [_clean(profile, seed, examined=examined) for seed in seeds]
    small = np.concatenate([cells for _, cells in rows])
    means = np.nanmean([row for row, _ in rows], axis=0)
    return CleanFigure(
        profile,
        campaigns,
        FIRST_SEED,
        coverage=float(means[0]),
        small_coverage=float(small.mean()) if small.size else float("nan"),
        small_cells=int(small.size),
        frame_coverage=float(means[1]),
        ranks_together=float(means[2]),
        tau_mean=float(means[3]),
        tau_set_aside=float(means[4]),
        tau_robust=float(means[5]),
    )


def _clean(profile: str, seed: int, *, examined: bool) -> tuple[Floats, Bools]:
    made = campaign(profile, seed)
    ballots, truth = made.ballots, _truth(profile, seed, made)
    rng = np.random.default_rng([seed, 3])
    found = campaign_scores(ballots, rng=rng)
    kept = _kept(ballots, seed) if examined else np.ones(ballots.n_rows, dtype=np.bool_)
    inside = _inside(found.interval.low, found.interval.high, truth)
    row = np.array(
        [
            inside.mean(),
            _frame(ballots, rng).mean(),
            _ranks_held(ballots, truth, (found.rank_low, found.rank_high)),
            _tau(found.mean, truth),
            _tau(_mean(ballots, kept), truth),
            _tau(robust_scores(ballots, kept), truth),
        ]
    )
    return row, _small_cells(profile, seed, ballots)


def _truth(profile: str, seed: int, made: Simulated) -> Floats:
    """The true marks, known well against the error of the largest campaigns' means."""
    shape = shape_of(profile)
    per_unit = shape.ballots if shape.matrix else shape.ballots // shape.units
    # The first draw of the seed, as in `simulate`.
    public = draw_public(shape, np.random.default_rng([seed, 1]))
    more = [
        expected_marks(public, shape, np.random.default_rng([seed, 5, k]))
        for k in range(min(per_unit // 200, 10))
    ]
    return np.asarray(np.mean([made.expected, *more], axis=0), dtype=np.float64)


def _inside(low: Floats, high: Floats, truth: Floats) -> Bools:
    known = np.isfinite(low) & np.isfinite(truth)
    return np.asarray((low <= truth) & (truth <= high))[known]


def _frame(ballots: Ballots, rng: np.random.Generator) -> Bools:
    """Intervals with the finite-population correction: three in five answer, all are known."""
    answered = (rng.random(ballots.n_ballots) < 0.6)[ballots.ballot]
    everybody = unit_rows(ballots, np.ones(ballots.n_rows, dtype=np.bool_))
    some = unit_means(unit_rows(ballots, answered))
    interval = moment_intervals(some.moments, population=np.maximum(everybody.counts(), 1))
    return _inside(interval.low, interval.high, everybody.means(everybody.mark))


def _ranks_held(ballots: Ballots, truth: Floats, limits: tuple[Ints, Ints]) -> bool:
    """Whether every unit's true rank within its category lies within its limits."""
    low, high = limits
    category = np.zeros(len(truth)) if ballots.category is None else ballots.category
    for c in np.unique(category):
        here = np.flatnonzero((category == c) & (low > 0))
        rank = rankdata(-truth[here], method="min")
        if ((rank < low[here]) | (rank > high[here])).any():
            return False
    return True


def _small_cells(profile: str, seed: int, ballots: Ballots) -> Bools:
    """Coverage in cells of two to nine ballots: a rater group's on a unit, or all on it."""
    shape = shape_of(profile)
    # The first draw of the seed, as in `simulate`.
    public = draw_public(shape, np.random.default_rng([seed, 1]))
    inside = []
    for group in range(shape.groups):
        chosen = ballots.group == group
        found = campaign_scores(ballots, chosen, rng=np.random.default_rng(0))
        small = (found.outside.moments.n >= 2) & (found.outside.moments.n < 10)
        if small.any():
            alone = type(public)(
                **{**vars(public), "group_severity": public.group_severity[[group]]}
            )
            one = Profile(shape.form, shape.ballots, shape.units, shape.items)
            truth = expected_marks(alone, one, np.random.default_rng([seed, 4]))
            low, high = found.interval.low[small], found.interval.high[small]
            inside.append(_inside(low, high, truth[small]))
    return np.concatenate(inside) if inside else np.zeros(0, dtype=np.bool_)


def _kept(ballots: Ballots, seed: int) -> Bools:
    found = examine(ballots, rng=np.random.default_rng([seed, 2]))
    return np.asarray(~found.flagged[ballots.ballot])


def _mean(ballots: Ballots, kept: Bools) -> Floats:
    rows = unit_rows(ballots, kept)
    return rows.means(rows.mark)


def _tau(score: Floats, truth: Floats) -> float:
    known = np.isfinite(score)
    return float(kendalltau(score[known], truth[known]).statistic)


def attack_figure(profile: str, kind: str, strength: str, campaigns: int) -> AttackFigure:
    """Where the attacked units end up."""
    if kind not in TARGETED:
        raise ValueError(f"{kind} has no target: expected one of {', '.join(TARGETED)}")
    seeds = range(FIRST_SEED, FIRST_SEED + campaigns)
    rows = np.concatenate([_attacked(profile, (kind, strength), seed) for seed in seeds])
    distance, near = rows.mean(axis=0), (rows <= 2).mean(axis=0)
    measured = [*distance[:3], near[1], near[2], *distance[3:], *near[4:]]
    return AttackFigure(profile, kind, strength, campaigns, FIRST_SEED, *map(float, measured))


def _attacked(profile: str, attack: tuple[str, str], seed: int) -> Floats:
    """One row for each target: distances in ranks from the honest place, then from the true one."""
    made = campaign(profile, seed, [attack])
    ballots = made.ballots
    everything = np.ones(ballots.n_rows, dtype=np.bool_)
    innocent = made.attack[ballots.ballot] == 0
    kept = _kept(ballots, seed)
    robust = robust_scores(ballots, kept)
    scores = [_mean(ballots, everything), _mean(ballots, kept), robust, _mean(ballots, innocent)]
    places = [rankdata(-np.nan_to_num(score, nan=0.0)) for score in scores]
    true = rankdata(-made.expected)
    rows = [
        [abs(place[unit] - places[3][unit]) for place in places[:3]]
        + [abs(place[unit] - true[unit]) for place in places]
        for unit in made.attacks[0].up + made.attacks[0].down
    ]
    return np.array(rows, dtype=np.float64)


def _attacks(wanted: Iterable[str]) -> Iterable[tuple[str, str, str, int]]:
    for text in wanted:
        profile, kind, *rest = text.split(":")
        strengths = [rest[0]] if len(rest) == 2 else ["weak", "medium", "strong"]
        for strength in strengths:
            yield profile, kind, strength, int(rest[-1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", action="append", metavar="PROFILE:CAMPAIGNS")
    parser.add_argument("--attack", action="append", metavar="PROFILE:KIND[:STRENGTH]:CAMPAIGNS")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    everything = chosen.clean is None and chosen.attack is None
    figures: list[dict[str, object]] = []
    for text in FULL_CLEAN if everything else chosen.clean or ():
        profile, _, campaigns = text.partition(":")
        _keep(chosen.json, figures, asdict(clean_figure(profile, int(campaigns))))
    for attack in _attacks(FULL_ATTACK if everything else chosen.attack or ()):
        _keep(chosen.json, figures, asdict(attack_figure(*attack)))
    return 0


def _keep(path: Path | None, figures: list[dict[str, object]], figure: dict[str, object]) -> None:
    figures.append(figure)
    words = (f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in figure.items())
    sys.stdout.write("  ".join(words) + "\n")
    sys.stdout.flush()
    if path is not None:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
