"""Family 11: the same raters put one unit at the top and another at the bottom."""

import numpy as np

from stats.ballots import Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.dyads import max_adjusted, shuffled_within

PERMUTATIONS = 299
MIN_UNITS = 8
MIN_RATERS = 30
MIN_MEMBERS = 5
EXTREME = 1.0
STRATA = 5
CHECK = "bloc"


def blocs(
    view: View, residuals: Residuals, *, level: float, rng: np.random.Generator
) -> tuple[list[Finding], list[NotRun]]:
    """Pairs (u lifted, v sunk) shared by more raters than independent columns give."""
    n, n_units = residuals.scores.shape
    dense = residuals.present.mean() if residuals.present.size else 0.0
    if n_units < MIN_UNITS or n < MIN_RATERS or dense < 0.5:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    up = np.maximum(residuals.scores - EXTREME, 0.0)
    down = np.maximum(-residuals.scores - EXTREME, 0.0)
    together = up.T @ down
    null = _null(up, down, _strata(residuals), rng)
    mean, sd, permuted = null
    np.fill_diagonal(together, 0.0)
    z = (together - mean) / sd
    np.fill_diagonal(z, -np.inf)
    p = max_adjusted(z, permuted)
    found = []
    for u, v in np.argwhere(p <= level):
        finding = _finding(view, residuals, (int(u), int(v)), (float(z[u, v]), float(p[u, v])))
        if finding is not None:
            found.append(finding)
    return _without_echoes(found), []


def _strata(residuals: Residuals) -> Ints:
    """Fifths of raters by how widely they mark: the flat ones cannot be extreme."""
    rank = residuals.scale.argsort(kind="stable").argsort(kind="stable")
    return (rank * STRATA // max(len(rank), 1)).astype(np.int64)


def _null(
    up: Floats, down: Floats, strata: Ints, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Mean and spread by pair, and permuted maxima, when columns are shuffled independently."""
    n_units = up.shape[1]
    draws = np.empty((PERMUTATIONS, n_units, n_units), dtype=np.float32)
    for b in range(PERMUTATIONS):
        mixed_up, mixed_down = np.empty_like(up), np.empty_like(down)
        for u in range(n_units):
            mix = shuffled_within(strata, rng)
            mixed_up[:, u], mixed_down[:, u] = up[mix, u], down[mix, u]
        draws[b] = mixed_up.T @ mixed_down
    mean, sd = draws.mean(axis=0), draws.std(axis=0)
    sd = np.maximum(sd, 0.25 * float(np.median(sd)) + 1e-9)
    scaled = (draws - mean) / sd
    scaled[:, np.arange(n_units), np.arange(n_units)] = -np.inf
    maxima = scaled.reshape(PERMUTATIONS, -1).max(axis=1)
    return mean.astype(np.float64), sd.astype(np.float64), maxima.astype(np.float64)


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
        harm=harm_of(view, members, pair),
        facts={"n": len(members), "expected": expected},
    )


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """Keep the clearest pair where the same raters make several."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: -f.statistic):
        overlaps = [np.isin(finding.ballots, k.ballots).mean() for k in kept]
        if not overlaps or max(overlaps) < 0.5:
            kept.append(finding)
    return kept
