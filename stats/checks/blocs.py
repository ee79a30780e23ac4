"""Family 11: the same raters put one unit at the top and another at the bottom."""

from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.dyads import max_adjusted
from stats.work import Here, Work, permuted

PERMUTATIONS = 199
MIN_UNITS = 20
MIN_RATERS = 30
NEAR = 4
MIN_MEMBERS = 5
EXTREME = 1.0
CLEAR_LIFT = 2.0
CLEAR_SINK = 3.0
MIN_RATIO = 2.5
TRIM = 0.1
CHECK = "bloc"


Places = tuple[Floats, Ints]


@dataclass(frozen=True, eq=False)
class Habits:
    """What raters do to units next to each other on the scale.

    Parameters
    ----------
    both : array (n_units, n_units), sum over raters of usual lift of u times usual sink of v
    lifts, sinks : arrays (n_units,), sums of the raters' usual lifts and sinks of each
    spread : array (n_units, n_units), standard error of the sum for u and v
    """

    both: Floats
    lifts: Floats
    sinks: Floats
    spread: Floats


def blocs(
    view: View,
    residuals: Residuals,
    *,
    level: float,
    rng: np.random.Generator,
    work: Work | None = None,
) -> tuple[list[Finding], list[NotRun]]:
    """Pairs (u lifted, v sunk) shared by more raters than unconnected units give."""
    n, n_units = residuals.scores.shape
    dense = residuals.present.mean() if residuals.present.size else 0.0
    if n_units < MIN_UNITS or n < MIN_RATERS or dense < 0.5:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    up, down = lifts_and_sinks(residuals)
    near = neighbours(residuals.consensus)
    habits = habits_of(up, down, residuals.present, near)
    z = together(up, down, habits)
    state = up, down, habits, places_of(residuals.present, near)
    p = max_adjusted(z, np.array(permuted(work or Here(), most_together, state, PERMUTATIONS, rng)))
    enter(CHECK, p)
    found = []
    for u, v in np.argwhere(p <= level):
        both = (up[:, u] > 0) & (down[:, v] > 0)
        expected = float(np.mean(up[:, u] > 0) * np.sum(down[:, v] > 0))
        test = float(z[u, v]), float(p[u, v])
        finding = _finding(view, residuals, (both, expected), test)
        if finding is not None:
            found.append(finding)
    return _without_echoes(found), []


def neighbours(consensus: Floats) -> Ints:
    """Labels of runs of NEAR units or a few more whose consensus is next to each other."""
    place = np.argsort(np.argsort(consensus, kind="stable"), kind="stable")
    return place * max(len(consensus) // NEAR, 1) // len(consensus)


def lifts_and_sinks(residuals: Residuals) -> tuple[Floats, Floats]:
    """What speaks for each rater's lifting and sinking each unit, 0 where nothing does.

    A lift is told by the likelihood of favour, since at a ceiling no mark can be far above a line;
    a sink by the distance below the rater's line, in the rater's and the unit's own spread.
    """
    below = np.where(residuals.present > 0, -residuals.raw, 0.0) / residuals.scale[:, None]
    square = (below**2).sum(axis=0) / np.maximum(residuals.present.sum(axis=0), 1.0)
    below = below / np.sqrt(np.maximum(square, 1e-12))
    lifts = np.clip(residuals.favour, 0.0, CLEAR_LIFT)
    return _in_steps(lifts), _in_steps(np.clip(below - EXTREME, 0.0, CLEAR_SINK))


def habits_of(up: Floats, down: Floats, present: Floats, near: Ints) -> Habits:
    """What raters do to units of each run, which stays when they do it to others of the run.

    Habits differ along the scale: who is at the ceiling departs from nobody's view of the best
    units, and much from that of the others.
    """
    lifts, sinks = _habit(up, present, near), _habit(down, present, near)
    variance = _habit(up**2, present, near).T @ _habit(down**2, present, near)
    return Habits(
        both=lifts.T @ sinks,
        lifts=np.maximum(lifts.sum(axis=0), 1e-12),
        sinks=np.maximum(sinks.sum(axis=0), 1e-12),
        spread=np.sqrt(np.maximum(variance, 0.05 * variance.mean() + 1e-12)),
    )


def _habit(values: Floats, present: Floats, near: Ints) -> Floats:
    """Mean of each rater's values over the units of a run, 0 where absent."""
    runs = np.eye(int(near.max()) + 1)[near]
    mean = (values @ runs) / np.maximum(present @ runs, 1.0)
    return _in_steps(present * mean[:, near])


def _in_steps(values: Floats) -> Floats:
    """In steps of 2^-16: products of these add exactly, in whatever order a machine adds."""
    return np.round(values * 65536) / 65536


def together(up: Floats, down: Floats, habits: Habits) -> Floats:
    """How far more raters put u up and v down than their habits and the units' explain, in z.

    ``T_uv = Σ_i up_iu down_iv`` against the habits in the proportion of what each unit gets in all.
    """
    lifted, sunk = up.sum(axis=0) / habits.lifts, down.sum(axis=0) / habits.sinks
    z = (up.T @ down - habits.both * np.outer(lifted, sunk)) / habits.spread
    # Misfit that all raters share grows with their number; the bulk of pairs shows how far.
    pairs = ~np.eye(len(z), dtype=bool)
    return np.where(pairs, z / max(float(z[pairs].std()), 1.0), -np.inf)


def places_of(present: Floats, near: Ints) -> Places:
    """Where each rater's units lie by run, the unrated and the own at the end of theirs."""
    key = 3.0 * near + np.where(present > 0, 0.0, 1.5)
    there = np.argsort(key, axis=1, kind="stable").astype(np.int64)
    return np.asarray(key, dtype=np.float64), there


def most_together(
    up: Floats, down: Floats, habits: Habits, places: Places, rng: np.random.Generator
) -> float:
    """The clearest pair when each rater's departures are handed to other units of the same run."""
    key, there = places
    drawn = np.argsort(key + rng.random(key.shape), axis=1)
    mixed = []
    for values in (up, down):
        handed = np.empty_like(values)
        np.put_along_axis(handed, there, np.take_along_axis(values, drawn, axis=1), axis=1)
        mixed.append(handed)
    return float(together(mixed[0], mixed[1], habits).max())


def _finding(
    view: View, residuals: Residuals, bloc: tuple[Bools, float], test: tuple[float, float]
) -> Finding | None:
    both, expected = bloc
    members = np.flatnonzero(both).astype(np.int64)
    if len(members) < max(MIN_MEMBERS, MIN_RATIO * expected):
        return None
    u, v = moved_apart(view, residuals, members)
    gap = residuals.raw[members, u].mean() - residuals.raw[members, v].mean()
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(u,),
        units_sunk=(v,),
        homes=(),
        context={},
        ballots=members,
        statistic=test[0],
        pvalue=test[1],
        qvalue=test[1],
        effect=float(gap),
        harm=harm_of(view, members, (u, v)),
        facts={"n": len(members), "expected": expected},
    )


def moved_apart(view: View, residuals: Residuals, members: Ints) -> tuple[int, int]:
    """The units that members put highest and lowest against everybody else.

    By marks less each rater's median distance from the consensus, not by the rater's line: a line
    bends towards the very units that a bloc treats. In standard errors of the trimmed mean.
    """
    table = view.table if view.table is not None else residuals.raw
    marks = np.where(residuals.present > 0, table - residuals.consensus, np.nan)
    known = np.isfinite(marks).any(axis=1)
    marks[known] -= np.nanmedian(marks[known], axis=1)[:, None]
    inside = np.zeros(len(marks), dtype=bool)
    inside[members] = True
    apart = np.array([_distance(column[inside], column[~inside]) for column in marks.T])
    return int(np.argmax(apart)), int(np.argmin(apart))


def _distance(ours: Floats, theirs: Floats) -> float:
    ours, theirs = ours[np.isfinite(ours)], theirs[np.isfinite(theirs)]
    if len(ours) < MIN_MEMBERS or len(theirs) < MIN_MEMBERS:
        return 0.0
    middle = float(distributions.trim_mean(theirs, TRIM))
    spread = max(float(theirs.std()), 0.05)
    away = float(distributions.trim_mean(ours, TRIM)) - middle
    return away * float(np.sqrt(len(ours))) / spread


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """Keep the clearest pair where the same raters make several."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: -f.statistic):
        overlaps = [np.isin(finding.ballots, k.ballots).mean() for k in kept]
        if not overlaps or max(overlaps) < 0.5:
            kept.append(finding)
    return kept
