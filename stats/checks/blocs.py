"""Family 11: the same raters put one unit at the top and another at the bottom."""

import numpy as np
from scipy import stats as distributions

from stats.ballots import Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals, tied
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.dyads import max_adjusted
from stats.work import Here, Work, permuted

PERMUTATIONS = 199
MIN_UNITS = 20
MIN_RATERS = 30
MIN_MEMBERS = 5
EXTREME = 1.0
MIN_RATIO = 2.5
MAX_TIED = 0.1
TRIM = 0.1
CHECK = "bloc"


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
    z = _together(residuals.scores)
    state = residuals.scores, residuals.present
    maxima = np.array(permuted(work or Here(), most_together, state, PERMUTATIONS, rng))
    p = np.where(np.abs(tied(residuals.consensus)) > MAX_TIED, 1.0, max_adjusted(z, maxima))
    enter(CHECK, p)
    found = []
    for u, v in np.argwhere(p <= level):
        finding = _finding(view, residuals, (int(u), int(v)), (float(z[u, v]), float(p[u, v])))
        if finding is not None:
            found.append(finding)
    return _without_echoes(found), []


def most_together(scores: Floats, present: Floats, rng: np.random.Generator) -> float:
    """The clearest pair of units when each rater's scores are handed to other units."""
    return float(_together(_reordered(scores, present, rng)).max())


def _together(scores: Floats) -> Floats:
    """How far more raters put u up and v down than their habits and the units' explain, in z.

    ``T_uv = Σ_i up_iu down_iv`` against a product of rater and unit margins, scaled on the bulk of
    pairs: with few units the fitted lines tie a ballot's residuals together.
    """
    # In steps of 2^-16 the products add exactly, in whatever order a machine adds.
    scores = np.round(scores * 65536) / 65536
    up, down = np.maximum(scores - EXTREME, 0.0), np.maximum(-scores - EXTREME, 0.0)
    observed = up.T @ down
    expected = _product(up, down)
    variance = _product(up**2, down**2)
    z = (observed - expected) / np.sqrt(np.maximum(variance, 0.05 * variance.mean() + 1e-12))
    off = z[~np.eye(len(z), dtype=bool)]
    z = z / max(float(off.std()), 1.0)
    np.fill_diagonal(z, -np.inf)
    return np.asarray(z, dtype=np.float64)


def _product(up: Floats, down: Floats) -> Floats:
    total = max(float(up.sum() * down.sum()), 1e-12)
    raters = float(np.dot(up.sum(axis=1), down.sum(axis=1)))
    return np.asarray(np.outer(up.sum(axis=0), down.sum(axis=0)) * raters / total)


def _reordered(scores: Floats, present: Floats, rng: np.random.Generator) -> Floats:
    """Each rater's scores handed to other units, the own and the unrated staying empty."""
    key = np.where(present > 0, rng.random(scores.shape), 2.0)
    filled = np.argsort(key, axis=1)
    places = np.argsort(np.where(present > 0, 0.0, 2.0), axis=1, kind="stable")
    mixed = np.zeros_like(scores)
    values = np.take_along_axis(scores, filled, axis=1)
    np.put_along_axis(mixed, places, values, axis=1)
    return mixed


def _finding(
    view: View, residuals: Residuals, pair: tuple[int, int], test: tuple[float, float]
) -> Finding | None:
    u, v = pair
    both = (residuals.scores[:, u] > EXTREME / 2) & (residuals.scores[:, v] < -EXTREME)
    members = np.flatnonzero(both).astype(np.int64)
    if len(members) < MIN_MEMBERS:
        return None
    expected = float(
        np.mean(residuals.scores[:, u] > EXTREME / 2) * np.sum(residuals.scores[:, v] < -EXTREME)
    )
    if len(members) < MIN_RATIO * expected:
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
