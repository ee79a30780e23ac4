"""Family 11 where few units stand on a ballot: the same raters lift one unit and sink another.

With few units a fitted line ties a ballot's residuals together, so the units of a pair are held
against the ballot's *other* units, and the columns are shuffled among raters of the same group
who spread those others about as widely.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from stats.ballots import Bools, Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.dyads import max_adjusted

CHECK = "bloc"
PERMUTATIONS = 999
MIN_UNITS = 5
MIN_RATERS = 30
MIN_MEMBERS = 5
MIN_OTHERS = 3
MIN_GAP = 0.8
MIN_RATIO = 2.5
SPREADS = 3


@dataclass(frozen=True, eq=False)
class Pair:
    """Raters who marked both units and enough others.

    Parameters
    ----------
    raters : indices of the ballots
    up, down : array (n,), how far above / below the middle of its column a rater puts the unit
    order : raters sorted by stratum; strata start at `starts`
    """

    raters: Ints
    up: Floats
    down: Floats
    strata: Ints

    def together(self) -> float:
        """Observed co-occurrence less its mean, over its spread, under shuffling in strata."""
        size = np.bincount(self.strata).astype(np.float64)
        sums = [np.bincount(self.strata, weights=w) for w in (self.up, self.down)]
        squares = [np.bincount(self.strata, weights=w**2) for w in (self.up, self.down)]
        safe = np.maximum(size, 1.0)
        mean = (sums[0] * sums[1] / safe).sum()
        spread = [squares[k] - sums[k] ** 2 / safe for k in (0, 1)]
        variance = (spread[0] * spread[1] / np.maximum(size - 1.0, 1.0)).sum()
        if variance <= 1e-9:
            return 0.0
        return float((self.up @ self.down - mean) / np.sqrt(variance))

    def shuffled(self, rng: np.random.Generator) -> "Pair":
        """The same raters with the lower column dealt out anew within strata."""
        order = np.argsort(self.strata, kind="stable")
        mixed = np.lexsort((rng.random(len(self.strata)), self.strata))
        down = np.empty_like(self.down)
        down[order] = self.down[mixed]
        return Pair(self.raters, self.up, down, self.strata)


def small_blocs(
    view: View, *, level: float, rng: np.random.Generator
) -> tuple[list[Finding], list[NotRun]]:
    """Pairs (u lifted, v sunk) against the general view, by more raters than chance puts together.

    Parameters
    ----------
    view : a matrix of 5 … 19 units
    level : familywise error over all pairs; the largest z of all pairs is its null
    """
    table = view.table
    if table is None or table.shape[1] < MIN_UNITS or len(table) < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    pairs = _pairs(view, table)
    if not pairs:
        return [], []
    z = np.array([pair.together() for pair in pairs.values()])
    maxima = np.array(
        [max(p.shuffled(rng).together() for p in pairs.values()) for _ in range(PERMUTATIONS)]
    )
    adjusted = max_adjusted(z, maxima)
    found = [
        finding
        for (units, pair), value, p in zip(pairs.items(), z, adjusted, strict=True)
        if p <= level
        and (finding := _finding(view, units, pair, (float(value), float(p)))) is not None
    ]
    found.sort(key=lambda finding: -finding.statistic)
    return found[:1], []


def _pairs(view: View, table: Floats) -> dict[tuple[int, int], Pair]:
    """Every pair of units that a bloc could turn round: the lifted one stands lower."""
    with np.errstate(invalid="ignore"):
        consensus = np.nanmean(table, axis=0)
    there = np.isfinite(table)
    pairs = {}
    for u in range(table.shape[1]):
        for v in range(table.shape[1]):
            if u == v or not consensus[u] <= consensus[v]:
                continue
            pair = _pair(view, table, there, (u, v))
            if pair is not None:
                pairs[u, v] = pair
    return pairs


def _pair(view: View, table: Floats, there: Bools, units: tuple[int, int]) -> Pair | None:
    u, v = units
    others = np.delete(np.arange(table.shape[1]), [u, v])
    raters = np.flatnonzero(
        there[:, u] & there[:, v] & (there[:, others].sum(axis=1) >= MIN_OTHERS)
    ).astype(np.int64)
    if len(raters) < MIN_RATERS:
        return None
    rest = table[np.ix_(raters, others)]
    centre = np.nanmean(rest, axis=1)
    spread = np.nanstd(rest, axis=1)
    groups = view.stratum[raters]
    up = _above(table[raters, u] - centre, groups)
    down = _above(centre - table[raters, v], groups)
    return Pair(raters, up, down, _strata(groups, spread))


def _above(values: Floats, groups: Ints) -> Floats:
    """How far above the middle of the rater's group, in its ranks: 0 below, towards 1 at the top."""
    share = np.zeros_like(values)
    for group in np.unique(groups):
        members = groups == group
        share[members] = (rankdata(values[members]) - 0.5) / members.sum()
    return np.asarray(np.maximum(share - 0.5, 0.0) * 2, dtype=np.float64) ** 2


def _strata(groups: Ints, spread: Floats) -> Ints:
    """Rater group by thirds of spread."""
    labels = np.zeros(len(groups), dtype=np.int64)
    for place, group in enumerate(np.unique(groups)):
        members = groups == group
        third = (rankdata(spread[members], method="ordinal") - 1) * SPREADS // members.sum()
        labels[members] = place * SPREADS + third.astype(np.int64)
    return labels


def _finding(
    view: View, units: tuple[int, int], pair: Pair, test: tuple[float, float]
) -> Finding | None:
    table = view.table
    if table is None:
        return None
    u, v = units
    lifted, sunk = pair.up > 0.25, pair.down > 0.25
    members = pair.raters[lifted & sunk]
    expected = float(lifted.mean() * sunk.sum())
    gap = table[pair.raters, u] - table[pair.raters, v]
    effect = float(gap[lifted & sunk].mean() - gap.mean()) if len(members) else 0.0
    if len(members) < MIN_MEMBERS or len(members) < MIN_RATIO * expected or effect < MIN_GAP:
        return None
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(u,),
        units_sunk=(v,),
        homes=(),
        context={},
        ballots=np.sort(members),
        statistic=test[0],
        pvalue=test[1],
        qvalue=test[1],
        effect=effect,
        harm=harm_of(view, members, units),
        facts={"n": len(members), "expected": expected},
    )
