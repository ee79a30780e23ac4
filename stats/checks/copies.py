"""Family 4: ballots that share what is unusual in them."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stats.ballots import Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.originals import likely_original
from stats.checks.profiles import Profiles, profiles_of, unit_length
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.dyads import max_adjusted, shuffled_within
from stats.work import Here, Work, permuted

PERMUTATIONS = 49
MIN_UNITS = 10
MIN_RATERS = 20
MIN_SIMILARITY = 0.42
MAX_RATERS = 6000
CHECK = "copied"


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every pair of informative ballots.

    Parameters
    ----------
    z : float32 array (n, n), likeness in standard errors, 0 on the diagonal
    likeness : float32 array (n, n), mean of the correlations over units and over items
    """

    z: Floats
    likeness: Floats


def copies(
    view: View,
    residuals: Residuals,
    *,
    level: float,
    rng: np.random.Generator,
    work: Work | None = None,
) -> tuple[list[Finding], list[NotRun]]:
    """Groups of ballots more alike, in what is unusual, than independent ballots.

    The likely original of each group is named in ``facts["original"]`` and not among its ballots.
    """
    if view.ballots.n_units < MIN_UNITS or view.ballots.n_ballots < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    if view.ballots.n_ballots > MAX_RATERS:
        return [], [NotRun(CHECK, "too_many", {"most": MAX_RATERS})]
    profiles = profiles_of(view, residuals.present)
    n = len(profiles.ballots)
    if n < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few_informative", {"raters": n, "needed": MIN_RATERS})]
    pairs = _pairs(profiles)
    maxima = np.array(permuted(work or Here(), largest, (profiles,), PERMUTATIONS, rng, block=3))
    enter(CHECK, _adjusted(np.array([pairs.z.max()], dtype=np.float64), maxima, n))
    return _groups(view, (profiles, pairs), (maxima, level)), []


def largest(profiles: Profiles, rng: np.random.Generator) -> float:
    """Likeness of the likest pair when every unit's answers are handed to other raters."""
    return float(_pairs(_shuffled(profiles, rng)).z.max())


def _pairs(profiles: Profiles) -> Pairs:
    """Likeness of every pair.

    Correlations over units and over items within units are each scaled on their own bulk, added,
    and scaled again rater by rater: some ballots are like everybody's.
    """
    over_units = _products(profiles.units)
    parts = [over_units]
    if profiles.items.shape[2] > 1:
        parts.append(_products(profiles.items))
    z = sum(_scaled(p) for p in parts) / np.sqrt(len(parts))
    # float32 sums would do; the sum of two arrays is one, not a number.
    z = np.asarray(z)
    spread = _spread_by_rater(z)
    z = z / np.sqrt(np.outer(spread, spread))
    likeness = np.asarray(sum(parts) / len(parts))
    np.fill_diagonal(z, 0.0)
    np.fill_diagonal(likeness, 0.0)
    return Pairs(z, likeness)


def _products(values: Floats) -> Floats:
    # Rows of length 1 in steps of 2^-12: single precision adds their products exactly, in whatever
    # order a machine adds.
    flat = (np.round(values.reshape(len(values), -1) * 4096) / 4096).astype(np.float32)
    return np.asarray(flat @ flat.T)


def _scaled(correlation: Floats) -> Floats:
    """Centred and scaled on the middle of all pairs."""
    n = len(correlation)
    sample = correlation[np.triu_indices(n, 1)] if n <= 1500 else correlation[::3, 1::3].ravel()
    low, middle, high = np.quantile(sample, (0.1587, 0.5, 0.8413))
    return np.asarray((correlation - middle) / max(float(high - low) / 2, 1e-9))


def _spread_by_rater(z: Floats) -> Floats:
    clipped = np.clip(z, -3, 3)
    np.fill_diagonal(clipped, 0.0)
    return np.asarray(
        np.maximum(np.sqrt((clipped**2).sum(axis=1) / max(len(z) - 1, 1)), 1.0), dtype=np.float64
    )


def _shuffled(profiles: Profiles, rng: np.random.Generator) -> Profiles:
    """Every unit's answers handed to other raters of about the same spread."""
    units, items = np.empty_like(profiles.units), np.empty_like(profiles.items)
    for unit in range(units.shape[1]):
        mix = shuffled_within(profiles.strata, rng)
        units[:, unit], items[:, unit] = profiles.units[mix, unit], profiles.items[mix, unit]
    return Profiles(profiles.ballots, unit_length(units), unit_length(items), profiles.strata)


def _groups(
    view: View,
    compared: tuple[Profiles, Pairs],
    null: tuple[Floats, float],
) -> list[Finding]:
    maxima, level = null
    profiles, pairs = compared
    z, likeness = pairs.z, pairs.likeness
    candidates = np.argwhere(np.triu((z > maxima.min()) & (likeness >= MIN_SIMILARITY), 1))
    p = _adjusted(z[candidates[:, 0], candidates[:, 1]].astype(np.float64), maxima, len(z))
    clear = p <= level
    rows, columns = candidates[clear].T
    n = len(z)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    _, group = connected_components(graph, directed=False)
    return [
        _finding(
            view,
            (group == g, rows, columns),
            (pairs, maxima, p[clear], profiles.ballots),
        )
        for g in np.unique(group[rows])
    ]


def _adjusted(z: Floats, maxima: Floats, n: int) -> Floats:
    """The larger of the permutation p-value and Bonferroni's over all pairs: neither is exact."""
    bonferroni = np.minimum(n * (n - 1) / 2 * special.ndtr(-z), 1.0)
    return np.maximum(max_adjusted(z, maxima), bonferroni)


def _finding(
    view: View,
    members: tuple[Ints, Ints, Ints],
    tests: tuple[Pairs, Floats, Floats, Ints],
) -> Finding:
    here, rows, columns = members
    pairs, maxima, p, names = tests
    edges = here[rows]
    inside = np.flatnonzero(here)
    original = likely_original(view, names[inside])
    ballots = np.setdiff1d(names[inside], [original])
    like = pairs.likeness[rows[edges], columns[edges]]
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(),
        units_sunk=(),
        homes=(),
        context={},
        ballots=ballots,
        statistic=float(pairs.z[rows[edges], columns[edges]].max()),
        pvalue=float(p[edges].min()),
        qvalue=float(p[edges].min()),
        effect=float(np.median(like)),
        harm=harm_of(view, ballots, tuple(range(view.ballots.n_units))),
        facts={
            "n": len(ballots),
            "likeness": float(like.max()),
            "usual": float(np.quantile(pairs.likeness, 0.99)),
            "original": original,
            "z_usual": float(np.median(maxima)),
        },
    )
